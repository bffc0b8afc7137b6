/** The undo of changes that were made together: what changes places at once, and what is proven and filled behind it. */

import { type ReadyColumn, readyFor } from '../changes/columns/readyColumn.ts'
import { foreignKeysOf, rulesOf } from '../changes/constraints/restoredRules.ts'
import { type Change, kindOf } from '../changes/index.ts'
import { asideName } from '../edits/tableEntries.ts'
import type { PhysicalSchema } from '../schema.ts'
import { follow, settled } from './followRenames.ts'
import type { Work } from './groups.ts'

/**
 * The undo with its statements, in an order in which no application sees it half-way: columns are filled while they are
 * out of sight, then all that bears names changes places in one transaction, and rules that rows may break come last.
 */
export function undoOf(start: PhysicalSchema, undo: readonly Change[]): readonly Work[] {
  const ready: ReadyColumn[] = []
  const places: Change[] = []
  let rules: readonly Change[] = []
  for (const [index, change] of undo.entries()) {
    const first = change.kind === 'restoreColumn' ? readyFor(change) : null
    if (first !== null) ready.push(tracedBack(first, undo.slice(0, index)))
    // A rule that comes back last is not there yet to be renamed or dropped: it follows by itself, or stays away.
    const without = rules.flatMap((rule) => settled(rule, change))
    if (without.length < rules.length || without.some((rule, place) => rule !== rules[place])) {
      rules = without
      continue
    }
    const parts = split(change)
    rules = [...rules.flatMap((rule) => parts.places.reduce(followAll, [rule])), ...parts.rules]
    places.push(...parts.places)
  }
  const schema = places.reduce((before, change) => kindOf(change).apply(before, change), start)
  const left = rules.filter((rule) => fits(schema, rule))
  return [...ready, ...places, ...left].map((change) => [change, stepsOf(change)])
}

/** What of a change is done at once, and what takes as long as there are rows. */
function split(change: Change): { readonly places: readonly Change[]; readonly rules: readonly Change[] } {
  switch (change.kind) {
    case 'setNotNull':
    case 'addUnique':
    case 'addCheck':
    case 'addForeignKey':
    case 'createIndex':
    case 'emptyFilled':
    case 'fillNulls':
      return { places: [], rules: [change] }
    case 'restoreColumn':
      return { places: [{ ...change, loose: true }], rules: rulesOf(change) }
    case 'restoreTable':
      return { places: [{ ...change, loose: true }], rules: change.loose ? [] : foreignKeysOf(change.table) }
    default:
      return { places: [change], rules: [] }
  }
}

function followAll(rules: readonly Change[], change: Change): readonly Change[] {
  return rules.flatMap((rule) => follow(rule, change))
}

/** The column as it is called before the undo begins. */
function tracedBack(ready: ReadyColumn, earlier: readonly Change[]): ReadyColumn {
  let { table } = ready
  for (const change of earlier.toReversed()) {
    if (change.kind === 'renameTable' && change.to === table) table = change.from
    if (change.kind === 'restoreTable' && change.table.name === table) table = asideName(change.prefix, table)
  }
  return { ...ready, table }
}

/** What was on something that is not there any more has gone with it. */
function fits({ tables }: PhysicalSchema, rule: Change): boolean {
  if (!('table' in rule) || typeof rule.table !== 'string') return true
  const table = tables[rule.table]
  const column = 'column' in rule && typeof rule.column === 'string' ? rule.column : null
  return table !== undefined && (column === null || table.columns[column] !== undefined)
}

function stepsOf(change: Change) {
  const kind = kindOf(change)
  return (kind.toUndoSql ?? kind.toSql)(change)
}
