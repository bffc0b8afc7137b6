/** Whether a change by SQL has left on a target what it left on the base, asked before its transaction commits. */
import type { ClientBase } from 'pg'
import { StatementRefused } from '../../../errors.ts'
import { answerableLines } from '../../../sql/change/changedLines.ts'
import type { SqlChange } from '../../../sql/change/sqlChange.ts'
import { keyOfLine } from '../../../sql/lineNames.ts'
import type { RecordLine } from '../../../sql/record.ts'
import { countedRecord } from '../../../sql/recordCounting.ts'
import { differencesText, differingLines, recordDifferences } from '../../../sql/recordDifferences.ts'
import { readLinesOf } from '../../record/readRecord.ts'
import { whereOf } from '../../sessions/servers.ts'
import type { StageTry } from '../stage/protocol.ts'
import { notedTables, withNoted } from './lenientUndo.ts'

/** At most so many differences are told. */
const MOST = 5

/** What the change left is as it was on the base. Errors: `DOES_OTHERWISE` with the first differences. */
export async function requireChanged(each: StageTry): Promise<void> {
  await require(each, (change) => change.after, 'would not look as the base does after it')
}

/** What the change touched is as it was. Errors: `DOES_OTHERWISE`. */
export async function requireUndone(each: StageTry): Promise<void> {
  const tables = await notedTables(each)
  const expected = ({ before }: SqlChange, actual: readonly RecordLine[]) => withNoted(before, actual, tables)
  await require(each, expected, 'would not look as before it, once undone')
}

/** The same of a rehearsal, which has no marker. Errors: `DOES_OTHERWISE`. */
export async function requireAsAfter(
  client: ClientBase,
  namespace: string,
  change: SqlChange,
  where: string,
): Promise<void> {
  const what = `${where} would not look as the base does after it`
  await requireLines({ client, namespace, change }, () => change.after, what)
}

async function require(
  { client, namespace, work }: StageTry,
  expected: (change: SqlChange, actual: readonly RecordLine[]) => readonly RecordLine[],
  what: string,
): Promise<void> {
  const change = work.plan.sqlChange
  if (change === undefined) return
  const lines = (actual: readonly RecordLine[]): readonly RecordLine[] => expected(change, actual)
  await requireLines({ client, namespace, change }, lines, `${whereOf(work.target)} ${what}`)
}

/**
 * A text that may take another way where the rows are others changes no line but those of the proof: each stage by itself, as
 * what others have altered is not its doing. Errors: `DOES_OTHERWISE`.
 */
export async function requireKnownLines<Result>(
  client: ClientBase,
  namespace: string,
  { change, where }: { readonly change: SqlChange | undefined; readonly where: string },
  run: () => Promise<Result>,
): Promise<Result> {
  if (change?.changed === undefined) return await run()
  const known = new Set(change.changed)
  const before = (await readLinesOf(client, namespace, change.objects)) ?? []
  const result = await run()
  const after = (await readLinesOf(client, namespace, change.objects)) ?? []
  const counted = (lines: readonly RecordLine[]) => countedRecord({ lines }, [namespace], change.counting)
  const others = differingLines(counted(before), counted(after))
    .map(keyOfLine)
    .filter((key) => !known.has(key))
  if (others.length === 0) return result
  const told = [...new Set(others)].slice(0, MOST).join(', ')
  throw new StatementRefused(
    'DOES_OTHERWISE',
    `${where}: the text changes here what it did not change on the base: ${told}. It was rolled back.`,
  )
}

interface Compared {
  readonly client: ClientBase
  readonly namespace: string
  readonly change: SqlChange
}

async function requireLines(
  { client, namespace, change }: Compared,
  expected: (actual: readonly RecordLine[]) => readonly RecordLine[],
  what: string,
): Promise<void> {
  const found = await readLinesOf(client, namespace, change.objects)
  const actual = found === null ? { lines: [] } : countedRecord({ lines: found }, [namespace], change.counting)
  const differences = recordDifferences(
    { lines: answerableLines(expected(actual.lines), change) },
    { lines: answerableLines(actual.lines, change) },
  )
  if (differences.length === 0) return
  throw new StatementRefused('DOES_OTHERWISE', `${what}: ${differencesText(differences, MOST)}.`)
}
