import { expect } from 'vitest'
import { SagaError } from '../../src/errors.ts'

/** The refusal that the action throws; any other outcome fails the test. */
export function refusal(action: () => unknown): SagaError {
  try {
    action()
  } catch (error) {
    expect(error).toBeInstanceOf(SagaError)
    if (error instanceof SagaError) return error
  }
  throw new Error('expected a refusal')
}

/** Code and message of a refusal, for tables. */
export function refusalText(action: () => unknown): string {
  const { code, message } = refusal(action)
  return `${code}: ${message}`
}
