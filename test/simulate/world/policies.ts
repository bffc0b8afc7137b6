/** Tenants with policies. */
import type { Feature } from './feature.ts'
import { tableName } from './feature.ts'
import { APPLICATION } from './surroundings.ts'

/** Rows that only the application's role may see: not the owner of the table, who is not above its policies. */
export const forcedPolicy = onEachTable(2, [
  'alter table :t enable row level security',
  'alter table :t force row level security',
  `create policy application on :t to ${APPLICATION} using (true) with check (true)`,
])

/** A policy that lets everybody see everything, so that it hides nothing from anybody. */
export const openPolicy = onEachTable(3, [
  'alter table :t enable row level security',
  'create policy everybody on :t using (true) with check (true)',
])

/** `:t` is the table. */
function onEachTable(share: number, statements: readonly string[]): Feature {
  return {
    share,
    prepare: async (client, { namespace, tables }) => {
      for (const table of tables) {
        for (const sql of statements) await client.query(sql.replace(':t', () => tableName(namespace, table)))
      }
    },
  }
}
