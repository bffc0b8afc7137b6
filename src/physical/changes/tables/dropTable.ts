import type { ChangeKind } from '../../change.ts'
import { removeTable } from '../../edits/edit.ts'
import { asideName } from '../../edits/tableEntries.ts'
import { naming } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import type { Table } from '../../schema.ts'
import { ident, inNamespace, literal } from '../../sql.ts'
import { atOnce } from '../undone.ts'

/** The undo of a creation: drops the table if nobody has put anything into it, else sets it aside. */
export interface DropTable {
  readonly kind: 'dropTable'
  readonly table: Table
  readonly prefix: string
}

export const dropTable: ChangeKind<DropTable> = {
  kind: 'dropTable',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table }) => removeTable(schema, table.name),
  invert: (_, { table, prefix }) => ({ kind: 'createTable', table, prefix }),
  // One foreign key after the other: each locks the table that it refers to.
  toSql: ({ table, prefix }) => [
    ...Object.values(table.foreignKeys).map(
      (key) =>
        ({
          kind: 'transaction',
          sql: `ALTER TABLE ${inNamespace(table.name)} DROP CONSTRAINT IF EXISTS ${ident(key.name)}`,
          locks: [table.name, key.table],
        }) as const,
    ),
    {
      kind: 'transaction',
      sql: `SELECT schema_saga_target.drop_unused_table_v1(:'ns', ${literal(table.name)}, ${literal(asideName(prefix, table.name))})`,
    },
  ],
  names: ({ table }) => naming({ tables: [{ from: table.name, to: null }] }),
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => altering(),
  holds: () => [],
  undone: atOnce,
  hazards: () => [],
  touches: ({ table }) => [table.name],
}
