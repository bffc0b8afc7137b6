/** Temporal's client where only its calls matter: each one is recorded and answered by the test. */
import type { Client, WorkflowHandle } from '@temporalio/client'
import type { TemporalAccess } from '../../src/client/temporal.ts'
import type { Config } from '../../src/config.ts'

/** The settings of every client under test; nothing listens there. */
export const CONFIG: Config = {
  catalogUrl: 'postgres://127.0.0.1:1/catalog',
  temporal: { address: '127.0.0.1:1', namespace: 'default', connection: {} },
  taskQueue: 'saga-test',
  workflowBundle: null,
}

/** What the test answers; a function may throw. What has no answer must not be called. */
export interface Answers {
  readonly execute?: (type: string) => unknown
  readonly start?: (type: string) => unknown
  readonly handle?: Partial<WorkflowHandle>
  readonly createSchedule?: () => unknown
  readonly connection?: unknown
}

/** A call that the client under test made: its name, and what it was given. */
export type Call = readonly [name: string, ...given: unknown[]]

/** The stub, and the calls in their order; `execute` and `start` have the type of the workflow and its options. */
export function temporalStub(answers: Answers = {}): { readonly temporal: TemporalAccess; readonly calls: Call[] } {
  const calls: Call[] = []
  const answer =
    (name: string, give: ((type: string) => unknown) | undefined) =>
    async (...given: unknown[]): Promise<unknown> => {
      calls.push([name, ...given])
      if (give === undefined) throw new Error(`${name} was not expected`)
      return give(String(given[0]))
    }
  const client = {
    workflow: {
      execute: answer('execute', answers.execute),
      start: answer('start', answers.start),
      getHandle: (id: string) => {
        calls.push(['getHandle', id])
        return answers.handle ?? {}
      },
    },
    schedule: {
      create: answer('createSchedule', answers.createSchedule),
      getHandle: (id: string) => ({
        update: async (change: (now: unknown) => unknown) => {
          calls.push(['updateSchedule', id, change({ spec: { intervals: [{ every: 1 }] }, state: { paused: true } })])
        },
      }),
    },
    connection: answers.connection,
  }
  return {
    calls,
    temporal: { client: async () => client as unknown as Client, close: async () => undefined },
  }
}
