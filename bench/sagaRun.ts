/** One project that is measured, and how an operation on it is timed. */

import { performance } from 'node:perf_hooks'
import type { ApplyOptions } from '../src/client.ts'
import type { OperationDocument } from '../src/contract.ts'
import type { MutationRequest } from '../src/logical/parse/mutationRequest.ts'
import { readHistories } from './histories.ts'
import type { Footprint, Measurement, Operation } from './measurement.ts'
import { withPeakMemory } from './memory.ts'
import type { BenchStack } from './stack.ts'

/** One project of one size, and how to measure on it. */
export interface SagaRun {
  readonly stack: BenchStack
  readonly subject: string
  readonly project: string
  readonly targetsUrl: string
  readonly fleet: number
  readonly workerPid: number
}

/** One operation: from its submission to the end in the ledger, and the tenant step by the ledger's own times. */
export interface Timed {
  readonly ms: number
  readonly tenantStepMs: number
  readonly footprint: Footprint
  readonly document: OperationDocument
}

/** Submits and waits; the clock of the ledger is this machine's. */
export async function timeOperation(run: SagaRun, mutation: MutationRequest, options: ApplyOptions): Promise<Timed> {
  const { client, temporalAddress } = run.stack
  const begin = Date.now()
  const { result: document, bytes } = await withPeakMemory(run.workerPid, () =>
    client.run(run.project, mutation, { ...options, actor: 'bench' }),
  )
  const histories = await readHistories(temporalAddress, run.project, document.id)
  const step = document.steps.find((each) => each.key === 'tenant_ddl')
  return {
    ms: timeOf(document.ended_at) - begin,
    tenantStepMs: step?.started_at ? timeOf(step.ended_at) - timeOf(step.started_at) : 0,
    footprint: { workerBytes: bytes, histories },
    document,
  }
}

/** The time of some work in ms. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

/** A measurement over the whole fleet. */
export function measured(run: SagaRun, operation: Operation, ms: number | null, footprint?: Footprint): Measurement {
  const { subject, fleet } = run
  return { subject, operation, fleet, tenants: fleet, ms, ...(footprint ? { footprint } : {}) }
}

function timeOf(timestamp: string | null): number {
  if (timestamp === null) throw new Error('The ledger has no time for the end of something that has ended.')
  return Date.parse(timestamp)
}
