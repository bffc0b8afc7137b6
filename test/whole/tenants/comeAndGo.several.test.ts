import fc from 'fast-check'
import { afterAll, beforeAll, test } from 'vitest'
import { createComings, createFleetFor, EVENTS, HAPPENS, interleave, MOMENTS } from '../comings.ts'
import { expectNamed } from '../namedEnds.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
beforeAll(async () => {
  stack = await createComings()
})
afterAll(async () => {
  await stack?.stop()
})

test('several that come and go one after the other end so too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...MOMENTS),
      fc.shuffledSubarray([...EVENTS], { minLength: 2, maxLength: 4 }),
      async (moment, events) => {
        const [first = 'provision', ...others] = events
        const project = await createFleetFor(stack, first)
        // What makes no sense any more is refused in words, and changes nothing.
        for (const event of others) await HAPPENS[event](stack, project).catch(() => undefined)
        const operation = await interleave(stack, {
          project,
          moment,
          happening: (...at) => HAPPENS[first](...at).catch(() => undefined),
        })
        await expectNamed(stack, project, operation, events)
      },
    ),
    { numRuns: 4, endOnFailure: true },
  )
})
