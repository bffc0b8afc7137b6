/** A worker as in production: a process of its own, by the command line. */
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { processEnvironment } from '../src/config.ts'
import { startTiedProcess } from '../src/dev/servers/tiedProcess.ts'
import { type BenchStack, TARGETS_VARIABLE } from './stack.ts'

/** A worker that takes work. */
export interface WorkerProcess {
  readonly pid: number
  readonly stop: () => Promise<void>
}

const BIN = fileURLToPath(new URL('../bin/schema-saga.js', import.meta.url))
const READY_MS = 60_000
const STOP_MS = 70_000
const POLL_MS = 50

/** Starts a worker for the fleet in that database. */
export async function startWorkerProcess(stack: BenchStack, targetsUrl: string): Promise<WorkerProcess> {
  const { PATH, HOME } = processEnvironment()
  const worker = await startTiedProcess({
    command: process.execPath,
    args: [BIN, 'worker'],
    cwd: stack.folder,
    env: { PATH, HOME, ...stack.env, [TARGETS_VARIABLE]: targetsUrl },
    stopSignal: 'SIGTERM',
  })
  const deadline = Date.now() + READY_MS
  while (!worker.tail().includes('worker is ready')) {
    if (worker.hasEnded()) throw new Error(`The worker ${await worker.ended}`)
    if (Date.now() > deadline) throw new Error(`The worker was not ready within 60 s: ${worker.tail()}`)
    await sleep(POLL_MS)
  }
  return { pid: worker.pid, stop: () => worker.stop(STOP_MS) }
}
