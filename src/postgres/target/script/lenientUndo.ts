/** An undo that rows written meanwhile forbid: what they forbid comes back in a weaker form, or stays off, and is noted. */
import { SagaError } from '../../../errors.ts'
import { ident } from '../../../physical/sql.ts'
import { type LenientPart, lenientParts } from '../../../sql/change/leniency.ts'
import type { ScriptStep } from '../../../sql/change/sqlChange.ts'
import { keyOfLine, quotedFirst, unquoted } from '../../../sql/lineNames.ts'
import type { RecordLine } from '../../../sql/record.ts'
import { noteRows, type StageTry } from '../stage/protocol.ts'
import type { ScriptPlace } from './place.ts'
import { runStatements } from './statements.ts'

/** NOT NULL, keys, UNIQUE, CHECK, EXCLUDE. */
const FORBIDDEN_BY_ROWS: ReadonlySet<unknown> = new Set(['23502', '23503', '23505', '23514', '23P01'])

/** Whether rows of the target forbid a statement. */
export function isForbiddenByRows(error: unknown): boolean {
  return error instanceof SagaError && FORBIDDEN_BY_ROWS.has(error.details.sqlstate)
}

/** Runs them one by one within the transaction of the caller. Errors: those of what rows do not forbid. */
export async function runLeniently(
  each: StageTry,
  place: ScriptPlace,
  steps: readonly ScriptStep[],
  where: string,
): Promise<void> {
  const { client } = each
  const given: LenientPart[] = []
  for (const step of steps) {
    const parts = await lenientParts(step.sql.join(ident(place.namespace)))
    const run = (sql: string): Promise<void> => runStatements(client, place, [{ ...step, sql: [sql] }], where)
    if (parts === null) await runStatements(client, place, [step], where)
    for (const part of parts ?? []) if (await givesWay(each, part, run)) given.push(part)
  }
  for (const { table, what = '', condition } of given) {
    const leniency = { object: `table ${table}`, what, table, condition: condition ?? 'false' }
    await noteRows(each, leniency, condition === null ? { rows: 0 } : {})
  }
}

async function givesWay(
  { client }: Pick<StageTry, 'client'>,
  { sql, instead }: LenientPart,
  run: (sql: string) => Promise<void>,
): Promise<boolean> {
  await client.query('SAVEPOINT schema_saga_part')
  let gaveWay = false
  try {
    await run(sql)
  } catch (error) {
    // Any other error ends the transaction, and its savepoint with it.
    if (instead === undefined || !isForbiddenByRows(error)) throw error
    await client.query('ROLLBACK TO SAVEPOINT schema_saga_part')
    if (instead !== null) await run(instead)
    gaveWay = true
  }
  await client.query('RELEASE SAVEPOINT schema_saga_part')
  return gaveWay
}

/** The tables of which this operation has noted that they are not wholly undone. */
export async function notedTables({ client, namespace, work }: StageTry): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ object: string }>(
    'SELECT DISTINCT d.object FROM schema_saga_target.drift d WHERE d.namespace = $1 AND d.operation_id = $2',
    [namespace, work.operationId],
  )
  return new Set(rows.flatMap(({ object }) => (object.startsWith('table ') ? [object.slice('table '.length)] : [])))
}

/** What is expected of a target whose rows stand in the way: whatever is weaker there is so for them. Pure. */
export function withNoted(
  expected: readonly RecordLine[],
  actual: readonly RecordLine[],
  tables: ReadonlySet<string>,
): readonly RecordLine[] {
  if (tables.size === 0) return expected
  const found = new Map(actual.map((line) => [keyOfLine(line), line]))
  const isOff = (line: RecordLine): boolean => RULES.has(line.kind) && !found.has(keyOfLine(line))
  const off = new Set(expected.filter((line) => tables.has(tableOf(line)) && isOff(line)).map(keyOfLine))
  return expected.flatMap((line) => {
    if (off.has(keyOfLine(line)) || (line.kind === 'comment' && off.has(line.name))) return []
    const there = found.get(keyOfLine(line))
    if (there === undefined || !tables.has(tableOf(line)) || !isWeaker(line, there)) return [line]
    return [there]
  })
}

const RULES: ReadonlySet<string> = new Set(['constraint', 'index'])

function isWeaker({ kind, facts }: RecordLine, there: RecordLine): boolean {
  if (kind === 'constraint') return there.facts.definition === `${String(facts.definition)} NOT VALID`
  const { not_null: _, ...rest } = facts
  return kind === 'column' && JSON.stringify(rest) === JSON.stringify(there.facts)
}

function tableOf({ name, facts }: RecordLine): string {
  return unquoted(quotedFirst(String(facts.table ?? name)))
}
