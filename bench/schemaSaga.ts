/** schema-saga itself, with a child workflow for each tenant or with sweeps. */
import { attempt } from './attempt.ts'
import { dropDatabase, freshDatabase } from './databases.ts'
import { type FanOut, type Measurement, median, type Operation, subjectOf } from './measurement.ts'
import { measureParking } from './parking.ts'
import { createSagaFleet } from './sagaFleet.ts'
import { measured, type SagaRun, type Timed, timed, timeOperation } from './sagaRun.ts'
import { addColumn, SAME_AGAIN } from './schema.ts'
import type { BenchStack } from './stack.ts'
import { measureSweepAgain } from './sweepAgain.ts'
import { startWorkerProcess } from './workerProcess.ts'

/** Warm rounds of an apply: as many as the floor has; children take half a minute each at 1,000 tenants. */
const WARM_ROUNDS: Readonly<Record<FanOut, number>> = { children: 1, sweep: 6 }

/** Measures one way of reaching the tenants; everything that it needs is made here and removed again. */
export async function measureSchemaSaga(stack: BenchStack, fleet: number, fanOut: FanOut): Promise<Measurement[]> {
  const subject = subjectOf(fanOut)
  const project = `${fanOut}-${fleet}`
  const database = `targets_${fanOut}_${fleet}`
  const targetsUrl = await freshDatabase(stack.serverUrl, database)
  const worker = await startWorkerProcess(stack, targetsUrl)
  try {
    await createSagaFleet(stack, { project, targetsUrl, tenants: fleet })
    const run: SagaRun = { stack, subject, project, targetsUrl, fleet, workerPid: worker.pid }
    const applied = await measureApply(run, fanOut)
    // What does not depend on the fan-out is measured once.
    return fanOut === 'children' ? applied : [...applied, ...(await measureFurther(run))]
  } finally {
    await worker.stop()
    await dropDatabase(stack.serverUrl, database)
  }
}

async function measureApply(run: SagaRun, fanOut: FanOut): Promise<Measurement[]> {
  const options = { fanOut }
  const first = await timeOperation(run, addColumn(0), { ...options, operationId: idOf(run, 0) })
  const warm: Timed[] = []
  for (let round = 1; round <= WARM_ROUNDS[fanOut]; round += 1) {
    warm.push(await timeOperation(run, addColumn(round), { ...options, operationId: idOf(run, round) }))
  }
  const footprint = (warm.at(-1) ?? first).footprint
  const again = await timed(() =>
    run.stack.client.run(run.project, addColumn(0), { ...options, operationId: idOf(run, 0) }),
  )
  const nothing = await timeOperation(run, SAME_AGAIN, options)
  return [
    measured(run, 'apply, first time', first.ms, first.footprint),
    measured(run, 'tenant step, first time', first.tenantStepMs),
    measured(run, 'apply', median(warm.map((each) => each.ms)), footprint),
    measured(run, 'tenant step', median(warm.map((each) => each.tenantStepMs))),
    measured(run, 'same id again', again),
    measured(run, 'nothing to change', nothing.ms),
  ]
}

async function measureFurther(run: SagaRun): Promise<Measurement[]> {
  const parts: [Operation, () => Promise<readonly Measurement[]>][] = [
    ['sweep again, all done', () => measureSweepAgain(run, idOf(run, WARM_ROUNDS.sweep))],
    ['drift scan', () => measureLook(run, 'drift scan', (project) => run.stack.client.drift(project))],
    ['idle reconcile', () => measureLook(run, 'idle reconcile', (project) => run.stack.client.reconcile(project))],
    ['apply, 1 % fails', () => measureParking(run, { fanOut: 'sweep' })],
  ]
  const measurements: Measurement[] = []
  for (const [operation, work] of parts) {
    const about = { subject: run.subject, operation, fleet: run.fleet }
    measurements.push(...(await attempt(about, work)))
  }
  return measurements
}

async function measureLook(
  run: SagaRun,
  operation: Operation,
  look: (project: string) => Promise<unknown>,
): Promise<Measurement[]> {
  // Once to open sessions and to fill caches, as a schedule that runs every few minutes finds them.
  await look(run.project)
  return [measured(run, operation, await timed(() => look(run.project)))]
}

function idOf({ project }: SagaRun, round: number): string {
  return `${project}-${round}`
}
