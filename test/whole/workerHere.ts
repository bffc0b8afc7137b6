/** A worker in the test's own process: for whatever does not need one that can be killed. */
import { inject } from 'vitest'
import { dsnFromEnvironment, type Environment, readConfig } from '../../src/config.ts'
import { type RunningWorker, runWorker, type WorkerOptions } from '../../src/worker.ts'
import { QUICK_HEARTBEAT_EVERY_MS } from '../fixtures/quickPolicies.ts'
import { installTestRuntime, WORKFLOWS_IN_THIS_THREAD } from '../fixtures/temporalRuntime.ts'

/** How a worker of a test differs from production's. */
export interface WorkerStart extends WorkerOptions {
  /** Variables instead of the stack's own. */
  readonly env?: Environment
  /** Runs the workflow code whose pauses are short and which notices a death within seconds. */
  readonly quick?: boolean
}

/** Work in flight at the end of a test is nobody's any more; in ms. */
const SHUTDOWN_GRACE_MS = 100

/** Starts a worker that sees no environment but the one given. */
export async function startWorkerHere(
  env: Environment,
  folder: string,
  { quick = false, amend = (worker) => worker, ...options }: Omit<WorkerStart, 'env'>,
): Promise<RunningWorker> {
  installTestRuntime()
  return await runWorker(readConfig(env, folder), {
    dsn: (name) => dsnFromEnvironment(name, env, folder),
    workflowBundlePath: inject(quick ? 'quickWorkflowBundlePath' : 'workflowBundlePath'),
    ...(quick && { heartbeatEveryMs: QUICK_HEARTBEAT_EVERY_MS }),
    shutdownGraceMs: SHUTDOWN_GRACE_MS,
    ...options,
    amend: (worker) => amend({ ...worker, ...WORKFLOWS_IN_THIS_THREAD }),
  })
}
