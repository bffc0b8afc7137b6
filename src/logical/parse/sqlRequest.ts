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

/**
 * Runs SQL on the base and every tenant. A text is given as it is, or by what the catalog keeps of it: clients keep it
 * before the workflow starts, so that histories carry no texts.
 */
export interface SqlRequest {
  readonly type: 'run_sql'
  /** 1 to 200 characters, unique in the project: under it the text counts as applied. */
  readonly name: string
  /** At most 4 MiB, UTF-8 without NUL; a BOM is dropped and CRLF is LF. */
  readonly up: string | KeptText
  /** Undoes `up`, stage by stage; null or absent where nothing was written for it. */
  readonly down?: string | KeptText | null
}

/** The same, whose texts the catalog keeps. */
export interface KeptSqlRequest extends SqlRequest {
  readonly up: KeptText
  readonly down: KeptText | null
}

const kept = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().min(0) })
const text = z.union([z.string(), kept], 'must be a text of SQL')

const input = z.strictObject({
  name: z
    .string()
    .min(1, 'must be 1 to 200 characters')
    .max(200, 'must be 1 to 200 characters')
    .regex(/^[^\p{Cc}\p{Surrogate}]*$/u, 'must have no control characters'),
  up: text,
  down: text.nullable().optional(),
})

/** Errors: `INPUT_INVALID` with the place, `SQL_INVALID` for a text that is too long, or no UTF-8. */
export function parseSqlRequest(given: Readonly<Record<string, unknown>>): SqlRequest {
  const parsed = input.safeParse(given)
  if (!parsed.success) throw refusalOf(parsed.error.issues, given, ['name', 'up', 'down'])
  const { name, up, down = null } = parsed.data
  return { type: 'run_sql', name, up: normalised(name, up), down: down === null ? null : normalised(name, down) }
}

function normalised(name: string, given: string | KeptText): string | KeptText {
  return typeof given === 'string' ? sqlTextOf(name, given).text : given
}

/** The request by which it is told from others, and with which a workflow starts. */
export function keptRequest({ type, name, up, down = null }: SqlRequest): KeptSqlRequest {
  return { type, name, up: keptOf(up), down: down === null ? null : keptOf(down) }
}

/** The texts that the request itself has. */
export function textsOf({ up, down }: SqlRequest): readonly string[] {
  return [up, down].filter((each) => typeof each === 'string')
}

function keptOf(given: string | KeptText): KeptText {
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
