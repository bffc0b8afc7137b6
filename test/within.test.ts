import { expect, test } from 'vitest'
import { within } from '../src/within.ts'

const never = new Promise<string>(() => undefined)

test('an answer in time is the answer, and an error in time the error', async () => {
  expect(await within(60_000, Promise.resolve('here'))).toBe('here')
  await expect(within(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no')
})

test('what does not come in time is null, and its error later is nobody’s', async () => {
  let fail: (error: Error) => void = () => undefined
  const late = new Promise<string>((_, reject) => {
    fail = reject
  })
  expect(await within(1, late)).toBeNull()
  expect(await within(1, never)).toBeNull()
  const unhandled: unknown[] = []
  const note = (error: unknown): void => void unhandled.push(error)
  process.once('unhandledRejection', note)
  fail(new Error('too late'))
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})
