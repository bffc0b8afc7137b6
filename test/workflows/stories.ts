/** How a story of the failure matrix is told: one operation, a fleet of fake activities, and what a person does. */
import { ApplicationFailure, WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect } from 'vitest'
import type { OperationStatus } from '../../src/contract.ts'
import { type OperationHandle, startTimeSkipping, withOperation } from './environment.ts'
import { createFakeFleet, type FakeFleet, failure, type Story } from './fakeActivities.ts'

/** How one operation ended. */
export interface Ending {
  readonly fleet: FakeFleet
  /** The failure with which the workflow ended, or undefined when it completed. */
  readonly cause: Error | undefined
}

/** The time-skipping server of a test file, and stories on it. */
export function useStories(): {
  readonly tell: (story: Story, act?: (handle: OperationHandle, fleet: FakeFleet) => Promise<void>) => Promise<Ending>
} {
  let environment: TestWorkflowEnvironment
  beforeAll(async () => {
    environment = await startTimeSkipping()
  })
  afterAll(async () => {
    await environment?.teardown()
  })
  return {
    tell: async (story, act) => {
      const fleet = createFakeFleet(story)
      const cause = await withOperation(environment, fleet, async (handle) => {
        // Until somebody waits for the result, time does not skip while a person acts.
        if (act !== undefined) await act(handle, fleet)
        return await causeOf(handle)
      })
      return { fleet, cause }
    },
  }
}

/** Waits for a status of the ledger. */
export async function until(fleet: FakeFleet, status: OperationStatus): Promise<void> {
  await expect.poll(() => fleet.status(), { timeout: 30_000 }).toBe(status)
}

/** Waits until something happened to the fleet. */
export async function untilEvent(fleet: FakeFleet, event: string): Promise<void> {
  await expect.poll(() => fleet.events, { timeout: 30_000 }).toContain(event)
}

/** Rows of one target forbid the change. */
export function forbid(who: string): (scope: string) => void {
  return (scope) => {
    if (scope === who) throw failure('DataRejected', 'DATA_REJECTED', `${who || 'base'} holds rows that forbid it.`)
  }
}

/** The sentence and code with which an Update is refused. */
export async function refusalOf(update: Promise<unknown>): Promise<string> {
  const error: unknown = await update.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) {
    throw new Error(`expected a refused Update, got ${String(error)}`)
  }
  const { code } = (error.cause.details?.[0] ?? {}) as { code?: string }
  return `${code}: ${error.cause.message}`
}

async function causeOf(handle: OperationHandle): Promise<Error | undefined> {
  try {
    await handle.result()
    return undefined
  } catch (error) {
    if (error instanceof WorkflowFailedError) return error.cause
    throw error
  }
}
