/** Where a change by SQL is proven: on the base, or, where that takes commits, on a copy of it. */
import type pg from 'pg'
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { NOT_RETRYABLE, SagaError } from '../../errors.ts'
import { nameGiver } from '../../physical/plan/planMutation.ts'
import { tablesByOrder } from '../../sql/change/usesOrder.ts'
import type { NamespaceRecord } from '../../sql/record.ts'
import type { ScriptStage } from '../../sql/script/script.ts'
import type { Project } from '../catalog/projects/projects.ts'
import { type ChangeTexts, type WantedChange, writeUndo } from '../catalog/sql/changeTexts.ts'
import { readRecord, WHOLE } from '../record/readRecord.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import type { Template } from '../template/template.ts'
import { type Hiding, type ProvenTexts, proveHiding } from './asides/proveHiding.ts'
import { canBeCopied, dropLeftCopies, withBaseCopy } from './baseCopy.ts'
import { needsCommits } from './proofStage.ts'
import { proveOnCopy } from './proveChange.ts'

/** What planning a change by SQL works with. */
export interface PlanningOfSql {
  readonly catalog: pg.Pool
  readonly targetPools: TargetPools
  /** What a copy of the base is made of, for what one transaction cannot prove; without it, that is refused. */
  readonly template?: (project: Project, recorded: NamespaceRecord) => Promise<Template>
}

/** What is to be proven of a project. */
export interface Asked {
  readonly wanted: WantedChange
  readonly texts: ChangeTexts
  readonly recorded: NamespaceRecord | null
  readonly base: Target
  /** After which what it hides is called. */
  readonly operationId: string
}

/** Errors: those of the texts and of their proof. */
export async function proofOf(
  deps: PlanningOfSql,
  project: Project,
  { wanted, texts, recorded, base, operationId }: Asked,
): Promise<ProvenTexts> {
  const { targetPools } = deps
  const { settings } = project
  const question = {
    where: whereOf(base),
    shared: settings.shared_namespaces,
    name: wanted.name,
    up: texts.up,
    undo: texts.undo,
    beside: <Answer>(ask: (other: ClientBase) => Promise<Answer>) => targetPools.withSideClient(base, ask),
    write: (stage: ScriptStage, before: NamespaceRecord, after: NamespaceRecord) =>
      writeUndo(wanted.name, stage, before, after),
  }
  try {
    const hiding = await hidingFor(project, wanted, texts, operationId)
    return await targetPools.withClient(base, (client, namespace) =>
      proveHiding(client, { ...question, namespace, sharedRows: settings.shared_rows }, hiding),
    )
  } catch (error) {
    if (!needsCommits(error) || recorded === null || !canBeCopied(recorded)) throw error
    // A copy has nothing that was hidden before.
    if (wanted.revives !== undefined) throw error
    const template = await templateOf(deps, project, recorded, error)
    await dropLeftCopies(deps)
    const wish = { project: project.id, base, template, recorded }
    // Rows elsewhere would stay: there it may write none.
    const proof = await withBaseCopy(deps, wish, (client, namespace) => proveOnCopy(client, { ...question, namespace }))
    const itself = await targetPools.withClient(base, (client, namespace) => readRecord(client, namespace, WHOLE))
    const proven = { ...proof, ...(itself !== null && { base: itself }) }
    return { proof: proven, up: texts.up, back: proof.down, asides: [], plain: [] }
  }
}

/** How drops are dealt with; what a revert brings back comes back in any case. */
async function hidingFor(
  { settings }: Project,
  { revives = [] }: WantedChange,
  { up, undo }: ChangeTexts,
  operationId: string,
): Promise<Hiding> {
  const nextName = nameGiver(operationId)
  const back = { stages: undo.flatMap((stage) => stage ?? []) }
  return {
    isWanted: settings.set_aside_drops === 'on',
    nextPrefix: () => nextName().prefix,
    revives,
    ordered: [...(await tablesByOrder(up)), ...(await tablesByOrder(back))],
  }
}

/** Where there is none, the change is refused as it was, and why is said. */
async function templateOf(
  { template }: PlanningOfSql,
  project: Project,
  recorded: NamespaceRecord,
  refused: SagaError,
): Promise<Template> {
  if (template === undefined) throw refused
  try {
    return await template(project, recorded)
  } catch (error) {
    if (!(error instanceof SagaError) || !NOT_RETRYABLE.includes(error.name)) throw error
    throw refused.retold(`${refused.message} It could be proven on a copy of the base only: ${error.message}`, {
      details: refused.details,
    })
  }
}
