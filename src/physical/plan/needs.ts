/** What a plan needs of a target beyond the objects that it expects: rights, ordinary tables, free numbers of columns. */

import { type Change, kindOf } from '../changes/index.ts'
import type { ForeignKey } from '../schema.ts'
import { type HiddenColumn, hiddenColumns } from './boundColumns.ts'

/** What is done to one table that is there before the plan, under the name that it has then. */
export interface TableNeeds {
  readonly table: string
  /** It is altered, which only a role may do that can act for its owner. */
  readonly altered: boolean
  /** Its columns are added, renamed or taken off. */
  readonly columns: boolean
  /** New columns. */
  readonly added: number
  /** An index is built or dropped while others write. */
  readonly index: boolean
  /** A trigger must see every row, or every row is copied by its id. */
  readonly everyRow: boolean
  /** It gets a foreign key of its own. */
  readonly refers: boolean
  /** Another table gets a foreign key to it. */
  readonly referred: boolean
}

/** What a whole plan needs. */
export interface PlanNeeds {
  readonly tables: readonly TableNeeds[]
  /** Whether something is made, or gets another name, in the namespace itself. */
  readonly creates: boolean
  /** What hangs on these must be able to go along. */
  readonly hidden: readonly HiddenColumn[]
  /** Tables that are set aside, by the names that they have before: what reads them would go on reading them. */
  readonly gone: readonly string[]
}

const ROWS_ONLY: readonly Change['kind'][] = ['copyColumn', 'fillNulls', 'emptyFilled', 'createTable']
const COLUMNS: readonly Change['kind'][] = [
  'addColumn',
  'dropColumn',
  'renameColumn',
  'setAsideColumn',
  'restoreColumn',
]
const INDEXES: readonly Change['kind'][] = ['createIndex', 'dropIndex', 'addUnique']
const CREATES: readonly Change['kind'][] = [
  'createTable',
  'renameTable',
  'setAsideTable',
  'restoreTable',
  'renameIndex',
  'createIndex',
  'addUnique',
  'syncColumns',
] as Change['kind'][]
const NOTHING = {
  altered: false,
  columns: false,
  added: 0,
  index: false,
  everyRow: false,
  refers: false,
  referred: false,
} as const

/** The needs of changes, each table under the name that it has before the first one; tables that they make have none. */
export function needsOf(changes: readonly Change[]): PlanNeeds {
  const needs = new Map<string, TableNeeds>()
  // The name at the beginning of each table that is called otherwise by now, or null for one that is new.
  const before = new Map<string, string | null>()
  const gone: string[] = []
  const note = (name: string, more: Partial<TableNeeds>): void => {
    const table = before.get(name) === undefined ? name : before.get(name)
    if (table === undefined || table === null) return
    const known = needs.get(table) ?? { table, ...NOTHING }
    needs.set(table, { ...known, ...more, added: known.added + (more.added ?? 0) })
  }
  for (const change of changes) {
    if (change.kind === 'setAsideTable') {
      const was = before.get(change.table.name)
      if (was !== null) gone.push(was ?? change.table.name)
    }
    for (const key of keysOf(change)) note(key.table, { referred: true })
    if (change.kind === 'createTable') before.set(change.table.name, null)
    else noteTable(change, note)
    if (change.kind === 'renameTable') {
      const origin = before.get(change.from)
      before.set(change.to, origin === undefined ? change.from : origin)
      before.delete(change.from)
    }
  }
  return {
    tables: [...needs.values()].sort((a, b) => (a.table < b.table ? -1 : 1)),
    creates: changes.some(createsIn),
    hidden: hiddenColumns(changes),
    gone,
  }
}

function noteTable(change: Change, note: (name: string, more: Partial<TableNeeds>) => void): void {
  const [table] = change.kind === 'renameTable' ? [change.from] : kindOf(change).touches(change)
  if (table === undefined) return
  const { kind } = change
  const isKey = kind === 'addForeignKey' || (kind === 'restoreColumn' && change.foreignKeys.length > 0)
  note(table, {
    ...(!ROWS_ONLY.includes(kind) && { altered: true }),
    ...(COLUMNS.includes(kind) && { columns: true }),
    ...((kind === 'addColumn' || (kind === 'restoreColumn' && change.orCreate === true)) && { added: 1 }),
    ...(INDEXES.includes(kind) && { index: true }),
    ...((kind === 'syncColumns' || kind === 'copyColumn') && { everyRow: true }),
    ...(isKey && { refers: true }),
  })
}

function keysOf(change: Change): readonly ForeignKey[] {
  if (change.kind === 'addForeignKey') return [change.key]
  if (change.kind === 'restoreColumn') return change.foreignKeys
  if (change.kind === 'createTable' || change.kind === 'restoreTable') return Object.values(change.table.foreignKeys)
  return []
}

function createsIn(change: Change): boolean {
  if (change.kind === 'setAsideColumn' || change.kind === 'restoreColumn') return change.indexes.length > 0
  return CREATES.includes(change.kind)
}
