/** From changes to stages: what may share a transaction does, everything else runs on its own. */

import { asideEntries } from './asides.ts'
import type { Step } from './change.ts'
import { type Change, kindOf } from './changes/index.ts'
import type { Stage } from './plan.ts'
import type { PhysicalSchema } from './schema.ts'

/** Both directions of a plan; `compensation[i]` undoes `forward[i]`. */
export interface Stages {
  readonly forward: readonly Stage[]
  readonly compensation: readonly Stage[]
}

/** Steps that run together, with the changes that begin here and are undone here. */
interface Group {
  readonly steps: Step[]
  readonly begins: Change[]
}

/** The stages of changes that apply to `start`; at least one, because every target's revision moves. */
export function stagesOf(start: PhysicalSchema, changes: readonly Change[]): Stages {
  const groups = grouped(changes)
  const inverses = invertedGroups(start, groups)
  return {
    // What comes back is noted by the statements themselves.
    forward: groups.map(({ steps, begins }, index) => stageOf(index, steps, begins.filter(setsAside))),
    compensation: inverses.map((undo, index) => stageOf(index, undo.flatMap(undoStepsOf), undo)),
  }
}

/** Whether a change is nothing but statements that may share a transaction with their neighbours. */
export function sharesTransaction(change: Change): boolean {
  return stepsOf(change).every((step) => step.kind === 'transaction' && !step.alone)
}

function setsAside({ kind }: Change): boolean {
  return kind === 'setAsideTable' || kind === 'setAsideColumn'
}

function grouped(changes: readonly Change[]): readonly Group[] {
  const groups: Group[] = []
  const open = (): Group => {
    const group = { steps: [], begins: [] }
    groups.push(group)
    return group
  }
  for (const change of changes) {
    const [first = null, ...others] = stepsOf(change)
    const last = groups.at(-1)
    const group = last !== undefined && joins(last, first) ? last : open()
    group.begins.push(change)
    if (first !== null) group.steps.push(first)
    for (const step of others) {
      const current = groups.at(-1)
      const into = current !== undefined && joins(current, step) ? current : open()
      into.steps.push(step)
    }
  }
  return groups.length === 0 ? [open()] : groups
}

function joins(group: Group, step: Step | null): boolean {
  if (step === null) return true
  const shares = (each: Step) => each.kind === 'transaction' && !each.alone
  return shares(step) && group.steps.every(shares)
}

function invertedGroups(start: PhysicalSchema, groups: readonly Group[]): readonly (readonly Change[])[] {
  let before = start
  return groups.map(({ begins }) => {
    const inverses: Change[] = []
    for (const change of begins) {
      inverses.unshift(kindOf(change).invert(before, change))
      before = kindOf(change).apply(before, change)
    }
    return inverses
  })
}

function stageOf(index: number, steps: readonly Step[], changes: readonly Change[]): Stage {
  return {
    stage: index + 1,
    kind: steps.find((step) => step.kind !== 'transaction')?.kind ?? 'transaction',
    sql: steps.map((step) => step.sql),
    validates: steps.some((step) => step.alone),
    index: steps.find((step) => step.index !== undefined)?.index ?? null,
    asides: changes.flatMap(asideEntries),
  }
}

function stepsOf(change: Change): readonly Step[] {
  return kindOf(change).toSql(change)
}

function undoStepsOf(change: Change): readonly Step[] {
  const kind = kindOf(change)
  return (kind.toUndoSql ?? kind.toSql)(change)
}
