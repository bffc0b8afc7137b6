/** The records of two revisions, of what a proof has seen on a base that may have come away from its own. Pure. */
import { RequestRefused, TargetDrifted } from '../../errors.ts'
import type { SqlChange } from '../../sql/change/sqlChange.ts'
import { withoutIgnoredLines } from '../../sql/ignoredLines.ts'
import { byKindAndName, keyOfLine } from '../../sql/lineNames.ts'
import { narrowedTo } from '../../sql/onlyLines.ts'
import type { NamespaceRecord, RecordLine } from '../../sql/record.ts'
import { differenceText, differingLines, recordDifferences } from '../../sql/recordDifferences.ts'
import type { Proof } from './proveChange.ts'

/** What the change leads from and to, and the lines that it changes on the way. */
export interface ChangedRecords {
  readonly before: NamespaceRecord
  readonly next: NamespaceRecord
  readonly changed: readonly RecordLine[]
}

const MOST = 5

/**
 * The record of the next revision is that of the present one with what the proof has changed: whatever others did to the base
 * is theirs, and stays drift. Errors: `TARGET_DRIFTED` where they did it to what the change alters.
 */
export function recordsOf(proof: Proof, recorded: NamespaceRecord, where: string): ChangedRecords {
  const [first] = proof.records
  const last = proof.records.at(-1) ?? first
  const changed = changedLines(proof.records)
  // Of a server that prints otherwise now, nothing but the whole can be taken.
  if (recorded.printing.major !== last.printing.major) return { before: first, next: last, changed }
  const keys = new Set(changed.map(keyOfLine))
  const own = ({ lines }: NamespaceRecord) => ({ lines: lines.filter((line) => keys.has(keyOfLine(line))) })
  const drift = recordDifferences(own(recorded), own(proof.base ?? first))
  if (drift.length > 0) {
    const told = drift.slice(0, MOST).map(differenceText).join('; ')
    throw new TargetDrifted(
      'TARGET_DRIFTED',
      `${where}, the base, is not as recorded where the change alters it: ${told}. Correct it there by hand, then try again.`,
    )
  }
  const kept = recorded.lines.filter((line) => !keys.has(keyOfLine(line)))
  const lines = [...kept, ...own(last).lines].sort(byKindAndName)
  return { before: recorded, next: { ...last, lines }, changed }
}

/** Of every stage, also where a later one takes it back. */
function changedLines(records: Proof['records']): readonly RecordLine[] {
  return records.slice(1).flatMap((after, index) => differingLines(records[index] ?? after, after))
}

/** What a project ignores is compared nowhere, so that no change may be about it. Errors: `NOT_APPLICABLE`. */
export function requireCounted(
  { objects, counting }: Pick<SqlChange, 'objects' | 'counting'>,
  { before, next, changed }: ChangedRecords,
): void {
  const whole = [...before.lines, ...next.lines]
  const touched = narrowedTo(whole, objects).filter(({ kind }) => WHOLE.has(kind))
  const counted = new Set(withoutIgnoredLines(whole, counting.ignore))
  const present = new Set(changed.map(keyOfLine))
  const ignored = whole.filter((line) => !counted.has(line) && (present.has(keyOfLine(line)) || touched.includes(line)))
  if (ignored.length === 0) return
  const names = [...new Set(ignored.map(keyOfLine))].slice(0, MOST).join(', ')
  throw new RequestRefused(
    'NOT_APPLICABLE',
    `The change is about what the project ignores, so that nothing could compare it: ${names}. Take it out of the setting "ignore", or leave it alone.`,
  )
}

/** Objects that a footprint names; of parts it names what they are on. */
const WHOLE: ReadonlySet<string> = new Set([
  ...['table', 'view', 'materialized_view', 'sequence', 'function', 'procedure', 'aggregate'],
  ...['enum', 'domain', 'range', 'composite'],
])
