/** The way back in a proof: written where none was given, and gone. */
import { MutationRejected } from '../../errors.ts'
import { ident } from '../../physical/sql.ts'
import type { WayBack } from '../../sql/change/sqlChange.ts'
import { type NamespaceRecord, UNSUPPORTED, unsupportedIn } from '../../sql/record.ts'
import { differencesText, type LineDifference, recordDifferences } from '../../sql/recordDifferences.ts'
import type { Script, ScriptStage } from '../../sql/script/script.ts'
import { readColumnOrder } from '../record/readColumnOrder.ts'
import { type Course, look, run } from './course.ts'
import { withIndexes } from './indexFromBase.ts'

/** The base before the first stage of the way there, and after each. */
export type Records = readonly [NamespaceRecord, ...NamespaceRecord[]]

/** At most so many differences are told. */
const MOST = 10

/** What leads back, or why nothing does. */
export interface Back {
  readonly wayBack: WayBack
  readonly down: Script | null
  readonly why: string | null
}

/** That which was given, with what was not given written by us. Errors: `DOWN_NOT_PAIRED`. */
export async function completeBack({ question, dropped }: Course, records: Records): Promise<Back> {
  const { name, up, undo: given, write } = question
  const stages: ScriptStage[] = []
  for (const [index, stage] of up.stages.entries()) {
    const known = given[given.length - 1 - index] ?? null
    if (known !== null) {
      stages.unshift(known)
      continue
    }
    const [before, after] = [records[index], records[index + 1]]
    const writes = stage.statements.find(({ writesRows }) => writesRows)
    if (before === undefined || after === undefined) throw new Error('A stage of the proof has no record.')
    if (writes !== undefined) return { wayBack: 'none', down: null, why: `it writes rows (${writes.place})` }
    const drops = stage.index?.builds === false ? stage.index.name : null
    const undo = drops === null ? await write(stage, before, after) : (dropped.get(drops)?.built ?? null)
    if (undo === null && drops !== null) {
      return { wayBack: 'none', down: null, why: `it drops index ${ident(drops)}, which the base has not` }
    }
    if (undo === null) {
      return { wayBack: 'none', down: null, why: 'it does more than add objects, and no `down` was given' }
    }
    stages.unshift(undo)
  }
  const down = withIndexes(name, { stages }, dropped)
  return { wayBack: given.includes(null) ? 'written' : 'given', down, why: null }
}

/** Where a way back has led. */
export type Returned = { readonly order: ReadonlyMap<string, readonly string[]> } | { readonly why: string }

/** Back, and there again, because what an undo leaves behind must not stop the next try. Of a text that was written for it, why it does not lead back. */
export async function goBack(course: Course, down: Script, records: Records): Promise<Returned> {
  const { client, question, commits } = course
  if (commits === null) await client.query('SAVEPOINT schema_saga_back')
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
    if (question.undo.some((stage) => stage !== null) || !(error instanceof Error)) throw error
    await client.query(commits === null ? 'ROLLBACK TO SAVEPOINT schema_saga_back' : 'ROLLBACK; BEGIN')
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
  return new MutationRejected(
    'DOWN_INCOMPLETE',
    `The \`down\` of "${name}" ${what}${differencesText(differences, MOST)}.`,
    {
      details: { objects: differences.map(({ object }) => object) },
    },
  )
}
