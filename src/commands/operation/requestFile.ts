/** What a file asks for: one mutation as JSON, several as a changeset, or a text of SQL under the name of its file. */
import { basename } from 'node:path'
import type { Mutation } from '../../logical/mutations/index.ts'
import type { SqlRequest } from '../../logical/parse/sqlRequest.ts'
import type { Surroundings } from '../io.ts'

/** The option for the way back of a text of SQL. */
export const DOWN_FLAG = ['--down <file>', 'with a file of SQL: the SQL that undoes it'] as const

export const REQUEST_FILE =
  '\nThe file holds one mutation as JSON, or an array of several, which are made as one; - reads stdin.\nA file NAME.sql is SQL for a project that is described by it, and is applied under NAME.'

/** Reads it; `down`: the file with the SQL that undoes it. Errors: `INPUT_INVALID`, those of a mutation. */
export async function readRequestFile(
  surroundings: Surroundings,
  file: string,
  down: string | undefined,
): Promise<Mutation | SqlRequest> {
  const text = await surroundings.readInput(file)
  const back = down === undefined ? {} : { down: await surroundings.readInput(down) }
  // Loaded late: the parsers are large, and `--help` needs none.
  const { parseSqlRequest } = await import('../../logical/parse/sqlRequest.ts')
  if (file.endsWith('.sql')) return parseSqlRequest({ name: basename(file, '.sql'), up: text, ...back })
  const { parseJson, parseMutation } = await import('../../logical/parse/parseMutation.ts')
  const { sqlIn } = await import('../../logical/parse/revertRequest.ts')
  const given = parseJson(text)
  return sqlIn(given) ?? parseMutation(given)
}
