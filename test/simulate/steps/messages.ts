/** Steps that send what nobody would: messages of random shape to whatever workflow there is. */
import {
  ApplicationFailure,
  WorkflowFailedError,
  type WorkflowHandle,
  WorkflowUpdateFailedError,
} from '@temporalio/client'
import fc from 'fast-check'
import { UPDATE_PARSERS } from '../../../src/contract/requests.ts'
import { SIGNAL_REPAIR, SIGNAL_TURN } from '../../../src/contract.ts'
import { arbitraryChoice, chooseOperation, stepKind } from './kind.ts'

/** Texts that are hard to store. */
const ODD = ['', '\u0000', '\ud800', 'x'.repeat(3_000), '../..', '_root', 't1', 'retry', 'accept', 'a'.repeat(65)]

const arbitraryOdd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...ODD),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, -1, 1e308, [], {}, ['t1', null], Number.MAX_SAFE_INTEGER),
)

/** Something like a request of ours, with something odd in any place. */
const arbitraryPayload: fc.Arbitrary<unknown> = fc.oneof(
  arbitraryOdd,
  fc.record(
    Object.fromEntries(
      ['action', 'actor', 'note', 'reason', 'tenant', 'tenants', 'parallel', 'more'].map((name) => [
        name,
        arbitraryOdd,
      ]),
    ),
    { requiredKeys: [] },
  ),
)

/** What is sent, to which message of which operation; `null` is nothing at all. */
export const oddMessage = stepKind<{ operation: number; update: boolean; name: string; payload: unknown }>({
  weight: 4,
  controls: true,
  arguments: fc.record({
    operation: arbitraryChoice,
    update: fc.boolean(),
    name: fc.constantFrom(...Object.keys(UPDATE_PARSERS), SIGNAL_REPAIR, SIGNAL_REPAIR, SIGNAL_TURN, 'nonsense'),
    payload: arbitraryPayload,
  }),
  run: async (place, { operation, update, name, payload }) => {
    const { temporal } = place.world
    const id = await chooseOperation(place, operation, ['pending', 'applying', 'compensating', 'needs_repair'])
    const handle = temporal.workflow.getHandle(`schema/${place.project}/${id}`)
    const sent = `${update ? 'update' : 'signal'} ${name} of ${id} with ${JSON.stringify(payload).slice(0, 200)}`
    return `${sent}: ${await answerTo(handle, { update, name, payload })}`
  },
})

/** An operation that is started with something else than a mutation. */
export const oddOperation = stepKind<{ payload: unknown; mutation: unknown; options: unknown; whole: boolean }>({
  weight: 2,
  detachable: true,
  arguments: fc.record({
    payload: arbitraryPayload,
    mutation: arbitraryPayload,
    options: arbitraryPayload,
    whole: fc.boolean(),
  }),
  run: async ({ world, project, id }, { whole, payload, mutation, options }) => {
    const operationId = `odd${id}`
    const input = whole ? payload : { project, operationId, mutation, options }
    const handle = await world.temporal.workflow.start('applySchemaMutation', {
      ...{ taskQueue: world.taskQueue, workflowId: `schema/${project}/${operationId}`, args: [input] },
    })
    const sent = `start ${operationId} with ${JSON.stringify(input)?.slice(0, 300)}`
    return `${sent}: ${await inWords(() => handle.result())}`
  },
})

async function answerTo(
  handle: WorkflowHandle,
  { update, name, payload }: { update: boolean; name: string; payload: unknown },
): Promise<string> {
  return await inWords(() =>
    update ? handle.executeUpdate<unknown, [unknown]>(name, { args: [payload] }) : handle.signal(name, payload),
  )
}

/** The words of an answer. Errors: whatever is no answer in words of ours. */
async function inWords(send: () => Promise<unknown>): Promise<string> {
  try {
    await send()
    return 'taken'
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return 'it is over'
    const isAnswer = error instanceof WorkflowUpdateFailedError || error instanceof WorkflowFailedError
    const { cause } = isAnswer ? error : {}
    if (cause instanceof ApplicationFailure) return cause.message.slice(0, 200)
    throw error
  }
}
