/** From a change by SQL to its plan: its texts are read, proven on the base, and paired with their undo. */
import { RequestRefused } from '../../errors.ts'
import { PREVIEW } from '../../physical/plan/operationName.ts'
import type { Plan } from '../../physical/plan/plan.ts'
import { planSql } from '../../physical/plan/planSql.ts'
import { meanwhileIn } from '../../sql/aside/steps.ts'
import type { SqlChange } from '../../sql/change/sqlChange.ts'
import { tablesByOrder } from '../../sql/change/usesOrder.ts'
import type { NamespaceRecord } from '../../sql/record.ts'
import { heldText } from '../../sql/script/hazards/asides.ts'
import type { Script } from '../../sql/script/script.ts'
import { scriptText } from '../../sql/script/scriptText.ts'
import { sha256Of } from '../../sql/text.ts'
import type { Project } from '../catalog/projects/projects.ts'
import { keepProof } from '../catalog/sql/changes.ts'
import { type ChangeTexts, keptTexts, readTexts, type WantedChange } from '../catalog/sql/changeTexts.ts'
import { countingOf, readRecordOf } from '../catalog/sql/sqlRevisions.ts'
import { keepText } from '../catalog/sql/sqlTexts.ts'
import { whereOf } from '../sessions/servers.ts'
import { type ChangedRecords, recordsOf, requireCounted } from './changedRecords.ts'
import { changeHazards } from './changeHazards.ts'
import { type PlanningOfSql, proofOf } from './proofOf.ts'
import type { Proof } from './proveChange.ts'
import { seenIn } from './seenIn.ts'

/** Proves the texts on the base, and keeps the plan of them for an operation. Errors: those of the texts and of their proof. */
export async function planChange(
  deps: PlanningOfSql,
  project: Project,
  wanted: WantedChange,
  operationId: string,
): Promise<Plan> {
  const { plan, next, texts } = await provenChange(deps, project, wanted, operationId)
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
export async function provenChange(
  deps: PlanningOfSql,
  project: Project,
  wanted: WantedChange,
  operationId: string = PREVIEW,
): Promise<ProvenChange> {
  const { catalog } = deps
  const { base, schema, revision, schemaHash } = project
  if (base === null) throw new RequestRefused('NOT_APPLICABLE', `Project "${project.id}" has no base to prove SQL on.`)
  const texts = await readTexts(catalog, project, await keptTexts(catalog, wanted.texts))
  const recorded = await readRecordOf(catalog, project.id, revision)
  const proven = await proofOf(deps, project, { wanted, texts, recorded, base, operationId })
  const { proof, up, asides, plain } = proven
  const records = recordsOf(proof, recorded ?? proof.records[0], whereOf(base))
  const whole = (script: Script): string => scriptText(script, texts.dumped ?? base.namespace)
  const back = proven.back === null ? null : whole(proven.back)
  const forth = wanted.texts.length > 1 ? whole(texts.up) : null
  const change = {
    ...changeOf(project, { wanted, texts, up, proof, records }),
    ...textsOf(wanted, proof, { forth, back }),
    ...(asides.length > 0 && { asides }),
    ...(await orderFor(texts, proof)),
  }
  requireCounted(change, records)
  const held = heldText(project.settings.hold_before_purge_ms)
  const hazards = await changeHazards({ up, down: proof.down, plain, held }, proof)
  const given = texts.up
  const plan = planSql({ schema, revision, schemaHash, up, given, down: proof.down, change, hazards })
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
  readonly up: Script
  readonly proof: Proof
  readonly records: ChangedRecords
}

function changeOf(project: Project, { wanted, texts, up, proof, records }: Proven): Omit<SqlChange, 'up' | 'down'> {
  const namespaces = [project.base?.namespace, texts.dumped].flatMap((each) => each ?? [])
  const tables = new Set([...proof.footprint.rowsWritten, ...tablesIn(proof.reaches)])
  return {
    ...seenIn(proof, namespaces, countingOf(project), records, meanwhileIn([up, proof.down])),
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
