/** From a change by SQL to its plan: its texts are read, proven on the base, and paired with their undo. */
import type pg from 'pg'
import { RequestRefused } from '../../errors.ts'
import type { Plan } from '../../physical/plan/plan.ts'
import { planSql } from '../../physical/plan/planSql.ts'
import type { SqlChange } from '../../sql/change/sqlChange.ts'
import { joinedOnly, narrowedTo, objectsOfLines } from '../../sql/onlyLines.ts'
import type { NamespaceRecord, RecordLine } from '../../sql/record.ts'
import { countedRecord } from '../../sql/recordCounting.ts'
import { differingLines } from '../../sql/recordDifferences.ts'
import { scriptText } from '../../sql/script/scriptText.ts'
import type { Project } from '../catalog/projects/projects.ts'
import { keepProof } from '../catalog/sql/changes.ts'
import { type ChangeTexts, keptTexts, readTexts, type WantedChange, writeUndo } from '../catalog/sql/changeTexts.ts'
import { countingOf } from '../catalog/sql/sqlRevisions.ts'
import { keepText } from '../catalog/sql/sqlTexts.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { touchedBy } from '../target/script/fences.ts'
import { onlyTouched } from '../target/script/footprint.ts'
import { changeHazards } from './changeHazards.ts'
import { type Proof, proveChange } from './proveChange.ts'

/** What planning a change by SQL works with. */
export interface PlanningOfSql {
  readonly catalog: pg.Pool
  readonly targetPools: TargetPools
}

/** Proves the texts on the base, and makes the plan of them. Errors: those of the texts and of their proof. */
export async function planChange(
  { catalog, targetPools }: PlanningOfSql,
  project: Project,
  wanted: WantedChange,
  operationId: string,
): Promise<Plan> {
  const { base, schema, revision, schemaHash } = project
  if (base === null) throw new RequestRefused('NOT_APPLICABLE', `Project "${project.id}" has no base to prove SQL on.`)
  const texts = await readTexts(catalog, project, wanted.name, await keptTexts(catalog, wanted))
  const proof = await targetPools.withClient(base, (client, namespace) =>
    proveChange(client, {
      namespace,
      where: whereOf(base),
      name: wanted.name,
      up: texts.up,
      down: texts.down,
      beside: (ask) => targetPools.withSideClient(base, ask),
      write: (stage, before, after) => writeUndo(wanted.name, stage, before, after),
    }),
  )
  const down = proof.wayBack === 'written' && proof.down !== null ? scriptText(proof.down, base.namespace) : null
  const change = {
    ...changeOf(project, wanted, texts, proof),
    down: down === null ? wanted.down : await keepText(catalog, down),
  }
  const hazards = await changeHazards(texts.up, proof)
  const plan = planSql({ schema, revision, schemaHash, up: texts.up, down: proof.down, change, hazards })
  await keepProof(catalog, operationId, plan.hash, proof.records.at(-1) ?? proof.records[0])
  return plan
}

function changeOf(project: Project, wanted: WantedChange, texts: ChangeTexts, proof: Proof): Omit<SqlChange, 'down'> {
  const namespaces = [project.base?.namespace, texts.dumped].flatMap((each) => each ?? [])
  return {
    ...seenIn(proof, namespaces, countingOf(project)),
    name: wanted.name,
    up: wanted.up,
    wayBack: proof.wayBack,
    ...(proof.whyNoWayBack !== null && { whyNoWayBack: proof.whyNoWayBack }),
    chain: texts.chain,
    ...(wanted.takesBack !== undefined && { takesBack: wanted.takesBack }),
    rowsNotProven: texts.up.stages.flatMap(({ statements }, index) =>
      statements.some(({ writesRows }) => writesRows)
        ? [{ stage: index + 1, tables: proof.footprint.rowsWritten }]
        : [],
    ),
  }
}

/** What targets are compared with: what the text has changed on the base, and touched. `namespaces`: what stands for the target's. */
export function seenIn(
  { records, footprint }: Proof,
  namespaces: readonly string[],
  counting: SqlChange['counting'],
): Pick<SqlChange, 'objects' | 'before' | 'after' | 'counting' | 'printing' | 'touched'> {
  const [first] = records
  const last = records.at(-1) ?? first
  const whole = records.flatMap(({ lines }) => lines)
  const objects = joinedOnly(objectsOfLines(changedLines(records), whole), onlyTouched(footprint.inside))
  const narrow = (record: NamespaceRecord): readonly RecordLine[] =>
    countedRecord({ ...record, lines: narrowedTo(record.lines, objects) }, namespaces, counting).lines
  return {
    objects,
    before: narrow(first),
    after: narrow(last),
    counting,
    printing: last.printing,
    touched: touchedBy(footprint),
  }
}

/** Of every stage, also where a later one takes it back. */
function changedLines(records: Proof['records']): readonly RecordLine[] {
  return records.slice(1).flatMap((after, index) => differingLines(records[index] ?? after, after))
}
