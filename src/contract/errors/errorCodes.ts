/** All stable codes of errors in one table; `docs/errors.md` is made of it. */
import type { ErrorClass, ErrorFacts } from './errorClasses.ts'
import { MUTATION_CODES } from './mutationCodes.ts'
import { RECORD_CODES } from './recordCodes.ts'
import { REQUEST_CODES } from './requestCodes.ts'
import { SERVICE_CODES } from './serviceCodes.ts'
import { SQL_CODES } from './sqlCodes.ts'
import { TARGET_CODES } from './targetCodes.ts'

const TABLE = { ...MUTATION_CODES, ...REQUEST_CODES, ...TARGET_CODES, ...RECORD_CODES, ...SQL_CODES, ...SERVICE_CODES }

/** A stable code: what programs and people look an error up by. */
export type ErrorCode = keyof typeof TABLE

/** Code to class, retried, exit code, sentence, and what to do. */
export const ERRORS: Readonly<Record<ErrorCode, ErrorFacts>> = TABLE

/** The codes that errors of a class may have. */
export type CodeOf<Class extends ErrorClass> = {
  [Code in ErrorCode]: (typeof TABLE)[Code]['class'] extends Class ? Code : never
}[ErrorCode]

/** Whether a text is one of our codes; one of another release may be unknown here. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(ERRORS, text)
}

/** The code that a text is, or the one for what nobody foresaw. */
export function asErrorCode(text: unknown): ErrorCode {
  return isErrorCode(text) ? text : 'UNEXPECTED'
}
