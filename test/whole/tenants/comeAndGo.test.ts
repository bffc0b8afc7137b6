import { afterAll, beforeAll, describe, test } from 'vitest'
import { drawn } from '../../faults/draw.ts'
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

/** Each moment is five operations. */
const TRIED = drawn(MOMENTS, { story: 'come and go', most: 2, kindOf: String })

describe.each(TRIED)('a tenant that comes or goes at the moment "%s" of an operation', (moment) => {
  test('ends in a state that is named and right, whatever happens to it', async () => {
    const ends = await Promise.all(
      EVENTS.map(async (event) => {
        const project = await createFleetFor(stack, event)
        return { project, event, operation: await interleave(stack, { project, moment, happening: HAPPENS[event] }) }
      }),
    )
    // One after the other: they share a session.
    for (const { project, event, operation } of ends) await expectNamed(stack, project, operation, [event])
  })
})
