/** Schemas of real applications, as files for psql. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClientBase } from 'pg'
import pg from 'pg'

export const CASES = ['booking_constraints', 'breeze_rls', 'fitting_fleet', 'hyku_rails', 'koku_django'] as const

/** The roles that cases name; they belong to the server, and stay there. */
export const OWNER = 'saga_case_owner'
export const APP = 'saga_case_app'

/** Makes the roles, whoever makes them at the same time. */
export async function makeRoles(client: ClientBase): Promise<void> {
  for (const role of [OWNER, APP]) {
    await client.query(`DO $$ BEGIN CREATE ROLE ${role} NOSUPERUSER NOBYPASSRLS;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`)
  }
}

/** Loads a case into a namespace, as psql would. */
export async function loadCase(client: ClientBase, name: (typeof CASES)[number], namespace: string): Promise<void> {
  const text = readFileSync(join(import.meta.dirname, 'cases', `${name}.sql`), 'utf8')
  const values: Record<string, string> = { ns: namespace, owner: OWNER, app: APP }
  const sql = text.replace(/:"(\w+)"/g, (_, variable: string) => pg.escapeIdentifier(values[variable] ?? ''))
  await client.query(sql)
  await client.query('RESET ROLE; RESET search_path')
}
