/** What a workflow was started with, or is told, parsed before anything happens. */
import type { ApplicationFailure } from '@temporalio/workflow'
import { Malformed, type Parser, requireDecoded } from '../../contract/parse.ts'
import { reasonFor, workflowFailure } from '../run/failures.ts'

/** The input as it is meant. Throws the failure with which the workflow ends at once, so that its id is free again. */
export function parsed<T>(parse: Parser<T>, given: unknown): T {
  const outcome = tryParse(parse, given)
  if ('value' in outcome) return outcome.value
  throw malformed(outcome.error)
}

/** The value, or what is wrong with it. */
export function tryParse<T>(parse: Parser<T>, given: unknown): { readonly value: T } | { readonly error: Malformed } {
  try {
    return { value: parse(given, '') }
  } catch (error) {
    if (error instanceof Malformed) return { error }
    throw error
  }
}

/** The failure that names the place. */
export function malformed({ message, path }: Malformed): ApplicationFailure {
  const place = path === '' ? {} : { path }
  return workflowFailure(reasonFor('INPUT_INVALID', message), place)
}

/** Whatever it is, if it could be read at all. */
export function decoded<T>(given: unknown): T {
  requireDecoded(given)
  return given as T
}
