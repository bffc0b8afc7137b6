/** The request of an operation, parsed at the edge: by the client, and again by the first activity. */
import { z } from 'zod'
import { type OperationOptions, OUTCOME_POLICIES } from '../contract.ts'
import { InputInvalid } from '../errors.ts'
import { hashOf } from '../hash.ts'
import { asSent, type OperationRequest, parseOperationRequest } from '../logical/parse/revertRequest.ts'
import type { KeptTool } from '../physical/plan/plan.ts'

/** A request whose every part is known to be well-formed. */
export interface ParsedRequest {
  readonly project: string
  readonly operationId: string
  readonly mutation: OperationRequest
  readonly options: OperationOptions
  readonly actor: string
  readonly retryOf?: number
}

const OPERATION_ID = /^[A-Za-z0-9._-]{1,64}$/

/** A soak longer than a month is a mistake in the unit. */
const MOST_SOAK_MS = 31 * 86_400_000

const SHARE = 'a number of tenants, or a share such as 5%, is expected'
const ASCENDING = 'percentages in ascending order are expected, for example 10, 50, 100'

// Zod gives the error of the one branch whose type fits, so each has the words.
const share = z.union([z.int().min(0, SHARE), z.string().regex(/^(\d{1,2}(\.\d+)?|100(\.0+)?)%$/, SHARE)], SHARE)

/** A text that the catalog can hold: without NUL, and without half of a surrogate pair. */
const words = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[^\0\p{Surrogate}]*$/u, 'a text without NUL characters and lone surrogates is expected')

const keptTool = z.enum([
  ...(['prisma', 'drizzle', 'flyway', 'goose', 'dbmate', 'golang-migrate', 'node-pg-migrate'] satisfies KeptTool[]),
])

const keptRow = z.strictObject({
  key: words(300).min(1),
  checksum: words(100).exactOptional(),
  at: z.int().exactOptional(),
  script: words(1_000).exactOptional(),
  description: words(300).exactOptional(),
  before: words(300).nullable().exactOptional(),
})

const request = z.strictObject({
  project: z
    .string('the id of a project is expected')
    .regex(/^[^\0\p{Surrogate}]{0,200}$/u, 'the id of a project is expected'),
  operationId: z.string('an operation id is expected').regex(OPERATION_ID, '1 to 64 of A-Z a-z 0-9 . _ - are expected'),
  mutation: z.unknown(),
  options: z
    .strictObject({
      onTenantFailure: z.enum(OUTCOME_POLICIES).exactOptional(),
      maxParked: share.exactOptional(),
      fanOut: z.enum(['auto', 'children', 'sweep']).exactOptional(),
      canary: z.array(words(200)).min(1).exactOptional(),
      waves: z.array(z.number().positive().max(100)).min(1).refine(isAscending, ASCENDING).exactOptional(),
      soakMs: z.int().min(0).max(MOST_SOAK_MS).exactOptional(),
      haltAt: share.exactOptional(),
      parallel: z.int().min(1).max(1_000).exactOptional(),
      planHash: words(200).exactOptional(),
      allow: z.array(words(200)).exactOptional(),
      rehearse: z.array(words(200)).min(1).exactOptional(),
      keptRows: z.strictObject({ tool: keptTool, rows: z.array(keptRow).min(1).max(10_000) }).exactOptional(),
      physicalDDLRequired: z.boolean().exactOptional(),
    })
    .exactOptional(),
  actor: words(200).exactOptional(),
  retryOf: z.int().min(1).exactOptional(),
})

/** Parses what any client may have sent. Errors: `INPUT_INVALID` with the path, and those of the mutation. */
export function parseRequest(input: unknown): ParsedRequest {
  const result = request.safeParse(input)
  if (!result.success) {
    const [issue] = result.error.issues
    const keys = issue?.code === 'unrecognized_keys' ? issue.keys : []
    const path = [...(issue?.path ?? []), ...keys.slice(0, 1)].join('.')
    const text = keys.length > 0 ? 'unknown key' : (issue?.message ?? 'invalid')
    throw new InputInvalid('INPUT_INVALID', `${path === '' ? 'The request' : path}: ${text}.`, { path })
  }
  const { project, operationId, mutation, options = {}, actor = 'unknown', retryOf } = result.data
  const parsed = { project, operationId, mutation: parseOperationRequest(mutation), options, actor }
  return retryOf === undefined ? parsed : { ...parsed, retryOf }
}

/** Two submissions of one id are the same when their mutations are; options and actor do not count. */
export function contentHash(mutation: OperationRequest): string {
  return hashOf(asSent(mutation))
}

function isAscending(percents: readonly number[]): boolean {
  return percents.every((percent, index) => index === 0 || percent > (percents[index - 1] ?? 0))
}
