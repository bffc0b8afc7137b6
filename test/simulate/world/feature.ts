/** What a peculiarity of a tenant is. */
import type { ClientBase } from 'pg'
import pg from 'pg'

/** The tenant that gets a peculiarity. */
export interface Peculiar {
  readonly namespace: string
  readonly tables: readonly string[]
}

/** A peculiarity of a tenant. */
export interface Feature {
  /** How often, among a hundred tenants. */
  readonly share: number
  /** Makes it, as a superuser, when the tenant has its first tables and rows. */
  readonly prepare: (client: ClientBase, tenant: Peculiar) => Promise<void>
}

/** The quoted name of a table. */
export function tableName(namespace: string, table: string): string {
  return `${pg.escapeIdentifier(namespace)}.${pg.escapeIdentifier(table)}`
}

/** A namespace beside the tenant's, for what the application keeps there; made when it is missing. */
export async function besideOf(client: ClientBase, namespace: string): Promise<string> {
  const beside = pg.escapeIdentifier(`${namespace}_own`.slice(0, 63))
  await client.query(`create schema if not exists ${beside}; grant usage on schema ${beside} to public`)
  return beside
}
