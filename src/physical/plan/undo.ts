/** The undo of changes that were made together: what changes places at once, and what is proven and filled behind it. */

import type { ReadyColumn } from '../changes/columns/readyColumn.ts'
import { type Change, kindOf, undoSteps } from '../changes/index.ts'
import type { Rule } from '../changes/undone.ts'
import { entryOf } from '../entryOf.ts'
import { nameBefore, tablesInPostgres } from '../naming.ts'
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
  let rules: readonly Rule[] = []
  for (const [index, change] of undo.entries()) {
    const undone = kindOf(change).undone(change)
    if (undone.ready !== null) ready.push(tracedBack(undone.ready, undo.slice(0, index)))
    // A rule that comes back last is not there yet to be renamed or dropped: it follows by itself, or stays away.
    const without = rules.flatMap((rule) => settled(rule, change))
    if (without.length < rules.length || without.some((rule, place) => rule !== rules[place])) {
      rules = without
      continue
    }
    rules = [...rules.flatMap((rule) => undone.places.reduce(followAll, [rule])), ...undone.rules]
    places.push(...undone.places)
  }
  const schema = places.reduce((before, change) => kindOf(change).apply(before, change), start)
  const left = rules.filter((rule) => fits(schema, rule))
  return [...ready, ...places, ...left].map((change) => [change, undoSteps(change)])
}

function followAll(rules: readonly Rule[], change: Change): readonly Rule[] {
  return rules.flatMap((rule) => follow(rule, change))
}

/** The column as it is called before the undo begins. */
function tracedBack(ready: ReadyColumn, earlier: readonly Change[]): ReadyColumn {
  let { table } = ready
  for (const change of earlier.toReversed()) {
    for (const each of tablesInPostgres(kindOf(change).names(change))) table = nameBefore(table, each) ?? table
  }
  return { ...ready, table }
}

/** What was on something that is not there any more has gone with it. */
function fits({ tables }: PhysicalSchema, rule: Rule): boolean {
  const table = entryOf(tables, rule.table)
  const column = 'column' in rule ? rule.column : null
  return table !== undefined && (column === null || entryOf(table.columns, column) !== undefined)
}
