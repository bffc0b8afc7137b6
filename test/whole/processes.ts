/** Programs and workers of one stack: as processes where a test kills or signals them, in the test's own otherwise. */
import type { ChildProcess } from 'node:child_process'
import { inject } from 'vitest'
import type { Environment } from '../../src/config.ts'
import type { RunningWorker } from '../../src/worker.ts'
import { kill, ready, spawnBin, spawnBundle, spawnProgram } from './realProgram.ts'
import { startWorkerHere, type WorkerStart } from './workerHere.ts'

/** Starts what a stack runs, and ends it. */
export interface Processes {
  /** Starts the program as a process and does not wait. */
  readonly spawn: (args: readonly string[]) => ChildProcess
  /** The same by the file that npm links. */
  readonly spawnBin: (args: readonly string[]) => ChildProcess
  /** Starts a worker in this process. */
  readonly startWorker: (start?: WorkerStart) => Promise<RunningWorker>
  /** Starts a worker that can be killed. */
  readonly spawnWorker: () => Promise<ChildProcess>
  /** The same, except that its death is noticed within seconds. */
  readonly spawnQuickWorker: () => Promise<ChildProcess>
  /** Ends whatever was started: processes by SIGKILL, workers of this process in order. */
  readonly stopWorkers: () => Promise<void>
}

/** Programs and workers of one stack, and the end of all of them. */
export function processesOf(env: Environment, folder: string): Processes {
  const children: ChildProcess[] = []
  const workers: RunningWorker[] = []
  const started = (child: ChildProcess): ChildProcess => {
    children.push(child)
    return child
  }
  return {
    spawn: (args) => started(spawnProgram(args, folder, env)),
    spawnBin: (args) => started(spawnBin(args, folder, env)),
    spawnWorker: async () => {
      const bundle = { SCHEMA_SAGA_WORKFLOW_BUNDLE: inject('workflowBundlePath') }
      return await ready(started(spawnProgram(['worker'], folder, { ...env, ...bundle })))
    },
    spawnQuickWorker: async () => {
      const bundle = { SCHEMA_SAGA_WORKFLOW_BUNDLE: inject('quickWorkflowBundlePath') }
      return await ready(started(spawnBundle('quickWorker', folder, { ...env, ...bundle })))
    },
    startWorker: async ({ env: changes = {}, ...start } = {}) => {
      const worker = await startWorkerHere({ ...env, ...changes }, folder, start)
      workers.push(worker)
      return worker
    },
    stopWorkers: async () => {
      await Promise.all([...children.splice(0).map(kill), ...workers.splice(0).map((worker) => worker.stop())])
    },
  }
}
