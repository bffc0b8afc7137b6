/** Tenants with policies. */
import type { Feature } from './feature.ts'
import { tableName } from './feature.ts'
import { APPLICATION } from './surroundings.ts'

/** Rows that only the application's role may see: not the owner of the table, who is not above its policies. */
export const forcedPolicy: Feature = {
  share: 2,
  prepare: async (client, { namespace, tables }) => {
    for (const table of tables) {
      const name = tableName(namespace, table)
      await client.query(`alter table ${name} enable row level security`)
      await client.query(`alter table ${name} force row level security`)
      await client.query(`create policy application on ${name} to ${APPLICATION} using (true) with check (true)`)
    }
  },
}

/** A policy that lets everybody see everything, so that it hides nothing from anybody. */
export const openPolicy: Feature = {
  share: 3,
  prepare: async (client, { namespace, tables }) => {
    for (const table of tables) {
      const name = tableName(namespace, table)
      await client.query(`alter table ${name} enable row level security`)
      await client.query(`create policy everybody on ${name} using (true) with check (true)`)
    }
  },
}
