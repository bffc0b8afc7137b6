/** Tables whose rows a plan reads or writes, in either direction: on a target, none of them may be hidden from us. */
import type { Step } from '../change.ts'
import { type Change, kindOf, undoSteps } from '../changes/index.ts'
import { entryOf } from '../entryOf.ts'
import type { PhysicalSchema } from '../schema.ts'
import type { PlannedCheck } from './checks.ts'
import type { Plan } from './plan.ts'

/** By the names that they have in `start`; tables that the plan itself makes are not among them. */
export function rowTables(
  start: PhysicalSchema,
  changes: readonly Change[],
  checks: readonly PlannedCheck[],
): readonly string[] {
  const tables = new Set(checks.filter(({ counts }) => counts === 'row').map(({ table }) => table))
  const names = new Map<string, string>()
  let before = start
  for (const change of changes) {
    const kind = kindOf(change)
    const undo = kind.invert(before, change)
    if (readsRows(kind.toSql(change)) || readsRows(undoSteps(undo))) {
      for (const table of kind.touches(change)) tables.add(names.get(table) ?? table)
    }
    for (const { from, to } of kind.names(change).tables) {
      if (from !== null && to !== null) names.set(to, names.get(from) ?? from)
    }
    before = kind.apply(before, change)
  }
  return [...tables].filter((table) => entryOf(start.tables, table) !== undefined).sort()
}

/** Those of a plan; one that an earlier release has stored does not say, and is taken to read all that it touches. */
export function rowTablesOf({ rows, touches, checks }: Plan): readonly string[] {
  return rows ?? [...new Set([...touches, ...checks.map(({ table }) => table)])]
}

/** Whether rows are written in batches, in either direction. */
export function writesBatches({ forward, compensation }: Pick<Plan, 'forward' | 'compensation'>): boolean {
  return [...forward, ...compensation].some(({ kind }) => kind === 'backfill')
}

/**
 * DDL reads rows whatever the policies, but for a foreign key, which Postgres proves by a query over both tables; our own
 * functions and batches are statements like any other's.
 */
function readsRows(steps: readonly Step[]): boolean {
  return steps.some(
    ({ kind, sql }) => kind === 'backfill' || /schema_saga_target\.|\bFOREIGN KEY\b.* NOT VALID/.test(sql),
  )
}
