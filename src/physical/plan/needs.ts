/** What a plan needs of a target beyond the objects that it expects: rights, ordinary tables, free numbers of columns. */

import { type Change, kindOf } from '../changes/index.ts'
import type { Renaming } from '../naming.ts'
import { type ChangeNeeds, ROWS_ONLY } from '../needs.ts'
import { type HiddenColumn, hiddenColumns } from './boundColumns.ts'

/** What is done to one table that is there before the plan, under the name that it has then. */
export interface TableNeeds extends Omit<ChangeNeeds, 'keys' | 'creates'> {
  readonly table: string
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

const { keys: _, creates: __, ...NO_NEEDS } = ROWS_ONLY
const NOTHING = { ...NO_NEEDS, referred: false }

/** The needs of changes, each table under the name that it has before the first one; tables that they make have none. */
export function needsOf(changes: readonly Change[]): PlanNeeds {
  const needs = new Map<string, TableNeeds>()
  // The name at the beginning of each table that is called otherwise by now, or null for one that is new.
  const before = new Map<string, string | null>()
  const gone: string[] = []
  const first = (name: string): string | null => before.get(name) ?? (before.has(name) ? null : name)
  const note = (name: string, more: Partial<TableNeeds>): void => {
    const table = first(name)
    if (table === null) return
    const known = needs.get(table) ?? { ...NOTHING, table }
    const added = known.added + (more.added ?? 0)
    needs.set(table, { ...known, ...more, added, frees: [...known.frees, ...(more.frees ?? [])] })
  }
  for (const change of changes) {
    const { names, needs: needsOfChange, touches } = kindOf(change)
    const { keys, creates: _, ...needed } = needsOfChange(change)
    for (const key of keys) note(key.table, { referred: true })
    const [table] = touches(change)
    const { tables, aside } = names(change)
    if (table !== undefined && !isMade(tables)) note(table, wanted(needed))
    for (const { from, to } of tables) {
      const was = from === null ? null : first(from)
      if (to === null && aside !== null && was !== null) gone.push(was)
      if (to === null) continue
      before.set(to, was)
      if (from !== null) before.delete(from)
    }
  }
  return {
    tables: [...needs.values()].sort((a, b) => (a.table < b.table ? -1 : 1)),
    creates: changes.some((change) => kindOf(change).needs(change).creates),
    hidden: hiddenColumns(changes),
    gone,
  }
}

/** What is needed by any of its changes is needed. */
function wanted(needed: Omit<TableNeeds, 'table' | 'referred'>): Partial<TableNeeds> {
  return Object.fromEntries(Object.entries(needed).filter(([, value]) => value !== false))
}

/** A table that is made touches those to which it refers. */
function isMade(tables: readonly Renaming[]): boolean {
  return tables.some(({ from }) => from === null)
}
