/** Looks, before anything is changed anywhere, whether a change by people's own SQL would run in namespaces. Reads only. */
import type { ClientBase } from 'pg'
import { groupedBy } from '../../../groupedBy.ts'
import { joinedOnly, NOTHING, narrowedTo, type Only } from '../../../sql/onlyLines.ts'
import type { NamespaceRecord, RecordLine } from '../../../sql/record.ts'
import { type Counting, countedRecord } from '../../../sql/recordCounting.ts'
import { differenceText, printingProblem, recordDifferences } from '../../../sql/recordDifferences.ts'
import { readRecord, WHOLE } from '../../record/readRecord.ts'
import { type RecordShape, readRecordShapes } from '../../record/readRecordShapes.ts'
import { type AddedNames, readSurroundings, type Surroundings, takenText } from './surroundings.ts'

/** What is asked of every namespace. */
export interface SqlQuestion {
  /** What the change adds, as the proof on the base has found it. */
  readonly adds: AddedNames
  /** The objects that it touches and that were there before. */
  readonly touches: Only
  /** Relations that statements outside of transactions name, and that the change does not make; default: none. */
  readonly needs?: readonly string[]
  /** The record of the base at the revision from which the change leads. */
  readonly expected: NamespaceRecord
  /** Of lines, those that the change alters or takes away: others are drift, which is no reason to refuse it; default: all. */
  readonly isAsked?: (lines: readonly RecordLine[]) => readonly RecordLine[]
  /** What of records counts; the namespace of the base, and the one that it was dumped from, if any. */
  readonly counting: Counting
  readonly bases: readonly string[]
  /** Roles that text and touched objects name. */
  readonly roles: readonly string[]
}

/** What one namespace says; `error` where it could not be looked at. */
export interface SqlAnswer {
  readonly namespace: string
  /** In plain words, without the name of the target; empty where nothing is in the way. */
  readonly obstacles: readonly string[]
  readonly error?: unknown
}

const MOST_DIFFERENCES = 3

/** In the order of the namespaces, which are of one database: a look at all of them, and one more for each kind of them. */
export async function preflightSql(
  client: ClientBase,
  namespaces: readonly string[],
  question: SqlQuestion,
): Promise<readonly SqlAnswer[]> {
  const { adds, touches, needs = [], counting, expected, roles } = question
  const extensions = Object.keys(expected.printing.extensions)
  const around = await readSurroundings(client, namespaces, { adds, needs, roles, extensions })
  const only = withRoutines(touches, adds)
  const there = namespaces.filter((each) => around.has(each))
  const shapes = await readRecordShapes(client, there, counting, 'its own transaction', only)
  const inTheWay = new Map<string, readonly string[]>()
  const alike = groupedBy(
    shapes.flatMap((each) => ('shape' in each ? [each] : [])),
    ({ shape }) => shape,
  )
  for (const [first, ...others] of alike.values()) {
    const found = await unlike(client, first.namespace, only, question)
    for (const { namespace } of [first, ...others]) inTheWay.set(namespace, found)
  }
  const held = new Map(shapes.map((each) => [each.namespace, each] as const))
  return namespaces.map((namespace) => {
    const surroundings = around.get(namespace)
    if (surroundings === undefined) return { namespace, obstacles: ['its namespace does not exist'] }
    return answerOf(surroundings, question, held.get(namespace), inTheWay.get(namespace) ?? [])
  })
}

function answerOf(
  surroundings: Surroundings,
  { expected }: SqlQuestion,
  shape: RecordShape | undefined,
  unlikes: readonly string[],
): SqlAnswer {
  const { namespace, printing, obstacles } = surroundings
  if (shape !== undefined && 'error' in shape) return { namespace, obstacles, error: shape.error }
  const problem = printingProblem(expected.printing, printing)
  // Lines of another printing differ for no reason of theirs.
  return { namespace, obstacles: problem === null ? [...obstacles, ...unlikes] : [problem, ...obstacles] }
}

/** An overload that is there is found by the lines of its name. */
function withRoutines(touches: Only, { routines }: AddedNames): Only {
  return joinedOnly(touches, { ...NOTHING, routines: routines.map(({ name }) => name) })
}

/** How the touched objects differ from the recorded ones, and which of the added overloads are there. */
async function unlike(
  client: ClientBase,
  namespace: string,
  only: Only,
  { adds, touches, expected, counting, bases, isAsked = (all) => all }: SqlQuestion,
): Promise<readonly string[]> {
  const actual = await readRecord(client, namespace, WHOLE, 'its own transaction', only)
  if (actual === null) return ['its namespace was dropped meanwhile']
  const lines = narrowedTo(actual.lines, touches)
  const recorded = { ...expected, lines: narrowedTo(expected.lines, touches) }
  const differences = recordDifferences(
    { lines: isAsked(countedRecord(recorded, bases, counting).lines) },
    { lines: isAsked(countedRecord({ ...actual, lines }, [namespace], counting).lines) },
  )
  const signatures = new Set(adds.routines.map(({ signature }) => signature))
  const taken = actual.lines.filter(({ kind, name }) => ROUTINES.has(kind) && signatures.has(name))
  const more = differences.length - MOST_DIFFERENCES
  const told = differences.slice(0, MOST_DIFFERENCES).map(differenceText)
  return [
    ...taken.map(({ kind, name }) => takenText(name, kind)),
    ...(told.length === 0
      ? []
      : [`it does not look as its revision says: ${told.join(', ')}${more > 0 ? `, and ${more} more` : ''}`]),
  ]
}

const ROUTINES: ReadonlySet<string> = new Set(['function', 'procedure', 'aggregate'])
