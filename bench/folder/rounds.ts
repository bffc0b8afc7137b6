/** Rounds of ten files: the same statements for everybody. */
import { withClient } from '../databases.ts'
import { subjectOf } from '../measurement.ts'
import { columnOf, roundSql } from '../schema.ts'

/** Files that are pending in each round. */
export const FILES = 10

/** What the tables call us. */
export const BY_FILE = `${subjectOf('sweep')}, file by file`
export const AS_ONE = `${subjectOf('sweep')}, one operation`

/** The numbers of the files of a round, from 0; the first file is number 1. */
export function roundsOf(round: number): readonly number[] {
  return Array.from({ length: FILES }, (_, index) => round * FILES + index + 1)
}

/** The text of a file, for whoever sets the search path to the namespace. */
export function statementsOf(number: number): string {
  return roundSql(number)
    .map((sql) => `${sql.replaceAll(':"ns".', '')};\n`)
    .join('')
}

/** A tool that was quick because it did nothing is not measured. */
export async function requireFiles(url: string, fleet: number, rounds: number): Promise<void> {
  const names = Array.from({ length: rounds }, (_, round) => roundsOf(round).map(columnOf)).flat()
  const { rows } = await withClient(url, (client) =>
    client.query<{ columns: number }>(
      `SELECT count(*)::integer AS columns FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname LIKE 'tenant\\_%' AND a.attname = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped`,
      [names],
    ),
  )
  const columns = rows[0]?.columns ?? 0
  if (columns !== names.length * fleet) throw new Error(`it left ${columns} of ${names.length * fleet} columns`)
}
