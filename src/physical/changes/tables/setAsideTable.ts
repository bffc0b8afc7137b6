import type { ChangeKind } from '../../change.ts'
import { addAside, removeTable } from '../../edits/edit.ts'
import { asideName } from '../../edits/tableEntries.ts'
import { naming } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { remembering } from '../../remembered.ts'
import type { AsideObject, Table } from '../../schema.ts'
import { ident, inNamespace, literal } from '../../sql.ts'
import { eitherSql } from '../sql/eitherSql.ts'
import { dropForeignKeys, renameTableParts } from '../sql/renameParts.ts'
import { atOnce } from '../undone.ts'

/** A table out of the way with all its rows, its names free for others. */
export interface SetAsideTable {
  readonly kind: 'setAsideTable'
  readonly table: Table
  readonly prefix: string
  /** The undo of a restoring that was to create what is not there: where it was created, it is dropped if unused. */
  readonly orDrop?: true
  /** Its foreign keys have been taken off by changes of their own. */
  readonly loose?: true
}

export const setAsideTable: ChangeKind<SetAsideTable> = {
  kind: 'setAsideTable',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table, prefix }) => addAside(removeTable(schema, table.name), asideTable({ table, prefix })),
  invert: (_, { orDrop, ...change }) => ({ ...change, kind: 'restoreTable', ...(orDrop && { orCreate: true }) }),
  toSql: ({ table, prefix, orDrop, loose }) => {
    const aside = asideName(prefix, table.name)
    const statements = [
      ...(loose ? [] : dropForeignKeys(table.name, Object.values(table.foreignKeys))),
      `ALTER TABLE ${inNamespace(table.name)} RENAME TO ${ident(aside)}`,
      ...renameTableParts(aside, table, (name) => [name, asideName(prefix, name)]),
    ]
    if (!orDrop) return statements.map((sql) => ({ kind: 'transaction', sql }))
    const place = `:'ns', ${literal(table.name)}, ${literal(aside)}`
    const otherwise = [`SELECT schema_saga_target.drop_unused_table_v1(${place})`]
    return [eitherSql({ kind: 'table', aside, restores: false, there: statements, otherwise })]
  },
  names: (change) => naming({ tables: [{ from: change.table.name, to: null }], aside: asideTable(change) }),
  about: () => null,
  remembered: (table) => remembering({ table }),
  needs: () => altering({ creates: true }),
  holds: () => [],
  undone: atOnce,
  hazards: ({ table }) => [
    { name: 'SETS_ASIDE', detail: `${table.name} and its rows are kept, but hidden from applications` },
  ],
  touches: ({ table }) => [table.name],
}

/** The table as it is kept. */
export function asideTable({ table, prefix }: Pick<SetAsideTable, 'table' | 'prefix'>): AsideObject {
  return { kind: 'table', asideName: asideName(prefix, table.name), table }
}
