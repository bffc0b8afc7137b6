/** From changes to stages: what may share a transaction does, everything else runs on its own. */

import { asideEntries } from './asides.ts'
import type { Step } from './change.ts'
import { type Change, kindOf } from './changes/index.ts'
import { locksOf } from './locks.ts'
import type { Stage } from './plan.ts'
import type { PhysicalSchema } from './schema.ts'

/** Both directions of a plan; `compensation[i]` undoes `forward[i]`. */
export interface Stages {
  readonly forward: readonly Stage[]
  readonly compensation: readonly Stage[]
}

/** Steps that run together, with the changes they belong to, and those that begin here and are undone here. */
interface Group {
  readonly steps: Step[]
  readonly changes: Set<Change>
  readonly begins: Change[]
}

/** The stages of changes that apply to `start`; at least one, because every target's revision moves. */
export function stagesOf(start: PhysicalSchema, changes: readonly Change[]): Stages {
  const groups = grouped(changes)
  const inverted = invertedGroups(start, groups)
  return {
    forward: groups.map(({ steps, changes: at, begins }, index) =>
      stageOf(index, {
        steps,
        asides: begins.filter(setsAside),
        locks: locksOf(inverted[index]?.before, [...at], steps),
      }),
    ),
    compensation: inverted.map(({ undo, after }, index) => {
      // What comes back is noted by the statements themselves.
      const steps = undo.flatMap(undoStepsOf)
      return stageOf(index, { steps, asides: undo, locks: locksOf(after, undo, steps) })
    }),
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
    const group = { steps: [], changes: new Set<Change>(), begins: [] }
    groups.push(group)
    return group
  }
  for (const change of changes) {
    const [first = null, ...others] = stepsOf(change)
    const last = groups.at(-1)
    const group = last !== undefined && joins(last, first) ? last : open()
    group.begins.push(change)
    group.changes.add(change)
    if (first !== null) group.steps.push(first)
    for (const step of others) {
      const current = groups.at(-1)
      const into = current !== undefined && joins(current, step) ? current : open()
      into.steps.push(step)
      into.changes.add(change)
    }
  }
  return groups.length === 0 ? [open()] : groups
}

function joins(group: Group, step: Step | null): boolean {
  if (step === null) return true
  const shares = (each: Step) => each.kind === 'transaction' && !each.alone
  return shares(step) && group.steps.every(shares)
}

/** The undo of a group, and the schema around it. */
interface Inverted {
  readonly before: PhysicalSchema
  readonly undo: readonly Change[]
  readonly after: PhysicalSchema
}

function invertedGroups(start: PhysicalSchema, groups: readonly Group[]): readonly Inverted[] {
  let after = start
  return groups.map(({ begins }) => {
    const before = after
    const undo: Change[] = []
    for (const change of begins) {
      undo.unshift(kindOf(change).invert(after, change))
      after = kindOf(change).apply(after, change)
    }
    return { before, undo, after }
  })
}

interface StageParts {
  readonly steps: readonly Step[]
  /** Changes that set something aside here. */
  readonly asides: readonly Change[]
  readonly locks: readonly string[]
}

function stageOf(index: number, { steps, asides, locks }: StageParts): Stage {
  return {
    stage: index + 1,
    kind: steps.find((step) => step.kind !== 'transaction')?.kind ?? 'transaction',
    sql: steps.map((step) => step.sql),
    ...(locks.length > 0 && { locks }),
    validates: steps.some((step) => step.alone),
    index: steps.find((step) => step.index !== undefined)?.index ?? null,
    asides: asides.flatMap(asideEntries),
  }
}

function stepsOf(change: Change): readonly Step[] {
  return kindOf(change).toSql(change)
}

function undoStepsOf(change: Change): readonly Step[] {
  const kind = kindOf(change)
  return (kind.toUndoSql ?? kind.toSql)(change)
}
