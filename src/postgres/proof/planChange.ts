/** From a change by SQL to its plan: its texts are read, proven on the base, and paired with their undo. */
import { RequestRefused } from '../../errors.ts'
import type { Plan } from '../../physical/plan/plan.ts'
import { planSql } from '../../physical/plan/planSql.ts'
import type { SqlChange } from '../../sql/change/sqlChange.ts'
import { tablesByOrder } from '../../sql/change/usesOrder.ts'
import { keyOfLine } from '../../sql/lineNames.ts'
import { joinedOnly, narrowedTo, objectsOfLines } from '../../sql/onlyLines.ts'
import type { NamespaceRecord, RecordLine } from '../../sql/record.ts'
import { countedRecord } from '../../sql/recordCounting.ts'
import type { Script } from '../../sql/script/script.ts'
import { scriptText } from '../../sql/script/scriptText.ts'
import { sha256Of } from '../../sql/text.ts'
import type { Project } from '../catalog/projects/projects.ts'
import { keepProof } from '../catalog/sql/changes.ts'
import { type ChangeTexts, keptTexts, readTexts, type WantedChange } from '../catalog/sql/changeTexts.ts'
import { countingOf, readRecordOf } from '../catalog/sql/sqlRevisions.ts'
import { keepText } from '../catalog/sql/sqlTexts.ts'
import { whereOf } from '../sessions/servers.ts'
import { touchedBy } from '../target/script/fences.ts'
import { onlyTouched, type TouchedObject } from '../target/script/footprint.ts'
import { type ChangedRecords, recordsOf, requireCounted } from './changedRecords.ts'
import { changeHazards } from './changeHazards.ts'
import { type PlanningOfSql, proofOf } from './proofOf.ts'
import type { Proof } from './proveChange.ts'

/** Proves the texts on the base, and keeps the plan of them for an operation. Errors: those of the texts and of their proof. */
export async function planChange(
  deps: PlanningOfSql,
  project: Project,
  wanted: WantedChange,
  operationId: string,
): Promise<Plan> {
  const { plan, next, texts } = await provenChange(deps, project, wanted)
  for (const text of texts) await keepText(deps.catalog, text)
  await keepProof(deps.catalog, operationId, plan.hash, next)
  return plan
}

/** A plan, and what only its proof could tell. */
export interface ProvenChange {
  readonly plan: Plan
  readonly proof: Proof
  /** The record of the revision that it makes. */
  readonly next: NamespaceRecord
  /** What its plan names and nobody has given: the whole of the way back, and of several texts. */
  readonly texts: readonly string[]
}

/** Proves the texts on the base, and keeps nothing. Errors: those of the texts and of their proof. */
export async function provenChange(deps: PlanningOfSql, project: Project, wanted: WantedChange): Promise<ProvenChange> {
  const { catalog } = deps
  const { base, schema, revision, schemaHash } = project
  if (base === null) throw new RequestRefused('NOT_APPLICABLE', `Project "${project.id}" has no base to prove SQL on.`)
  const texts = await readTexts(catalog, project, await keptTexts(catalog, wanted.texts))
  const recorded = await readRecordOf(catalog, project.id, revision)
  const proof = await proofOf(deps, project, { wanted, texts, recorded, base })
  const records = recordsOf(proof, recorded ?? proof.records[0], whereOf(base))
  const whole = (script: Script): string => scriptText(script, texts.dumped ?? base.namespace)
  const back = proof.down === null ? null : whole(proof.down)
  const forth = wanted.texts.length > 1 ? whole(texts.up) : null
  const change = {
    ...changeOf(project, { wanted, texts, proof, records }),
    ...textsOf(wanted, proof, { forth, back }),
    ...(await orderFor(texts, proof)),
  }
  requireCounted(change, records)
  const hazards = await changeHazards({ up: texts.up, down: proof.down }, proof)
  const plan = planSql({ schema, revision, schemaHash, up: texts.up, down: proof.down, change, hazards })
  return { plan, proof, next: records.next, texts: [forth, back].flatMap((text) => text ?? []) }
}

/** By their sha256: what was given, or what stands for several texts. */
function textsOf(
  { texts }: WantedChange,
  { wayBack }: Proof,
  whole: { readonly forth: string | null; readonly back: string | null },
): Pick<SqlChange, 'up' | 'down' | 'back' | 'parts'> {
  const [first] = texts
  if (first === undefined) throw new Error('A change by SQL has no text.')
  const back = whole.back === null ? null : sha256Of(whole.back)
  const led = back === null ? {} : { back }
  if (whole.forth !== null) return { up: sha256Of(whole.forth), down: back, ...led, parts: texts }
  return { up: first.up, down: wayBack === 'written' ? back : first.down, ...led }
}

/** Of tables that were there before. */
async function orderFor({ up }: ChangeTexts, { down, order }: Proof): Promise<Pick<SqlChange, 'order'>> {
  const tables = [...(await tablesByOrder(up)), ...(down === null ? [] : await tablesByOrder(down))]
  const known = Object.fromEntries(
    tables.flatMap((table) => {
      const columns = order.get(table)
      return columns === undefined ? [] : [[table, columns] as const]
    }),
  )
  return Object.keys(known).length === 0 ? {} : { order: known }
}

interface Proven {
  readonly wanted: WantedChange
  readonly texts: ChangeTexts
  readonly proof: Proof
  readonly records: ChangedRecords
}

function changeOf(project: Project, { wanted, texts, proof, records }: Proven): Omit<SqlChange, 'up' | 'down'> {
  const namespaces = [project.base?.namespace, texts.dumped].flatMap((each) => each ?? [])
  const tables = new Set([...proof.footprint.rowsWritten, ...tablesIn(proof.reaches)])
  return {
    ...seenIn(proof, namespaces, countingOf(project), records),
    name: wanted.name,
    wayBack: proof.wayBack,
    ...(proof.whyNoWayBack !== null && { whyNoWayBack: proof.whyNoWayBack }),
    chain: texts.chain,
    shared: project.settings.shared_namespaces,
    ...(project.settings.shared_rows.length > 0 && { sharedRows: project.settings.shared_rows }),
    ...(wanted.takesBack !== undefined && { takesBack: wanted.takesBack }),
    rowsNotProven: rowsNotProven(texts, proof, [...tables].sort()),
  }
}

/**
 * What targets are compared with: what the text has changed on the base, and touched. `namespaces`: what stands for the
 * target's; `records`: those of both revisions, where the base has come away from its own.
 */
export function seenIn(
  proof: Proof,
  namespaces: readonly string[],
  counting: SqlChange['counting'],
  { before, next, changed }: ChangedRecords = recordsOf(proof, proof.records[0], 'the base'),
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
    touched: [...new Set([...touchedBy(proof.footprint), ...namesOnTheWay(proof.records, whole)])].sort(),
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

/** What the grammar does not show, a lock does: then any stage may have done it. */
function rowsNotProven(
  { up }: ChangeTexts,
  { footprint }: Proof,
  tables: readonly string[],
): SqlChange['rowsNotProven'] {
  const stages = up.stages.map(({ statements }) => statements.some(({ writesRows }) => writesRows))
  const isUnseen = footprint.rowsWritten.length > 0 && !stages.includes(true)
  return stages.flatMap((writes, index) => (writes || isUnseen ? [{ stage: index + 1, tables }] : []))
}

function tablesIn(reaches: readonly string[]): readonly string[] {
  return reaches.flatMap((each) => (/^table [^*]/.test(each) ? [each.slice('table '.length)] : []))
}
