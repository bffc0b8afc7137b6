/** What targets are compared with, of what a proof has seen. Pure. */
import type { SqlChange } from '../../sql/change/sqlChange.ts'
import { keyOfLine } from '../../sql/lineNames.ts'
import { joinedOnly, narrowedTo, objectsOfLines } from '../../sql/onlyLines.ts'
import type { NamespaceRecord, RecordLine } from '../../sql/record.ts'
import { countedRecord } from '../../sql/recordCounting.ts'
import { touchedBy } from '../target/script/fences.ts'
import { onlyTouched, type TouchedObject } from '../target/script/footprint.ts'
import { type ChangedRecords, recordsOf } from './changedRecords.ts'
import type { Proof } from './proveChange.ts'

/**
 * What targets are compared with: what the text has changed on the base, and touched. `namespaces`: what stands for the
 * target's; `records`: those of both revisions, where the base has come away from its own;
 * `meanwhile`: what objects are called that are hidden in between.
 */
export function seenIn(
  proof: Proof,
  namespaces: readonly string[],
  counting: SqlChange['counting'],
  { before, next, changed }: ChangedRecords = recordsOf(proof, proof.records[0], 'the base'),
  meanwhile: readonly string[] = [],
): Pick<SqlChange, 'objects' | 'before' | 'after' | 'changed' | 'counting' | 'printing' | 'touched' | 'reaches'> {
  const whole = proof.records.flatMap(({ lines }) => lines)
  const isProofs = ({ kind, name }: TouchedObject): boolean => kind === 'sequence' && proof.numbered.includes(name)
  const touched = onlyTouched(proof.footprint.inside.filter((each) => !isProofs(each)))
  const objects = joinedOnly(objectsOfLines(changed, whole), touched)
  const narrow = (record: NamespaceRecord): readonly RecordLine[] =>
    countedRecord({ ...record, lines: narrowedTo(record.lines, objects) }, namespaces, counting).lines
  return {
    objects,
    before: narrow(before),
    after: narrow(next),
    changed: [...new Set(changed.map(keyOfLine))].sort(),
    counting,
    printing: next.printing,
    touched: [...new Set([...touchedBy(proof.footprint), ...namesOnTheWay(proof.records, whole), ...meanwhile])].sort(),
    reaches: proof.reaches,
  }
}

/** As footprints call relations, by the kinds of lines. */
const RELATIONS: Readonly<Record<string, string>> = {
  table: 'table',
  view: 'view',
  materialized_view: 'materialized view',
  sequence: 'sequence',
}

/**
 * Objects that are not there after every stage. A footprint names what it finds by the last name; each stage of a target, and
 * each undo, by that which it has just then.
 */
function namesOnTheWay(records: Proof['records'], whole: readonly RecordLine[]): readonly string[] {
  const there = records.map(({ lines }) => new Set(lines.map(keyOfLine)))
  const passing = whole.filter((line) => !there.every((names) => names.has(keyOfLine(line))))
  return passing.flatMap((line) => {
    const { relations, types, routines } = objectsOfLines([line], whole)
    const relation = RELATIONS[line.kind]
    return [
      ...(relation === undefined ? [] : relations.map((name) => `${relation} ${name}`)),
      ...types.map((name) => `type ${name}`),
      ...routines.map((name) => `${line.kind} ${name}`),
    ]
  })
}
