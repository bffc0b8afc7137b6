/** How an error is told: a sentence for people, a document for programs. */
import { SagaError } from '../errors.ts'

/** What is printed under `error`; keys never disappear. */
export interface ErrorDocument {
  readonly code: string
  readonly message: string
  readonly path: string | null
  readonly details: Readonly<Record<string, unknown>>
}

/** The document of any error. */
export function describeError(error: unknown): ErrorDocument {
  if (error instanceof SagaError) {
    return { code: error.code, message: error.message, path: error.path ?? null, details: error.details }
  }
  return {
    code: 'UNEXPECTED',
    message: error instanceof Error ? error.message : String(error),
    path: null,
    details: {},
  }
}

/** `error CODE: sentence`, with the place in the input when there is one. */
export function errorText({ code, message, path }: ErrorDocument): string {
  return `error ${code}: ${message}${path === null ? '' : ` (at ${path})`}`
}
