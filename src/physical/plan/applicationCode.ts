/** What of the application's own a plan meets: code that names what is taken from it, and triggers that batches fire. */

import type { Step } from '../change.ts'
import { type Change, kindOf } from '../changes/index.ts'
import { entryOf } from '../entryOf.ts'
import { nameBefore } from '../naming.ts'
import type { PhysicalSchema } from '../schema.ts'
import { origin } from './boundColumns.ts'
import type { Plan } from './plan.ts'
import { undoOf } from './undo.ts'

/** A table, or a column of it, by the name that it has before the plan. */
export interface NamedObject {
  readonly table: string
  /** Null for the table itself. */
  readonly column: string | null
}

/** Rows of one table that are written in batches. */
export interface Batches {
  /** By the name that it has before the plan. */
  readonly table: string
  /** The columns that are set, as far as they are there before the plan. */
  readonly columns: readonly string[]
  /** Whether the change writes them or its undo. */
  readonly direction: 'forward' | 'compensation'
}

/** What is asked of every target about the application's code. */
export interface ApplicationQuestion {
  readonly names: readonly NamedObject[]
  readonly batches: readonly Batches[]
}

/** The question of a plan; nothing is asked where both lists are empty. */
export function questionOf({ changes, batches = [] }: Pick<Plan, 'changes' | 'batches'>): ApplicationQuestion {
  return { names: namesTaken(changes), batches }
}

/** Tables and columns that are renamed, replaced, hidden or dropped, each once. */
export function namesTaken(changes: readonly Change[]): readonly NamedObject[] {
  const taken = changes.flatMap((change, index): NamedObject[] => {
    const before = changes.slice(0, index)
    const { tables, columns } = kindOf(change).names(change)
    return [
      ...tables.flatMap(({ from }) => (from === null ? [] : tableOf(before, from))),
      ...columns.flatMap(({ table, from }) => (from === null ? [] : columnOf(before, table, from))),
    ]
  })
  return [...new Map(taken.map((each) => [`${each.table}.${each.column ?? ''}`, each])).values()]
}

function tableOf(before: readonly Change[], name: string): NamedObject[] {
  const table = tableBefore(before, name)
  return table === null ? [] : [{ table, column: null }]
}

function columnOf(before: readonly Change[], table: string, column: string): NamedObject[] {
  const found = tableBefore(before, table) === null ? null : origin(before, table, column)
  // What was hidden before is known to nobody.
  return found === null || found.column.startsWith('_aside_') ? [] : [found]
}

/** What a table was called before these changes; null when it is one of theirs, or was hidden. */
function tableBefore(before: readonly Change[], table: string): string | null {
  let name = table
  for (const change of before.toReversed()) {
    for (const each of kindOf(change).names(change).tables) {
      const earlier = nameBefore(name, each)
      if (earlier === null) return null
      name = earlier
    }
  }
  return name
}

/** The batches of both directions over tables that are there before the plan. */
export function batchesOf(start: PhysicalSchema, changes: readonly Change[]): readonly Batches[] {
  let schema = start
  const all = changes.flatMap((change, index) => {
    const undo = kindOf(change).invert(schema, change)
    schema = kindOf(change).apply(schema, change)
    const back = undoOf(schema, [undo]).flatMap(([, steps]) => steps)
    return [
      ...written(start, kindOf(change).toSql(change), changes.slice(0, index), 'forward'),
      ...written(start, back, changes.slice(0, index + 1), 'compensation'),
    ]
  })
  return joined(all)
}

function written(
  start: PhysicalSchema,
  steps: readonly Step[],
  before: readonly Change[],
  direction: Batches['direction'],
): Batches[] {
  return steps.flatMap(({ writes }) => {
    const name = writes === undefined ? null : tableBefore(before, writes.table)
    const table = name === null ? undefined : entryOf(start.tables, name)
    if (writes === undefined || table === undefined) return []
    const columns = writes.columns.flatMap((column) => origin(before, writes.table, column)?.column ?? [])
    return [
      { table: table.name, columns: columns.filter((each) => entryOf(table.columns, each) !== undefined), direction },
    ]
  })
}

function joined(batches: readonly Batches[]): readonly Batches[] {
  const tables = new Map<string, Batches>()
  for (const each of batches) {
    const key = `${each.direction} ${each.table}`
    const columns = new Set([...(tables.get(key)?.columns ?? []), ...each.columns])
    tables.set(key, { ...each, columns: [...columns].sort() })
  }
  return [...tables.values()]
}
