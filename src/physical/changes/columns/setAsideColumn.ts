import type { ChangeKind, Hazard } from '../../change.ts'
import { addAside, editTable } from '../../edits/edit.ts'
import { asideName, type OnColumn, withoutColumn } from '../../edits/tableEntries.ts'
import { naming } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { remembering } from '../../remembered.ts'
import type { AsideObject, Column } from '../../schema.ts'
import { ident, inNamespace, literal } from '../../sql.ts'
import { eitherSql } from '../sql/eitherSql.ts'
import { dropForeignKeys, renameColumnParts } from '../sql/renameParts.ts'
import { atOnce } from '../undone.ts'

/** A column out of the way with all its values; writers who do not know it are not hindered by it. */
export interface SetAsideColumn extends OnColumn {
  readonly kind: 'setAsideColumn'
  readonly table: string
  readonly column: Column
  readonly prefix: string
  /** The undo of a restoring that was to create what is not there: where it was created, it is dropped if unused. */
  readonly orDrop?: true
  /** NOT NULL and foreign keys have been taken off by changes of their own. */
  readonly loose?: true
  /** Another column takes its place: what hangs on this one goes over to that one. */
  readonly replaced?: true
}

export const setAsideColumn: ChangeKind<SetAsideColumn> = {
  kind: 'setAsideColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, change) =>
    addAside(
      editTable(schema, change.table, (before) => withoutColumn(before, change.column.name)),
      asideColumn(change),
    ),
  invert: (_, { orDrop, ...change }) => ({ ...change, kind: 'restoreColumn', ...(orDrop && { orCreate: true }) }),
  toSql: (change) => {
    const { table, column, prefix, orDrop, loose, replaced, ...on } = change
    const alter = `ALTER TABLE ${inNamespace(table)}`
    const aside = asideName(prefix, column.name)
    const unbound = `SELECT schema_saga_target.require_unbound_v1(:'ns', ${literal(table)}, ${literal(column.name)})`
    const statements = [
      ...(replaced ? [] : [unbound]),
      ...(loose ? [] : dropForeignKeys(table, on.foreignKeys)),
      ...hindrancesOffSql(table, loose ? { ...column, notNull: false } : column),
      `${alter} RENAME COLUMN ${ident(column.name)} TO ${ident(aside)}`,
      ...renameColumnParts(table, on, (name) => [name, asideName(prefix, name)]),
    ]
    if (!orDrop) return statements.map((sql) => ({ kind: 'transaction', sql }))
    const place = `:'ns', ${literal(table)}, ${literal(column.name)}, ${literal(aside)}`
    const otherwise = [`SELECT schema_saga_target.drop_unused_column_v1(${place})`]
    return [eitherSql({ kind: 'column', aside, restores: false, there: statements, otherwise })]
  },
  names: (change) => {
    const { table, column } = change
    return naming({ columns: [{ table, from: column.name, to: null }], aside: asideColumn(change) })
  },
  about: () => null,
  remembered: (column) => remembering({ column }),
  needs: ({ indexes }) => altering({ columns: true, creates: indexes.length > 0 }),
  holds: () => [],
  undone: atOnce,
  hazards: ({ table, column, foreignKeys }) => [
    { name: 'SETS_ASIDE', detail: `${table}.${column.name} and its values are kept, but hidden from applications` },
    {
      name: 'BREAKS_POSITIONAL_WRITES',
      detail: `an INSERT into ${table} without a list of columns, and a COPY without one, puts its values into hidden columns too`,
    },
    ...(column.notNull || foreignKeys.length > 0 ? [undoMayLoosen(`${table}.${column.name}`)] : []),
  ],
  touches: ({ table }) => [table],
}

/** What would hinder a writer who does not know the column, or give it values. */
function hindrancesOffSql(
  table: string,
  { name, type: _, notNull, default: value, ...others }: Column,
): readonly string[] {
  // A new attribute does not compile before it is said here whether a hidden column keeps it.
  others satisfies Record<string, never>
  const alter = `ALTER TABLE ${inNamespace(table)} ALTER COLUMN ${ident(name)}`
  return [...(notNull ? [`${alter} DROP NOT NULL`] : []), ...(value === null ? [] : [`${alter} DROP DEFAULT`])]
}

/** What is told beforehand of rules that an undo has to bring back. */
export function undoMayLoosen(object: string): Hazard {
  return {
    name: 'UNDO_MAY_LOOSEN',
    detail: `an undo keeps every row written meanwhile: a rule of ${object} that one breaks stays off, and is noted as drift; until all rows have been looked at, a write fails that leaves such a row as it is`,
  }
}

/** What a target then has beside its tables. */
export function asideColumn(change: Pick<SetAsideColumn, 'table' | 'column' | 'prefix' | keyof OnColumn>): AsideObject {
  const { table, column, prefix, uniques, checks, foreignKeys, indexes } = change
  return {
    kind: 'column',
    asideName: asideName(prefix, column.name),
    table,
    column,
    uniques,
    checks,
    foreignKeys,
    indexes,
  }
}
