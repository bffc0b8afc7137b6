/** What everything that the client answers has in common: what applications raised is in their own words, what Temporal lacks in ours. */
import type pg from 'pg'
import { SagaError } from '../errors.ts'
import { withKeptWords } from '../postgres/catalog/steps/raised.ts'
import { asTemporalTrouble } from '../temporalTrouble.ts'

type Method = (...given: readonly unknown[]) => unknown

/** The same methods, with the words in their answers and their errors. Handles tell by themselves. */
export function tellingWords<Api extends object>(catalog: pg.Pool, api: Api): Api {
  const told = Object.entries(api).map(([name, method]) => [
    name,
    name === 'close' || typeof method !== 'function' ? method : telling(catalog, method as Method),
  ])
  return Object.fromEntries(told) as Api
}

function telling(catalog: pg.Pool, method: Method): Method {
  return (...given) => {
    const answer = method(...given)
    if (!(answer instanceof Promise)) return answer
    return answer.then(
      (value: unknown) => (isHandle(value) ? value : withKeptWords(catalog, value)),
      async (error: unknown) => {
        throw await inWords(catalog, asTemporalTrouble(error))
      },
    )
  }
}

function isHandle(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.values(value).some((each) => typeof each === 'function')
}

async function inWords(catalog: pg.Pool, error: unknown): Promise<unknown> {
  if (!(error instanceof SagaError)) return error
  error.message = await withKeptWords(catalog, error.message).catch(() => error.message)
  return error
}
