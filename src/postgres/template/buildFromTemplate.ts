/** Makes the objects of a template in a namespace, within the caller's transaction, and looks that they are what was recorded. */
import pg, { type ClientBase } from 'pg'
import { RequestRefused, TargetDrifted } from '../../errors.ts'
import type { Baseline } from '../../sql/baseline.ts'
import { type NamespaceRecord, type RecordLine, unsupportedIn } from '../../sql/record.ts'
import { type Counting, countedRecord } from '../../sql/recordCounting.ts'
import { differenceText, printingProblem, recordDifferences } from '../../sql/recordDifferences.ts'
import { buildBaseline, pathOf, sharedNamespaces } from '../record/buildBaseline.ts'
import { readRecord, WHOLE } from '../record/readRecord.ts'
import { publicationStatements } from './publications.ts'

/** What is to be made, and where. */
export interface TemplateBuild {
  readonly baseline: Baseline
  readonly source: string
  readonly namespace: string
  /** The lines of the revision, everything included. */
  readonly recorded: NamespaceRecord
  /** Puts roles in place of marks. */
  readonly written?: (sql: string) => string
  readonly addRows?: () => Promise<void>
}

/** Errors: those of `buildBaseline`. */
export async function buildFromTemplate(client: ClientBase, build: TemplateBuild): Promise<void> {
  const { baseline, namespace, recorded, source, written, addRows } = build
  const shared = await sharedNamespaces(client, namespace)
  const more = { ...(written !== undefined && { written }), ...(addRows !== undefined && { addRows }) }
  await buildBaseline(client, baseline, { namespace, shared, source, unfilled: unfilledIn(recorded.lines), ...more })
  await client.query(`SET LOCAL search_path = ${pathOf({ namespace, shared })}`)
  await dropHidden(client, namespace)
  await addToPublications(client, namespace, recorded.lines)
  await client.query('SET LOCAL search_path = pg_catalog')
}

/** The lines of `namespace` that count, for a comparison with those of the revision; `also`: names that its role may have. */
export async function countedLines(
  client: ClientBase,
  namespace: string,
  { also, counting }: { readonly also: readonly string[]; readonly counting: Counting },
): Promise<NamespaceRecord> {
  const whole = await readRecord(client, namespace, WHOLE, 'the transaction of the caller')
  if (whole === null) throw new Error('A namespace that was made a moment ago is not there.')
  return countedRecord(whole, [namespace, ...also], counting)
}

const MOST_NAMED = 5

/** Why the one is not what the other says, in words; null where it is. */
export function differenceBetween(expected: NamespaceRecord, actual: NamespaceRecord): string | null {
  const problem = printingProblem(expected.printing, actual.printing)
  if (problem !== null) return problem
  const differences = recordDifferences(expected, actual)
  if (differences.length === 0) return null
  const more = differences.length > MOST_NAMED ? `, and ${differences.length - MOST_NAMED} more` : ''
  return `${differences.slice(0, MOST_NAMED).map(differenceText).join(', ')}${more}`
}

/** Errors: `TARGET_DRIFTED`, `KIND_UNSUPPORTED`. */
export function requireAlike(
  where: string,
  { revision, expected, actual }: { revision: number; expected: NamespaceRecord; actual: NamespaceRecord },
): void {
  const objects = unsupportedIn(actual)
  if (objects.length > 0) {
    const text = `${where} would have what nothing describes, so that it could not be compared: ${objects.join(', ')}.`
    throw new RequestRefused('KIND_UNSUPPORTED', text, { details: { objects } })
  }
  const difference = differenceBetween(expected, actual)
  if (difference === null) return
  const text = `${where} would not be what revision ${revision} of its project is, so that it was not made: ${difference}.`
  throw new TargetDrifted('TARGET_DRIFTED', text)
}

/** Those that are empty in the base as well. */
function unfilledIn(lines: readonly RecordLine[]): readonly string[] {
  const empty = lines.filter(({ kind, facts }) => kind === 'populated' && facts.populated === false)
  return empty.map(({ name }) => name.replace(/^materialized view /, ''))
}

/** Columns that the base has set aside; tables are left out of the dump. */
async function dropHidden(client: ClientBase, namespace: string): Promise<void> {
  const { rows } = await client.query<{ drop: string }>(
    `SELECT pg_catalog.format('ALTER TABLE %I.%I DROP COLUMN %I', $1::text, c.relname, a.attname) AS drop
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AND c.relkind IN ('r', 'p')
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attinhcount = 0
        AND pg_catalog.starts_with(a.attname::text, '_aside_')`,
    [namespace],
  )
  for (const { drop } of rows) await client.query(drop)
}

/** A text by hand may have added them itself. */
async function addToPublications(client: ClientBase, namespace: string, lines: readonly RecordLine[]): Promise<void> {
  const wanted = lines.filter(({ kind }) => kind === 'publication')
  if (wanted.length === 0) return
  const record = await readRecord(client, namespace, WHOLE, 'the transaction of the caller')
  const there = new Set(record?.lines.filter(({ kind }) => kind === 'publication').map(({ name }) => name))
  const missing = wanted.filter(({ name }) => !there.has(name))
  for (const sql of publicationStatements(missing, pg.escapeIdentifier(namespace))) await client.query(sql)
}
