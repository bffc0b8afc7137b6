/**
 * The proof of a change by SQL: on the base, in one transaction that is rolled back, its text goes up, back stage by stage,
 * and up again, and the record of the namespace is read in between.
 */
import type { ClientBase } from 'pg'
import { MutationRejected, RequestRefused } from '../../errors.ts'
import type { WayBack } from '../../sql/change/sqlChange.ts'
import { type NamespaceRecord, UNSUPPORTED, unsupportedIn } from '../../sql/record.ts'
import { differenceText, type LineDifference, recordDifferences } from '../../sql/recordDifferences.ts'
import type { Script, ScriptStage, ScriptStatement } from '../../sql/script/script.ts'
import { readColumnOrder } from '../record/readColumnOrder.ts'
import { readRecord, WHOLE } from '../record/readRecord.ts'
import { spend } from '../sessions/spent.ts'
import { footprintInside, requireBookkeepingAlone } from '../target/script/fences.ts'
import type { Footprint, FootprintQuestion } from '../target/script/footprint.ts'
import { placeOf, type ScriptPlace } from '../target/script/place.ts'
import { reachedRows } from '../target/script/reachedRows.ts'
import { type BatchOnBase, batchOnBase, requireBatchKey } from './batchOnBase.ts'
import { keepNumbers } from './numbersKept.ts'
import { proveStage } from './proofStage.ts'

/** What is to be proven, on a session of the base. */
export interface ProofQuestion {
  readonly namespace: string
  /** For messages: the server and the namespace. */
  readonly where: string
  /** Namespaces in which names are found as well. */
  readonly shared: readonly string[]
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
  /** What rows bring along that the base need not have; see `SqlChange`. */
  readonly reaches: readonly string[]
  /** The columns of tables in their order, before the first stage. */
  readonly order: ReadonlyMap<string, readonly string[]>
  /** Sequences that the proof itself has touched. */
  readonly numbered: readonly string[]
}

/** Errors: those of the texts, `OTHER_NAMESPACE`, `SESSION_CHANGED`, `DOWN_INCOMPLETE`, `KIND_UNSUPPORTED`. */
export async function proveChange(client: ClientBase, question: ProofQuestion): Promise<Proof> {
  const { namespace } = question
  // The text may run any code, and its session is no other namespace's.
  spend(client)
  await client.query('BEGIN')
  try {
    const place = await placeOf(client, namespace, question)
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
  const runsCode = [up, down].some((each) => each !== null && stepsIn(each).some((step) => step.runsCode))
  const numbered = runsCode ? await keepNumbers(client, namespace) : []
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
  requireDescribed(question, records)
  const there = await seen(course)
  const back = down === null ? await writeBack(course, records) : { wayBack: 'given' as const, down, why: null }
  const soFar = { records, batches, reordered: [], order, numbered }
  if (back.down === null) return { ...soFar, ...there, ...without(back.why) }
  const returned = await goBack(course, back.down, records)
  if ('why' in returned) return { ...soFar, ...there, ...without(returned.why) }
  const reordered = [...order].flatMap(([table, columns]) =>
    sameList(columns, returned.order.get(table)) ? [] : [table],
  )
  // What the way back touches counts, too.
  const { wayBack, down: proven } = back
  return { ...soFar, ...(await seen(course, there.footprint)), wayBack, down: proven, whyNoWayBack: null, reordered }
}

function without(why: string | null): Pick<Proof, 'wayBack' | 'down' | 'whyNoWayBack'> {
  return { wayBack: 'none', down: null, whyNoWayBack: why }
}

async function look({ client, question: { namespace, where } }: Course): Promise<NamespaceRecord> {
  const record = await readRecord(client, namespace, WHOLE, 'the transaction of the caller')
  if (record === null) throw new Error(`The namespace of the base, ${where}, is gone.`)
  return record
}

/** `earlier`: a key that was made and dropped again in the one transaction is nowhere any more, but its lock on the other table is. */
async function seen(
  { client, place, question }: Course,
  earlier: Footprint | null = null,
): Promise<Pick<Proof, 'footprint' | 'reaches'>> {
  const { namespace, up, down, beside, where } = question
  await requireBookkeepingAlone(client, where)
  const steps = [up, down].flatMap((each) => (each === null ? [] : stepsIn(each)))
  const keyed = earlier === null ? [] : earlier.outside.flatMap(({ byKeys, name }) => (byKeys ? [name] : []))
  const footprint = await footprintInside(client, place, { steps, beside, where, keyed })
  return { footprint, reaches: await reachedRows(client, namespace, footprint.rowsWritten) }
}

function stepsIn({ stages }: Script): readonly ScriptStatement[] {
  return stages.flatMap(({ statements }) => statements)
}

async function run({ client, place, question: { where } }: Course, stage: ScriptStage): Promise<void> {
  await requireBatchKey(client, place.namespace, stage)
  await proveStage({ client, place, where }, stage)
}

/** Nothing could be compared with what no line describes. Errors: `KIND_UNSUPPORTED`. */
function requireDescribed({ name }: ProofQuestion, [first, ...later]: Proof['records']): void {
  const known = new Set(unsupportedIn(first))
  const objects = [...new Set(later.flatMap(unsupportedIn))].filter((each) => !known.has(each))
  if (objects.length === 0) return
  throw new RequestRefused(
    'KIND_UNSUPPORTED',
    `"${name}" makes what no record describes, so that no tenant could be compared: ${objects.join(', ')}.`,
    { details: { objects } },
  )
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

type Returned = { readonly order: ReadonlyMap<string, readonly string[]> } | { readonly why: string }

/** Back, and there again, because what an undo leaves behind must not stop the next try. Of a text that was written for it, why it does not lead back. */
async function goBack(course: Course, down: Script, records: Proof['records']): Promise<Returned> {
  const { client, question } = course
  await client.query('SAVEPOINT schema_saga_back')
  try {
    for (const [index, stage] of down.stages.entries()) {
      const number = question.up.stages.length - index
      await run(course, stage)
      const told = await unlike(course, records[number - 1])
      if (told !== null) throw incomplete(question.name, `does not lead back: after the undo of stage ${number} `, told)
    }
    const order = await readColumnOrder(client, question.namespace)
    for (const stage of question.up.stages) await run(course, stage)
    const told = await unlike(course, records.at(-1))
    if (told !== null)
      throw incomplete(question.name, 'is no way back: the text leads elsewhere when it runs again after it: ', told)
    return { order }
  } catch (error) {
    if (question.down !== null || !(error instanceof Error)) throw error
    await client.query('ROLLBACK TO SAVEPOINT schema_saga_back')
    return { why: `what was added could not be dropped again: ${error.message}` }
  }
}

/** What nothing describes stood there before, and is left alone. */
async function unlike(
  course: Course,
  expected: NamespaceRecord | undefined,
): Promise<readonly LineDifference[] | null> {
  if (expected === undefined) throw new Error('A stage of the proof has no record.')
  const actual = await look(course)
  const known = new Set(unsupportedIn(expected).filter((each) => unsupportedIn(actual).includes(each)))
  const lines = (record: NamespaceRecord) =>
    record.lines.filter(({ kind, name }) => kind !== UNSUPPORTED || !known.has(name))
  const differences = recordDifferences({ lines: lines(expected) }, { lines: lines(actual) })
  return differences.length === 0 ? null : differences
}

function incomplete(name: string, what: string, differences: readonly LineDifference[]): MutationRejected {
  return new MutationRejected('DOWN_INCOMPLETE', `The \`down\` of "${name}" ${what}${toldOf(differences)}.`, {
    details: { objects: differences.map(({ object }) => object) },
  })
}

const MOST = 10

function toldOf(differences: readonly LineDifference[]): string {
  const told = differences.slice(0, MOST).map(differenceText).join('; ')
  return differences.length > MOST ? `${told}; and ${differences.length - MOST} more` : told
}

function sameList(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((each, index) => each === b[index])
}
