import { describe, expect, test } from 'vitest'
import type { OperationHandle } from '../../src/client/operationHandle.ts'
import { handleOf, operationDocument, runCommand } from './fakeSurroundings.ts'

const applying = operationDocument({ status: 'applying', revision: null, ended_at: null })

/** An operation that goes on until it is aborted, at which it was asked with what. */
function endless(aborts: unknown[]): OperationHandle {
  let abort: () => void = () => {}
  const aborted = new Promise<void>((resolve) => {
    abort = resolve
  })
  return {
    ...handleOf(applying),
    watch: async function* () {
      yield applying
      await aborted
      yield operationDocument({ status: 'cancelled', error: 'cancelled: wrong.', error_code: 'ABORTED' })
    },
    abort: async (by) => {
      aborts.push(by)
      abort()
    },
  }
}

describe('Ctrl-C while somebody watches, on a terminal', () => {
  test.each([
    ['abort', 4, [{ reason: 'Ctrl-C' }], 'cancelled: create_model on shop'],
    ['let go', 130, [], 'continues without you; watch it with: schema-saga operation watch op-1'],
    ['', 130, [], 'continues without you'],
  ])('the answer "%s" ends with %i', async (answer, exitCode, wanted, text) => {
    const aborts: unknown[] = []
    const asked: string[] = []
    const outcome = await runCommand(
      ['apply', 'shop', '-'],
      { apply: async () => endless(aborts) },
      {
        ask: async (question) => {
          asked.push(question)
          return answer
        },
        onInterrupt: (callback) => {
          setImmediate(callback)
          return () => {}
        },
      },
    )
    expect(asked).toHaveLength(1)
    expect(aborts).toEqual(wanted)
    expect(outcome.stdout).toContain(text)
    expect(outcome.exitCode).toBe(exitCode)
  })
})
