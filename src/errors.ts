/**
 * The error classes, named for the decision they cause. This file imports nothing, so that every
 * folder, workflow code included, may use it.
 *
 * Messages are full sentences. They never hold row values, connection strings or passwords: messages end up in
 * Temporal's history and in the catalog.
 */

/** Facts for programs beside the message: names of objects, counts, ids of rows; never values of columns. */
export type ErrorDetails = Readonly<Record<string, unknown>>

/** The base of all errors that this project raises on purpose; `name` is the Temporal failure type. */
export class SagaError extends Error {
  readonly code: string
  readonly path: string | undefined
  readonly details: ErrorDetails

  constructor(code: string, message: string, options: { path?: string; details?: ErrorDetails } = {}) {
    super(message)
    this.name = new.target.name
    this.code = code
    this.path = options.path
    this.details = options.details ?? {}
  }
}

/** The request cannot be applied to this schema: never retried, nothing was changed. */
export class MutationRejected extends SagaError {}

/** The request makes no sense now (not found, conflict, not applicable): never retried, nothing was changed. */
export class RequestRefused extends SagaError {}

/** A target is not what its revision says: not retried here; park or fail, and say what differs. */
export class TargetDrifted extends SagaError {}

/** Postgres, or the application behind it, refused a statement for good: park or fail, with its own words. */
export class StatementRefused extends SagaError {}

/** A lock could not be had in time: retried with backoff, then park or fail. */
export class LockUnavailable extends SagaError {}

/**
 * A statement ran as long as it may, with its locks: trying it again would take as long, and hold others up as long. Not
 * retried; a person makes the target quieter, or its table smaller.
 */
export class TimeLimitReached extends SagaError {}

/** A target's server does not answer, or refuses us: retried with backoff, then park or fail. */
export class TargetUnreachable extends SagaError {}

/** The rows of a target forbid the change: park or fail, with counts and ids of rows. */
export class DataRejected extends SagaError {}

/** A try of an earlier epoch arrived after its compensation: it must stop without doing anything. */
export class StaleEpoch extends SagaError {}

/** The undo of a target did not succeed: a person must look. */
export class CompensationFailed extends SagaError {}

/** The catalog's revision moved under the operation, or the ledger no longer allows it to commit. */
export class PersistConflict extends SagaError {}

/** The catalog has no place for a value: final for the message or the input that brought it, and waited for in any other work. */
export class CatalogRefused extends SagaError {}

/** Temporal, the catalog or a setting is not there (exit code 7, or 2 for a setting). */
export class SurroundingsMissing extends SagaError {}

/**
 * Failure types which Temporal must not retry: trying again cannot cure them.
 * `LockUnavailable` and `TargetUnreachable` are missing on purpose.
 */
export const NOT_RETRYABLE = [
  'MutationRejected',
  'RequestRefused',
  'TargetDrifted',
  'TimeLimitReached',
  'StatementRefused',
  'DataRejected',
  'StaleEpoch',
  'CompensationFailed',
  'PersistConflict',
] as const
