/**
 * What the application itself raises (RAISE, and every code that is not Postgres' own) out of a trigger that our statement
 * fired. Its words may hold values of rows: they go to people, and into Temporal's history only where a project lets them.
 */
import { createHash } from 'node:crypto'
import type { ClientBase } from 'pg'
import { DataRejected, SagaError, StatementRefused } from '../../errors.ts'
import type { Reported } from './errorMappings.ts'

/** What was raised, and where; only the words may hold values. */
export interface RaisedText {
  readonly where: string
  readonly sqlstate: string
  readonly words: string
  /** As Postgres prints them, the innermost first; none of ours. */
  readonly functions: readonly string[]
  /** `trigger audit on food`, once the catalog of Postgres was asked. */
  readonly trigger?: string
}

/** Beside the errors, because an error's own fields end up in Temporal's history. */
const RAISED = new WeakMap<object, RaisedText>()

/** What the application raised, if the error is one of its. */
export function raisedIn(error: unknown): RaisedText | undefined {
  return typeof error === 'object' && error !== null ? RAISED.get(error) : undefined
}

/** Longer texts are cut. */
const MOST_WORDS = 8_000

/** `PL/pgSQL function shop.keep(integer) line 3 at RAISE`, in whatever language the server speaks. */
const FUNCTION = /((?:"[^"]+"|[\p{L}_][\p{L}\p{N}_$]*)(?:\.(?:"[^"]+"|[\p{L}_][\p{L}\p{N}_$]*))?)\([^()]*\)/gu

/** Our error for what the application raised. */
export function applicationRaised(reported: Reported, where: string): StatementRefused {
  const { code, message } = reported
  return refusal({ where, sqlstate: code, words: message.slice(0, MOST_WORDS), functions: functionsIn(reported) })
}

/** The functions of the application in which an error came about, the innermost first. */
export function functionsIn({ where: context = '' }: Reported): readonly string[] {
  const lines = context.split('\n').filter((line) => /^PL|\bfunction\b/.test(line))
  const functions = lines.flatMap((line) => line.match(FUNCTION)?.slice(0, 1) ?? [])
  return functions.filter((name) => !/^"?schema_saga_target"?\.|(^|\.)"?schema_saga_sync_/.test(name))
}

/** A reference to words that are kept elsewhere. */
export function referenceTo(words: string): string {
  return `raise-${createHash('sha256').update(words).digest('hex').slice(0, 16)}`
}

/** The error with the words in its message. */
export function withWords(raised: RaisedText): StatementRefused {
  return refusal(raised, `: ${raised.words}`)
}

/** The error with a reference to the words in its message. */
export function withReference(raised: RaisedText): StatementRefused {
  return refusal(raised, `, kept as ${referenceTo(raised.words)}`)
}

/** Where a text says that words are kept elsewhere, the reference in the first group. */
export const KEPT = /, kept as (raise-[0-9a-f]{16})/g

// Triggers on tables of the target first, the outermost function before those that it calls.
const ORIGIN = `
  WITH f AS (
    SELECT p.oid, max(u.place) AS place FROM unnest($2::text[]) WITH ORDINALITY AS u(name, place)
      JOIN pg_catalog.pg_proc p ON u.name IN (pg_catalog.quote_ident(p.proname),
             pg_catalog.quote_ident(p.pronamespace::regnamespace::text) || '.' || pg_catalog.quote_ident(p.proname),
             p.pronamespace::regnamespace::text || '.' || pg_catalog.quote_ident(p.proname))
     GROUP BY p.oid)
  SELECT told FROM (
    SELECT 'trigger ' || t.tgname || ' on ' || c.relname AS told, c.relnamespace = n.oid AS ours, f.place
      FROM f JOIN pg_catalog.pg_trigger t ON t.tgfoid = f.oid AND NOT t.tgisinternal
      JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
      LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = $1
    UNION ALL
    SELECT 'event trigger ' || e.evtname, true, f.place FROM f JOIN pg_catalog.pg_event_trigger e ON e.evtfoid = f.oid
  ) found ORDER BY ours IS TRUE DESC, place DESC, told LIMIT 4`

/** In which code of the application Postgres refused something, as for a name that it does not find there. */
const MET = new WeakMap<SagaError, readonly string[]>()

/** The error, which is no word of the application's, with the functions of the application in which it came about. */
export function metIn(error: SagaError, reported: Reported): SagaError {
  const functions = functionsIn(reported)
  if (functions.length > 0 && (error instanceof StatementRefused || error instanceof DataRejected)) {
    MET.set(error, functions)
  }
  return error
}

/**
 * Which trigger it came from, whether the application raised it or Postgres refused something in its code; of the former,
 * without an answer, the error stays as it is. The session is not used again.
 */
export async function withOrigin(client: ClientBase, namespace: string, error: unknown): Promise<unknown> {
  const raised = raisedIn(error)
  const functions = raised?.functions ?? (error instanceof SagaError ? MET.get(error) : undefined) ?? []
  if (functions.length === 0) return error
  const trigger = await triggerOf(client, namespace, functions)
  if (raised !== undefined) return trigger === undefined ? error : refusal({ ...raised, trigger })
  if (!(error instanceof SagaError)) return error
  const code = [...(trigger === undefined ? [] : [trigger]), `function ${functions[0]}`].join(', ')
  return error.retold(`${error.message} It was raised in code of the application: ${code}.`, {
    details: { ...error.details, functions, ...(trigger !== undefined && { trigger }) },
  })
}

async function triggerOf(
  client: ClientBase,
  namespace: string,
  functions: readonly string[],
): Promise<string | undefined> {
  try {
    await client.query('ROLLBACK')
    const names = functions.map((name) => name.replace(/\(.*$/s, ''))
    const { rows } = await client.query<{ told: string }>(ORIGIN, [namespace, names])
    const told = rows.map((row) => row.told)
    if (told.length === 0) return undefined
    return `${told.slice(0, 3).join(' or ')}${told.length > 3 ? ' or another' : ''}`
  } catch {
    return undefined
  }
}

/** Its message leaves the words out unless they are given. */
function refusal(raised: RaisedText, words?: string): StatementRefused {
  const error = new StatementRefused('STATEMENT_REFUSED', sentence(raised, words), { details: detailsOf(raised) })
  RAISED.set(error, raised)
  return error
}

function sentence({ where, sqlstate, functions, trigger }: RaisedText, words = ''): string {
  const named = [
    `SQLSTATE ${sqlstate}`,
    ...(trigger === undefined ? [] : [trigger]),
    ...functions.slice(0, 1).map((name) => `function ${name}`),
  ]
  return `${where}: the application raised an error${words} (${named.join(', ')}).`
}

function detailsOf({ sqlstate, functions, trigger }: RaisedText): Record<string, unknown> {
  return { sqlstate, ...(functions.length > 0 && { functions }), ...(trigger !== undefined && { trigger }) }
}
