/**
 * The proof of a change by SQL: on the base, in one transaction that is rolled back, its text goes up, back stage by stage,
 * and up again, and the record of the namespace is read in between.
 */
import type { ClientBase } from 'pg'
import { MutationRejected } from '../../errors.ts'
import type { WayBack } from '../../sql/change/sqlChange.ts'
import type { NamespaceRecord } from '../../sql/record.ts'
import { differenceText, type LineDifference, recordDifferences } from '../../sql/recordDifferences.ts'
import type { Script, ScriptStage, ScriptStatement } from '../../sql/script/script.ts'
import { readColumnOrder } from '../record/readColumnOrder.ts'
import { readRecord, WHOLE } from '../record/readRecord.ts'
import { spend } from '../sessions/spent.ts'
import { footprintInside, requireBookkeepingAlone, requireSameSession } from '../target/script/fences.ts'
import type { Footprint, FootprintQuestion } from '../target/script/footprint.ts'
import { placeOf, type ScriptPlace } from '../target/script/place.ts'
import { runStatements } from '../target/script/statements.ts'
import { type BatchOnBase, batchOnBase, requireBatchKey } from './batchOnBase.ts'

/** What is to be proven, on a session of the base. */
export interface ProofQuestion {
  readonly namespace: string
  /** For messages: the server and the namespace. */
  readonly where: string
  readonly name: string
  readonly up: Script
  /** As it was given, paired with the stages of `up`: the undo of the last one first. Null: one is to be written. */
  readonly down: Script | null
  readonly beside: FootprintQuestion['beside']
  /** Writes the undo of a stage for what was seen; null where it cannot. */
  readonly write: (stage: ScriptStage, before: NamespaceRecord, after: NamespaceRecord) => Promise<ScriptStage | null>
}

/** What the base looked like before and after each stage, and what leads back. */
export interface Proof {
  /** Before the first stage, and after each. */
  readonly records: readonly [NamespaceRecord, ...NamespaceRecord[]]
  readonly footprint: Footprint
  readonly wayBack: WayBack
  readonly down: Script | null
  readonly whyNoWayBack: string | null
  /** The statements of the text that run in batches. */
  readonly batches: readonly BatchOnBase[]
  /** Tables whose columns have another order once undone. */
  readonly reordered: readonly string[]
}

/** Errors: those of the texts, `OTHER_NAMESPACE`, `SESSION_CHANGED`, `DOWN_INCOMPLETE`, `KIND_UNSUPPORTED`. */
export async function proveChange(client: ClientBase, question: ProofQuestion): Promise<Proof> {
  const { namespace, where } = question
  // The text may run any code, and its session is no other namespace's.
  spend(client)
  await client.query('BEGIN')
  try {
    const place = await placeOf(client, namespace, where)
    return await prove({ client, place, question })
  } finally {
    // Whatever it was: nothing of a proof stays.
    await client.query('ROLLBACK')
  }
}

interface Course {
  readonly client: ClientBase
  readonly place: ScriptPlace
  readonly question: ProofQuestion
}

async function prove(course: Course): Promise<Proof> {
  const { client, question } = course
  const { namespace, up, down } = question
  const first = await look(course)
  const order = await readColumnOrder(client, namespace)
  const records: [NamespaceRecord, ...NamespaceRecord[]] = [first]
  const batches: BatchOnBase[] = []
  for (const stage of up.stages) {
    await run(course, stage)
    const batch = await batchOnBase(client, course.place, stage, question.where)
    if (batch !== null) batches.push(batch)
    records.push(await look(course))
  }
  const there = await footprint(course)
  const back = down === null ? await writeBack(course, records) : { wayBack: 'given' as const, down, why: null }
  const soFar = { records, footprint: there, batches, reordered: [] }
  if (back.down === null) return { ...soFar, ...without(back.why) }
  const said = await goBack(course, back.down, records)
  if (said !== null) return { ...soFar, ...without(said) }
  const undone = await readColumnOrder(client, namespace)
  const reordered = [...order].flatMap(([table, columns]) => (sameList(columns, undone.get(table)) ? [] : [table]))
  await again(course, records)
  // What the way back touches counts, too.
  return {
    ...soFar,
    footprint: await footprint(course),
    wayBack: back.wayBack,
    down: back.down,
    whyNoWayBack: null,
    reordered,
  }
}

function without(why: string | null): Pick<Proof, 'wayBack' | 'down' | 'whyNoWayBack'> {
  return { wayBack: 'none', down: null, whyNoWayBack: why }
}

async function look({ client, question: { namespace, where } }: Course): Promise<NamespaceRecord> {
  const record = await readRecord(client, namespace, WHOLE, 'the transaction of the caller')
  if (record === null) throw new Error(`The namespace of the base, ${where}, is gone.`)
  return record
}

async function footprint({ client, place, question }: Course): Promise<Footprint> {
  const { up, beside, where } = question
  await requireBookkeepingAlone(client, where)
  return await footprintInside(client, place, { steps: stepsIn(up), beside, where })
}

function stepsIn({ stages }: Script): readonly ScriptStatement[] {
  return stages.flatMap(({ statements }) => statements)
}

/** As it runs within a transaction. */
async function run({ client, place, question: { where } }: Course, stage: ScriptStage): Promise<void> {
  const { statements } = stage
  await requireBatchKey(client, place.namespace, stage)
  const steps = statements.map(({ plain: sql, place: at, runsCode }) => ({ sql, place: at, runsCode }))
  await requireSameSession(client, { steps, where }, () => runStatements(client, place, steps, where))
}

interface Back {
  readonly wayBack: WayBack
  readonly down: Script | null
  readonly why: string | null
}

async function writeBack({ question }: Course, records: Proof['records']): Promise<Back> {
  const { up, write } = question
  const stages: ScriptStage[] = []
  for (const [index, stage] of up.stages.entries()) {
    const [before, after] = [records[index], records[index + 1]]
    const writes = stage.statements.find(({ writesRows }) => writesRows)
    if (before === undefined || after === undefined) throw new Error('A stage of the proof has no record.')
    if (writes !== undefined) return { wayBack: 'none', down: null, why: `it writes rows (${writes.place})` }
    const undo = await write(stage, before, after)
    if (undo === null) {
      return { wayBack: 'none', down: null, why: 'it does more than add objects, and no `down` was given' }
    }
    stages.unshift(undo)
  }
  return { wayBack: 'written', down: { stages }, why: null }
}

/** Null where each stage was undone; otherwise, of a text that was written for it, why it does not lead back. */
async function goBack(course: Course, down: Script, records: Proof['records']): Promise<string | null> {
  const { client, question } = course
  const isGiven = question.down !== null
  await client.query('SAVEPOINT schema_saga_back')
  for (const [index, stage] of down.stages.entries()) {
    const number = question.up.stages.length - index
    const expected = records[number - 1]
    if (expected === undefined) throw new Error('A stage of the proof has no record.')
    try {
      await run(course, stage)
    } catch (error) {
      if (isGiven || !(error instanceof Error)) throw error
      await client.query('ROLLBACK TO SAVEPOINT schema_saga_back')
      return `what was added could not be dropped again: ${error.message}`
    }
    const differences = recordDifferences(expected, await look(course))
    if (differences.length === 0) continue
    if (isGiven) throw incomplete(question.name, number, differences)
    await client.query('ROLLBACK TO SAVEPOINT schema_saga_back')
    return `dropping what was added leaves ${toldOf(differences)}`
  }
  return null
}

function incomplete(name: string, stage: number, differences: readonly LineDifference[]): MutationRejected {
  return new MutationRejected(
    'DOWN_INCOMPLETE',
    `The \`down\` of "${name}" does not lead back: after the undo of stage ${stage} ${toldOf(differences)}.`,
    { details: { objects: differences.map(({ object }) => object) } },
  )
}

const MOST = 10

function toldOf(differences: readonly LineDifference[]): string {
  const told = differences.slice(0, MOST).map(differenceText).join('; ')
  return differences.length > MOST ? `${told}; and ${differences.length - MOST} more` : told
}

/** What an undo leaves behind must not stop the next try. */
async function again(course: Course, records: Proof['records']): Promise<void> {
  const { question } = course
  for (const stage of question.up.stages) await run(course, stage)
  const last = records.at(-1) ?? records[0]
  const differences = recordDifferences(last, await look(course))
  if (differences.length === 0) return
  throw new MutationRejected(
    'DOWN_INCOMPLETE',
    `"${question.name}" leads elsewhere when it runs again after its undo: ${toldOf(differences)}.`,
    { details: { objects: differences.map(({ object }) => object) } },
  )
}

function sameList(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((each, index) => each === b[index])
}
