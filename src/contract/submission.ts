/** What an operation is submitted with. */
import type { KeptRows } from '../physical/plan/plan.ts'
import type { OutcomePolicy } from './states.ts'

/** Choices of the person who submits; all have defaults. */
export interface OperationOptions {
  /** What happens when a tenant cannot take the change; default: that of the project, else `compensate`. */
  readonly onTenantFailure?: OutcomePolicy
  /** Tenants that may be parked before the operation falls back to `compensate`: a number, or `5%` of all. */
  readonly maxParked?: number | string
  /** How tenants are reached: `auto` sweeps fleets above the project's `sweep_threshold`, and small ones get children. */
  readonly fanOut?: 'auto' | 'children' | 'sweep'
  /** Tenants of the first wave. */
  readonly canary?: readonly string[]
  /** Further waves: how many percent of all tenants are changed when each ends; ascending, the last one is 100. */
  readonly waves?: readonly number[]
  /** Pause after each wave but the last, in ms; `promoteWave` ends it. */
  readonly soakMs?: number
  /** Failed and parked tenants at which a wave halts the operation: a number, or `1%` of those begun. */
  readonly haltAt?: number | string
  /** Tenants worked on at once, over all servers; default: each server's `max_sessions`. */
  readonly parallel?: number
  /** Refuse (`PLAN_CHANGED`) unless the plan has this hash. */
  readonly planHash?: string
  /**
   * Hazards of a change by SQL that are allowed by name: `LOSES_DATA`, `WRITES_ROWS`, `GRANTS_LOST`; all others are only told.
   */
  readonly allow?: readonly string[]
  /**
   * Tenants on which a change by SQL without a way back is run first, in a transaction that is rolled back; default: the one with
   * the most rows in the tables that it touches.
   */
  readonly rehearse?: readonly string[]
  /**
   * Rows by which another tool is to know that a change by SQL was done (`migrate --keep`): written with it on each target that has
   * the tool's table, and taken off where it is undone.
   */
  readonly keptRows?: KeptRows
  /** Tells the hooks of the worker that replicas are to be flushed; it changes nothing else. */
  readonly physicalDDLRequired?: boolean
}

/** The input of `applySchemaMutation`, which any Temporal client may send; parsed by the first activity. */
export interface ApplySchemaMutationInput {
  /** The id of the project. */
  readonly project: string
  /** The idempotency key, 1 to 64 of `A-Za-z0-9._-`; the workflow id is `schema/<project>/<operationId>`. */
  readonly operationId: string
  /** A mutation, or a list of several as one changeset. */
  readonly mutation: unknown
  /** Choices that have defaults. */
  readonly options?: OperationOptions
  /** Recorded in the audit. */
  readonly actor?: string
  /** For one more attempt at an operation that failed or was cancelled: the number of the attempt that it follows. */
  readonly retryOf?: number
}
