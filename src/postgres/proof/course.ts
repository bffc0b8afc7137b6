/** A proof under way: what is asked, where, and the steps that it is made of. */
import type { ClientBase } from 'pg'
import type { NamespaceRecord } from '../../sql/record.ts'
import type { Script, ScriptStage, ScriptStatement } from '../../sql/script/script.ts'
import { readRecord, WHOLE } from '../record/readRecord.ts'
import type { Footprint, FootprintQuestion } from '../target/script/footprint.ts'
import type { ScriptPlace } from '../target/script/place.ts'
import { requireBatchKey } from './batchOnBase.ts'
import { type DroppedIndex, indexBefore, returnComment } from './indexFromBase.ts'
import { proveStage } from './proofStage.ts'

/** What is to be proven, on a session of the base. */
export interface ProofQuestion {
  readonly namespace: string
  /** For messages: the server and the namespace. */
  readonly where: string
  /** Namespaces in which names are found as well. */
  readonly shared: readonly string[]
  /** Elsewhere, what it may write rows of. */
  readonly sharedRows?: readonly string[]
  readonly name: string
  readonly up: Script
  /** As it was given for the stages of `up`, the undo of the last one first. Null: one is to be written. */
  readonly undo: readonly (ScriptStage | null)[]
  readonly beside: FootprintQuestion['beside']
  /** Writes the undo of a stage for what was seen; null where it cannot. */
  readonly write: (stage: ScriptStage, before: NamespaceRecord, after: NamespaceRecord) => Promise<ScriptStage | null>
}

/** On a session of the base, within the transaction of the proof. */
export interface Course {
  readonly client: ClientBase
  readonly place: ScriptPlace
  readonly question: ProofQuestion
  /** What the way there has dropped so far of what the base can build again; filled while it goes. */
  readonly dropped: Map<string, DroppedIndex>
  /** Between two stages: nothing, or a commit on a copy, where what was touched is kept. */
  readonly commits: Commits | null
}

/** A proof with commits, on a copy of the base. */
export interface Commits {
  /** Commits what was done since the last time, and begins anew. */
  readonly commit: () => Promise<void>
  /** What all transactions have touched so far. */
  readonly touched: () => Promise<Footprint>
}

/** The base as it is just then. */
export async function look({ client, question: { namespace, where } }: Course): Promise<NamespaceRecord> {
  const record = await readRecord(client, namespace, WHOLE, 'the transaction of the caller')
  if (record === null) throw new Error(`The namespace of the base, ${where}, is gone.`)
  return record
}

/** The statements of all stages. */
export function stepsIn(stages: readonly (ScriptStage | null)[]): readonly ScriptStatement[] {
  return stages.flatMap((stage) => stage?.statements ?? [])
}

/** One stage, as it runs within a transaction. */
export async function run(
  { client, place, question: { where }, dropped, commits }: Course,
  stage: ScriptStage,
): Promise<void> {
  await requireBatchKey(client, place.namespace, stage)
  const before = await indexBefore(client, place.namespace, stage)
  await proveStage({ client, place, where }, stage)
  if (before !== null) dropped.set(stage.index?.name ?? '', before)
  await returnComment(client, place.namespace, stage, dropped)
  await commits?.commit()
}
