/**
 * The proof of a change by SQL: on the base, in one transaction that is rolled back, its text goes up, back stage by stage,
 * and up again, and the record of the namespace is read in between.
 */
import type { ClientBase } from 'pg'
import { RequestRefused } from '../../errors.ts'
import type { WayBack } from '../../sql/change/sqlChange.ts'
import { unquoted } from '../../sql/lineNames.ts'
import { type NamespaceRecord, unsupportedIn } from '../../sql/record.ts'
import type { Script } from '../../sql/script/script.ts'
import { readColumnOrder } from '../record/readColumnOrder.ts'
import { spend } from '../sessions/spent.ts'
import type { Footprint } from '../target/script/footprint.ts'
import { placeOf, type ScriptPlace } from '../target/script/place.ts'
import { type Numbered, numberedBy } from '../target/script/raiseSequences.ts'
import { reachedRows } from '../target/script/reachedRows.ts'
import { type BatchOnBase, batchOnBase } from './batchOnBase.ts'
import { type Course, look, type ProofQuestion, run, stepsIn } from './course.ts'
import { keepNumbers } from './numbersKept.ts'
import { committing, touchedNow } from './touched.ts'
import { completeBack, goBack, type Records } from './wayBack.ts'

/** What the base looked like before and after each stage, and what leads back. */
export interface Proof {
  /** Before the first stage, and after each. */
  readonly records: Records
  /** As the base itself is, where the proof ran on a copy of it. */
  readonly base?: NamespaceRecord
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
  /** Columns that the text lets a sequence number, and whose largest value nobody can tell. */
  readonly uncounted: readonly Numbered[]
}

/** Errors: those of the texts, `OTHER_NAMESPACE`, `SESSION_CHANGED`, `DOWN_INCOMPLETE`, `KIND_UNSUPPORTED`. */
export async function proveChange(client: ClientBase, question: ProofQuestion): Promise<Proof> {
  return await within(client, question, async (place) =>
    prove({ client, place, question, dropped: new Map(), commits: null }),
  )
}

/** The same on a copy of the base that holds whatever is committed there: a value of an enum is of use to nobody before. */
export async function proveOnCopy(client: ClientBase, question: ProofQuestion): Promise<Proof> {
  return await within(client, question, async (place) => {
    const course = { client, place, question, dropped: new Map() }
    const proof = await prove({ ...course, commits: committing(course) })
    // What an earlier stage has made was there before the next one.
    const before = new Set(
      proof.records[0].lines.flatMap(({ kind, name }) => (kind === 'table' ? [unquoted(name)] : [])),
    )
    const rowsWritten = proof.footprint.rowsWritten.filter((name) => before.has(name))
    return { ...proof, footprint: { ...proof.footprint, rowsWritten } }
  })
}

async function within<Result>(
  client: ClientBase,
  question: ProofQuestion,
  run: (place: ScriptPlace) => Promise<Result>,
): Promise<Result> {
  // The text may run any code, and its session is no other namespace's.
  spend(client)
  // Whoever had the session before may have left another path.
  await client.query('SET search_path = pg_catalog')
  await client.query('BEGIN')
  try {
    return await run(await placeOf(client, question.namespace, question))
  } finally {
    // Whatever it was: nothing of a proof stays.
    await client.query('ROLLBACK')
  }
}

async function prove(course: Course): Promise<Proof> {
  const { client, question } = course
  const { namespace, up, undo } = question
  const runsCode = stepsIn([...up.stages, ...undo]).some((step) => step.runsCode)
  // A copy has numbers of its own.
  const numbered = runsCode && course.commits === null ? await keepNumbers(client, namespace) : []
  const first = await look(course)
  const order = await readColumnOrder(client, namespace)
  const records: [...Records] = [first]
  const batches: BatchOnBase[] = []
  for (const stage of up.stages) {
    await run(course, stage)
    const batch = await batchOnBase(client, course.place, stage, question.where)
    if (batch !== null) batches.push(batch)
    records.push(await look(course))
  }
  requireDescribed(question, records)
  const there = await seen(course)
  const uncounted = await uncountedBy(course, there.footprint, numbered)
  const back = await completeBack(course, records)
  const soFar = { records, batches, reordered: [], order, numbered, uncounted }
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

async function uncountedBy(
  { client, question }: Course,
  { inside }: Footprint,
  numbered: readonly string[],
): Promise<readonly Numbered[]> {
  const texts = inside.filter(({ kind, name }) => kind !== 'sequence' || !numbered.includes(name))
  return (await numberedBy(client, question.namespace, { inside: texts })).filter(({ counts }) => !counts)
}

/** `earlier`: a key that was made and dropped again in the one transaction is nowhere any more, but its lock on the other table is. */
async function seen(course: Course, earlier: Footprint | null = null): Promise<Pick<Proof, 'footprint' | 'reaches'>> {
  const { client, question, commits } = course
  const footprint = commits === null ? await touchedNow(course, earlier) : await commits.touched()
  return { footprint, reaches: await reachedRows(client, question.namespace, footprint.rowsWritten) }
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

function sameList(a: readonly string[], b: readonly string[] | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((each, index) => each === b[index])
}
