/** What can be peculiar about a tenant: one entry for each, so that a new one is one entry more. */
import fc from 'fast-check'
import type { ClientBase } from 'pg'
import pg from 'pg'
import { APPLICATION } from './surroundings.ts'

/** A peculiarity of a tenant. */
export interface Feature {
  /** How often, among a hundred tenants. */
  readonly share: number
  /** Makes it, as a superuser, when the tenant has its first tables and rows. */
  readonly prepare: (client: ClientBase, tenant: { namespace: string; tables: readonly string[] }) => Promise<void>
}

/** All peculiarities by name. */
export const FEATURES: Readonly<Record<string, Feature>> = {
  /** Rows that only the application's role may see: not the owner of the table, who is not above its policies. */
  forcedPolicy: {
    share: 3,
    prepare: async (client, { namespace, tables }) => {
      for (const table of tables) {
        const name = nameOf(namespace, table)
        await client.query(`alter table ${name} enable row level security`)
        await client.query(`alter table ${name} force row level security`)
        await client.query(`create policy application on ${name} to ${APPLICATION} using (true) with check (true)`)
      }
    },
  },
  /** A policy that lets everybody see everything, so that it hides nothing from anybody. */
  openPolicy: {
    share: 4,
    prepare: async (client, { namespace, tables }) => {
      for (const table of tables) {
        const name = nameOf(namespace, table)
        await client.query(`alter table ${name} enable row level security`)
        await client.query(`create policy everybody on ${name} using (true) with check (true)`)
      }
    },
  },
  /** A trigger of the application, which writes down every change of a row in a table of its own elsewhere. */
  auditTrigger: {
    share: 4,
    prepare: async (client, { namespace, tables }) => {
      const own = pg.escapeIdentifier(`${namespace}_audit`.slice(0, 63))
      await client.query(`create schema if not exists ${own}`)
      await client.query(`create table ${own}.entry (at timestamptz default now(), what text)`)
      await client.query(`create function ${own}.note() returns trigger language plpgsql security definer as $$
        begin insert into ${own}.entry (what) values (tg_op); return null; end $$`)
      for (const table of tables) {
        await client.query(`create trigger audit after insert or update or delete on ${nameOf(namespace, table)}
          for each row execute function ${own}.note()`)
      }
    },
  },
}

/** The names of a tenant's features: none, as a rule. */
export const arbitraryFeatures: fc.Arbitrary<readonly string[]> = fc
  .tuple(
    ...Object.entries(FEATURES).map(([name, { share }]) =>
      fc.integer({ min: 0, max: 99 }).map((drawn) => (drawn < share ? [name] : [])),
    ),
  )
  .map((names) => names.flat())

function nameOf(namespace: string, table: string): string {
  return `${pg.escapeIdentifier(namespace)}.${pg.escapeIdentifier(table)}`
}
