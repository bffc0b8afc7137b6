/**
 * The error classes, named for the decision they cause. A class takes its own codes only, those of the table in
 * `contract/errors`. That is all this file imports, so that every folder, workflow code included, may use it.
 *
 * Messages are full sentences. They never hold row values, connection strings or passwords: messages end up in
 * Temporal's history and in the catalog.
 */

import { ERROR_CLASSES, type ErrorClass } from './contract/errors/errorClasses.ts'
import { type CodeOf, ERRORS, type ErrorCode } from './contract/errors/errorCodes.ts'

/** Facts for programs beside the message: names of objects, counts, ids of rows; never values of columns. */
export type ErrorDetails = Readonly<Record<string, unknown>>

/** What an error may carry beside its sentence. */
export interface ErrorOptions {
  /** The place in the input. */
  readonly path?: string
  /** Facts for programs. */
  readonly details?: ErrorDetails
}

/** The base of all errors that this project raises on purpose; `name` is the Temporal failure type. */
export class SagaError extends Error {
  readonly code: ErrorCode
  readonly path: string | undefined
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message)
    this.name = new.target.name
    this.code = code
    this.path = options.path
    this.details = options.details ?? {}
  }

  /** The same error in other words: class and code stay, and so do the path and the details that are not given anew. */
  retold(message: string, options: ErrorOptions = {}): SagaError {
    const Class = this.constructor as typeof SagaError
    const path = options.path ?? this.path
    return new Class(this.code, message, {
      ...(path === undefined ? {} : { path }),
      details: options.details ?? this.details,
    })
  }
}

/** The base of the class of that name, which takes the codes of that class and no others. */
function withCodesOf<Class extends ErrorClass>(): new (
  code: CodeOf<Class>,
  message: string,
  options?: ErrorOptions,
) => SagaError & { readonly code: CodeOf<Class> } {
  return SagaError as never
}

/** The input is not well formed: never retried, nothing was changed. */
export class InputInvalid extends withCodesOf<'InputInvalid'>() {}

/** The request cannot be applied to this schema: never retried, nothing was changed. */
export class MutationRejected extends withCodesOf<'MutationRejected'>() {}

/** The request makes no sense now (not found, conflict, not applicable): never retried, nothing was changed. */
export class RequestRefused extends withCodesOf<'RequestRefused'>() {}

/** A target is not what its revision says: not retried here; park or fail, and say what differs. */
export class TargetDrifted extends withCodesOf<'TargetDrifted'>() {}

/** Postgres, or the application behind it, refused a statement for good: park or fail, with its own words. */
export class StatementRefused extends withCodesOf<'StatementRefused'>() {}

/** A lock could not be acquired in time: retried with backoff, then park or fail. */
export class LockUnavailable extends withCodesOf<'LockUnavailable'>() {}

/**
 * A statement ran as long as it may, with its locks: trying it again would take as long, and hold others up as long. Not
 * retried; a person makes the target quieter, or its table smaller.
 */
export class TimeLimitReached extends withCodesOf<'TimeLimitReached'>() {}

/** A target's server does not answer, or refuses us: retried with backoff, then park or fail. */
export class TargetUnreachable extends withCodesOf<'TargetUnreachable'>() {}

/** The rows of a target forbid the change: park or fail, with counts and ids of rows. */
export class DataRejected extends withCodesOf<'DataRejected'>() {}

/** A try of an earlier epoch arrived after its compensation: it must stop without doing anything. */
export class StaleEpoch extends withCodesOf<'StaleEpoch'>() {}

/** The catalog's revision moved under the operation, or the ledger no longer allows it to commit. */
export class PersistConflict extends withCodesOf<'PersistConflict'>() {}

/** The catalog has no place for a value: final for the message or the input that brought it, and waited for in any other work. */
export class CatalogRefused extends withCodesOf<'CatalogRefused'>() {}

/** Temporal, the catalog or a setting is not there (exit code 7, or 2 for a setting). */
export class SurroundingsMissing extends withCodesOf<'SurroundingsMissing'>() {}

/** Failure types that Temporal must not retry: trying again cannot cure them. */
export const NOT_RETRYABLE: readonly string[] = Object.entries(ERROR_CLASSES).flatMap(([name, { retried }]) =>
  retried ? [] : [name],
)

/** The classes that are thrown, by their names. */
const RAISED = {
  InputInvalid,
  MutationRejected,
  RequestRefused,
  TargetDrifted,
  StatementRefused,
  LockUnavailable,
  TimeLimitReached,
  TargetUnreachable,
  DataRejected,
  StaleEpoch,
  PersistConflict,
  CatalogRefused,
  SurroundingsMissing,
}

/** The error of a code that is only known at run time, in the class that the table gives it. */
export function errorFor(code: ErrorCode, message: string, options: ErrorOptions = {}): SagaError {
  const name = ERRORS[code].class ?? ''
  const Class = Object.hasOwn(RAISED, name) ? RAISED[name as keyof typeof RAISED] : SagaError
  return new (Class as typeof SagaError)(code, message, options)
}
