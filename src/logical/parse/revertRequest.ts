/** What an operation may ask for: one of the mutations, a change by SQL, or that a committed operation be taken back. */
import { z } from 'zod'
import { type Mutation, summaryOf } from '../mutations/index.ts'
import { refusalOf } from './issueSentence.ts'
import { parseMutation } from './parseMutation.ts'
import { keptRequest, parseSqlRequest, parseSqlTogether, type SqlRequest } from './sqlRequest.ts'

/** Takes back what a committed operation did; beside the mutations, because it says nothing about a schema by itself. */
export interface RevertRequest {
  /** Says that an operation is to be taken back. */
  readonly type: 'revert'
  /** The committed operation. */
  readonly operation_id: string
}

/** What is submitted under an operation's id. */
export type OperationRequest = Mutation | SqlRequest | RevertRequest

const input = z.strictObject({ operation_id: z.string().min(1) })

/** The request that a value describes, an array being several as one. Errors: `INPUT_INVALID` with the place, and those of a mutation. */
export function parseOperationRequest(value: unknown): OperationRequest {
  const sql = sqlIn(value)
  if (sql !== null) return sql
  if (typeof value !== 'object' || value === null || !('type' in value)) return parseMutation(value)
  const { type, ...given } = value
  if (type !== 'revert') return parseMutation(value)
  const parsed = input.safeParse(given)
  if (!parsed.success) throw refusalOf(parsed.error.issues, given, ['operation_id'])
  return { type: 'revert', ...parsed.data }
}

/** The request for SQL that a value describes, or null where it asks for something else. Errors: `INPUT_INVALID`, `SQL_INVALID`. */
export function sqlIn(value: unknown): SqlRequest | null {
  if (Array.isArray(value)) return value.length > 0 && value.every(asksForSql) ? parseSqlTogether(value) : null
  if (!asksForSql(value)) return null
  const { type: _, ...given } = value
  return parseSqlRequest(given)
}

function asksForSql(value: unknown): value is { readonly type: 'run_sql' } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'run_sql'
}

/** Whether a request takes back an operation. */
export function isRevert(request: OperationRequest): request is RevertRequest {
  return request.type === 'revert'
}

/** Whether a request changes the targets by SQL. */
export function isSql(request: OperationRequest): request is SqlRequest {
  return request.type === 'run_sql'
}

/** The request as it is hashed and sent: of a text of SQL only what the catalog keeps it by. */
export function asSent(request: OperationRequest): OperationRequest {
  return isSql(request) ? keptRequest(request) : request
}

/** One line for people, for example `add_field food.price` or `revert add-price-1`. */
export function summaryOfRequest(request: OperationRequest): string {
  if (isSql(request)) return `run_sql ${request.name}`
  return isRevert(request) ? `revert ${request.operation_id}` : summaryOf(request)
}
