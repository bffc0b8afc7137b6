/** Lock first, then work: a transaction that waits for its second lock holds the first one all the while. */
import type { Lock, Step } from '../change.ts'
import { type Change, kindOf } from '../changes/index.ts'
import { entryOf } from '../entryOf.ts'
import type { PhysicalSchema } from '../schema.ts'
import { inNamespace } from '../sql.ts'

/** A statement with the change that it belongs to. */
export interface ChangeStep {
  readonly change: Change
  readonly step: Step
}

/** Those worth taking first, the stronger one first; the others let readers and writers pass. */
const MODES: readonly Lock[] = ['ACCESS EXCLUSIVE', 'SHARE ROW EXCLUSIVE']

/** The tables that a statement locks so that readers or writers have to wait. */
export function lockedBy({ change, step }: ChangeStep): readonly string[] {
  const { locks, touches } = kindOf(change)
  if (!MODES.includes(lockOf({ change, step })) || step.kind !== 'transaction' || step.alone) return []
  return step.locks ?? (locks ?? touches)(change)
}

/**
 * The statements that lock the tables of a stage which are there before it, in the order of their names, each as
 * strongly as its changes do. None where one statement on one table takes its lock first anyway, or runs alone.
 */
export function locksOf(schema: PhysicalSchema, parts: readonly ChangeStep[]): readonly string[] {
  if (parts.some(({ step }) => step.kind !== 'transaction' || step.alone)) return []
  const modes = new Map<string, Lock>()
  for (const part of parts) {
    const lock = lockOf(part)
    for (const table of lockedBy(part)) {
      if (entryOf(schema.tables, table) !== undefined && isStronger(lock, modes.get(table))) modes.set(table, lock)
    }
  }
  if (parts.length < 2 && modes.size < 2) return []
  return [...modes.keys()].sort().map((table) => `LOCK TABLE ${inNamespace(table)} IN ${modes.get(table)} MODE`)
}

function lockOf({ change, step }: ChangeStep): Lock {
  return step.lock ?? kindOf(change).lock
}

function isStronger(lock: Lock, known: Lock | undefined): boolean {
  return known === undefined || MODES.indexOf(lock) < MODES.indexOf(known)
}
