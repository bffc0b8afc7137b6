/** Lock first, then work: a transaction that waits for its second lock holds the first one all the while. */
import type { ChangeKind, Step } from './change.ts'
import { type Change, kindOf } from './changes/index.ts'
import type { PhysicalSchema } from './schema.ts'
import { inNamespace } from './sql.ts'

type Mode = ChangeKind<Change>['lock']

/** Those worth taking first, the stronger one first; the others let readers and writers pass. */
const MODES: readonly Mode[] = ['ACCESS EXCLUSIVE', 'SHARE ROW EXCLUSIVE']

/**
 * The statements that lock the tables of a stage which are there before it, in the order of their names, each as
 * strongly as its changes do. None where one statement on one table takes its lock first anyway, or runs alone.
 */
export function locksOf(
  schema: PhysicalSchema | undefined,
  changes: readonly Change[],
  steps: readonly Step[],
): readonly string[] {
  if (steps.some((step) => step.kind !== 'transaction' || step.alone)) return []
  const modes = new Map<string, Mode>()
  for (const change of changes) {
    const { lock, touches } = kindOf(change)
    for (const table of touches(change)) {
      if (schema?.tables[table] !== undefined && isStronger(lock, modes.get(table))) modes.set(table, lock)
    }
  }
  if (steps.length < 2 && modes.size < 2) return []
  return [...modes.keys()].sort().map((table) => `LOCK TABLE ${inNamespace(table)} IN ${modes.get(table)} MODE`)
}

function isStronger(lock: Mode, known: Mode | undefined): boolean {
  if (!MODES.includes(lock)) return false
  return known === undefined || MODES.indexOf(lock) < MODES.indexOf(known)
}
