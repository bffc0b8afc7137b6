/** What asks for a change by SQL: a name, the text that goes forward, and the one that goes back. */
import { z } from 'zod'
import { sha256Of, sqlTextOf } from '../../sql/text.ts'
import { inputInvalid, refusalOf } from './issueSentence.ts'
import type { OperationRequest } from './revertRequest.ts'

/** A text that the catalog keeps. */
export interface KeptText {
  readonly sha256: string
  /** Its length in UTF-8. */
  readonly bytes: number
}

/** SQL under its name. A text is given as it is, or by what the catalog keeps of it. */
export interface NamedSql {
  /** 1 to 200 characters, unique in the project: under it the text counts as applied. */
  readonly name: string
  /** At most 4 MiB, UTF-8 without NUL; a BOM is dropped and CRLF is LF. */
  readonly up: string | KeptText
  /** Undoes `up`, stage by stage; null or absent where nothing was written for it. */
  readonly down?: string | KeptText | null
}

/** Runs SQL on the base and every tenant. Clients keep texts before the workflow starts, so that histories carry none. */
export interface RunSql extends NamedSql {
  readonly type: 'run_sql'
}

/** Several of them as one operation, which makes one revision or is undone as a whole. */
export interface RunSqlTogether {
  readonly type: 'run_sql'
  /** That of the whole, for people. */
  readonly name: string
  /** In the order in which they run: 1 to 1,000, each under a name of its own. */
  readonly changes: readonly NamedSql[]
}

/** What asks for SQL. */
export type SqlRequest = RunSql | RunSqlTogether

/** The same as `NamedSql`, whose texts the catalog keeps. */
export interface KeptSql {
  readonly name: string
  readonly up: KeptText
  readonly down: KeptText | null
}

/** A request whose texts the catalog keeps. */
export type KeptSqlRequest =
  | (KeptSql & { readonly type: 'run_sql' })
  | { readonly type: 'run_sql'; readonly name: string; readonly changes: readonly KeptSql[] }

/** What a request runs, in order. */
export function changesOf(request: KeptSqlRequest): readonly KeptSql[]
export function changesOf(request: SqlRequest): readonly NamedSql[]
export function changesOf(request: SqlRequest): readonly NamedSql[] {
  return 'changes' in request ? request.changes : [request]
}

const kept = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().min(0) })
const text = z.union([z.string(), kept], 'must be a text of SQL')

const name = z
  .string()
  .min(1, 'must be 1 to 200 characters')
  .max(200, 'must be 1 to 200 characters')
  .regex(/^[^\p{Cc}\p{Surrogate}]*$/u, 'must have no control characters')

const one = z.strictObject({ name, up: text, down: text.nullable().optional() })
const together = z.strictObject({
  name,
  changes: z
    .array(one)
    .min(1, 'must be 1 to 1,000 changes')
    .max(1_000, 'must be 1 to 1,000 changes')
    .refine(
      (changes) => new Set(changes.map((each) => each.name)).size === changes.length,
      'must have names of their own',
    ),
})

/** The JSON Schemas of both forms, without their `type`. */
export function sqlJsonSchemas(): readonly z.core.JSONSchema.JSONSchema[] {
  return [one, together].map((form) => z.toJSONSchema(form))
}

/** Errors: `INPUT_INVALID` with the place, `SQL_INVALID` for a text that is too long, or no UTF-8. */
export function parseSqlRequest(given: Readonly<Record<string, unknown>>): SqlRequest {
  if ('changes' in given) {
    const parsed = together.safeParse(given)
    if (!parsed.success) throw refusalOf(parsed.error.issues, given, ['name', 'changes'])
    return { type: 'run_sql', name: parsed.data.name, changes: parsed.data.changes.map(normalised) }
  }
  const parsed = one.safeParse(given)
  if (!parsed.success) throw refusalOf(parsed.error.issues, given, ['name', 'up', 'down', 'changes'])
  return { type: 'run_sql', ...normalised(parsed.data) }
}

/** Several changes by SQL, as an array: they are made together. */
export function parseSqlTogether(given: readonly object[]): SqlRequest {
  const changes = given.map((each) => Object.fromEntries(Object.entries(each).filter(([key]) => key !== 'type')))
  const [first, last] = [changes[0]?.name, changes.at(-1)?.name]
  const [only] = changes
  if (changes.length === 1 && only !== undefined) return parseSqlRequest(only)
  return parseSqlRequest({ name: nameOfAll(String(first), String(last)), changes })
}

/** What several changes are called together. */
export function nameOfAll(first: string, last: string): string {
  const whole = `${first} to ${last}`
  return whole.length <= LONGEST_NAME ? whole : `${first.slice(0, HALF)}... to ${last.slice(0, HALF)}...`
}

const LONGEST_NAME = 200
/** Of either name, with the words between them. */
const HALF = 90

function normalised({ name, up, down = null }: z.infer<typeof one>): NamedSql {
  const read = (given: string | KeptText) => (typeof given === 'string' ? sqlTextOf(name, given).text : given)
  return { name, up: read(up), down: down === null ? null : read(down) }
}

/** The request by which it is told from others, and with which a workflow starts. */
export function keptRequest(request: SqlRequest): KeptSqlRequest {
  const { type } = request
  return 'changes' in request
    ? { type, name: request.name, changes: request.changes.map(keptOf) }
    : { type, ...keptOf(request) }
}

/** The texts that the request itself has. */
export function textsOf(request: SqlRequest): readonly string[] {
  return changesOf(request).flatMap(({ up, down }) => [up, down].filter((each) => typeof each === 'string'))
}

function keptOf({ name, up, down = null }: NamedSql): KeptSql {
  return { name, up: keptText(up), down: down === null ? null : keptText(down) }
}

function keptText(given: string | KeptText): KeptText {
  return typeof given === 'string' ? { sha256: sha256Of(given), bytes: Buffer.byteLength(given) } : given
}

/** Of texts in the input of a workflow, both together, in bytes: histories are kept for long, and payloads have a limit. */
const MOST_INLINE = 256 * 1024

/** What a workflow was started with may hold short texts. Errors: `INPUT_INVALID`. */
export function requireShort(request: OperationRequest): void {
  if (request.type !== 'run_sql') return
  const bytes = textsOf(request).reduce((sum, each) => sum + Buffer.byteLength(each), 0)
  if (bytes <= MOST_INLINE) return
  throw inputInvalid(
    ['up'],
    `has ${bytes} bytes with \`down\`; more than ${MOST_INLINE} are submitted with the client, which keeps them first`,
  )
}
