/** From changes to stages: what may share a transaction does, everything else runs on its own. */

import type { Step } from '../change.ts'
import { type Change, kindOf } from '../changes/index.ts'
import { type Naming, setAsideBy } from '../naming.ts'
import type { PhysicalSchema } from '../schema.ts'
import { type Beginning, type Group, grouped, identitiesOf } from './groups.ts'
import { locksOf } from './locks.ts'
import type { AsideEntry, Stage } from './plan.ts'
import { undoOf } from './undo.ts'

/** Both directions of a plan; the parts of `compensation` with the number of a stage undo it. */
export interface Stages {
  readonly forward: readonly Stage[]
  readonly compensation: readonly Stage[]
}

/** The stages of changes that apply to `start`; at least one, because every target's revision moves. */
export function stagesOf(start: PhysicalSchema, changes: readonly Change[]): Stages {
  const from = { schema: start, identities: identitiesOf(start) }
  const { groups } = grouped(
    from,
    changes.map((change) => [change, stepsOf(change)]),
  )
  const all = groups.length === 0 ? [{ parts: [], begins: [], before: start, locked: new Set<string>() }] : groups
  let at: Beginning = from
  const compensation = all.map((group, index) => {
    const { changes: undo, to } = invertedFrom(at, group.begins)
    at = to
    return undoneBy(index, at, undo)
  })
  return {
    forward: all.map((group, index) =>
      stageOf(
        index,
        group,
        group.begins.filter((change) => setAsideBy(namesOf(change)) !== null),
      ),
    ),
    compensation: compensation.flat(),
  }
}

/** Whether a change is nothing but statements that may share a transaction with their neighbours. */
export function sharesTransaction(change: Change): boolean {
  return stepsOf(change).every((step) => step.kind === 'transaction' && !step.alone)
}

/** The parts that undo a stage; at least one, because its marker is closed with the last. */
function undoneBy(index: number, after: Beginning, undo: readonly Change[]): readonly Stage[] {
  const { groups } = grouped(after, undoOf(after.schema, undo))
  // What comes back is noted by the statements themselves.
  const stages = groups.map((group, part) => stageOf(index, group, part === groups.length - 1 ? undo : []))
  return stages.length > 0 ? stages : [stageOf(index, { parts: [], before: after.schema }, undo)]
}

function invertedFrom(from: Beginning, begins: readonly Change[]): { changes: readonly Change[]; to: Beginning } {
  const { to } = grouped(
    from,
    begins.map((change) => [change, []]),
  )
  let before = from.schema
  const changes: Change[] = []
  for (const change of begins) {
    changes.unshift(kindOf(change).invert(before, change))
    before = kindOf(change).apply(before, change)
  }
  return { changes, to }
}

function namesOf(change: Change): Naming {
  return kindOf(change).names(change)
}

/** For the rows of a target's `set_aside` table. */
function asideEntries(change: Change): readonly AsideEntry[] {
  const { aside } = namesOf(change)
  if (aside === null) return []
  const { asideName } = aside
  return [
    aside.kind === 'table'
      ? { kind: 'table', table: aside.table.name, column: null, asideName }
      : { kind: 'column', table: aside.table, column: aside.column.name, asideName },
  ]
}

function stageOf(index: number, { parts, before }: Pick<Group, 'parts' | 'before'>, asides: readonly Change[]): Stage {
  const steps = parts.map(({ step }) => step)
  const locks = locksOf(before, parts)
  const special = steps.find((step) => step.kind !== 'transaction')
  return {
    stage: index + 1,
    kind: special?.kind ?? 'transaction',
    sql: steps.map((step) => step.sql),
    ...(locks.length > 0 && { locks }),
    validates: steps.some((step) => step.alone),
    index: steps.find((step) => step.index !== undefined)?.index ?? null,
    ...(special?.adopts && { adopts: special.adopts }),
    ...(special?.lenient && { lenient: special.lenient }),
    ...(special?.only && { only: special.only }),
    asides: asides.flatMap(asideEntries),
  }
}

function stepsOf(change: Change): readonly Step[] {
  return kindOf(change).toSql(change)
}
