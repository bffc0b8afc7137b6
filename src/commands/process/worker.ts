import type { Command } from 'commander'
import { dsnFromEnvironment, readConfig } from '../../config.ts'
import { type Answer, addCommand, answering, type CommonFlags } from '../command.ts'
import type { Surroundings } from '../io.ts'

/** `worker`: a worker process, until it is told to stop. */
export function addWorker(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'worker',
    summary: 'run a worker until Ctrl-C or SIGTERM; its log goes to stderr, one JSON line each',
    example: 'worker',
    document: 'worker',
  }).action(answering<[], CommonFlags>(surroundings, () => runUntilTold(surroundings)))
}

async function runUntilTold(surroundings: Surroundings): Promise<Answer> {
  const { env, folder } = surroundings
  const config = readConfig(env, folder)
  // Loaded late: the native parts of a worker take their time, and no other command needs them.
  const { installWorkerLog } = await import('../../workerLog.ts')
  const { runWorker } = await import('../../worker.ts')
  const { log, shutDown } = installWorkerLog()
  try {
    const worker = await runWorker(config, { dsn: (name) => dsnFromEnvironment(name, env, folder) })
    const forget = surroundings.onInterrupt(() => {
      log.info('worker stops')
      void worker.stop()
    })
    log.info({ taskQueue: config.taskQueue, temporal: config.temporal.address }, 'worker is ready')
    await worker.finished
    forget()
    return { document: { stopped: true }, text: 'The worker has stopped.' }
  } finally {
    await shutDown()
  }
}
