/** `schema-saga dev`: the stack, the demo, and the end of both. */
import type { Documents } from '../commands/documents.ts'
import type { Surroundings } from '../commands/io.ts'
import { createCleanup } from './cleanup.ts'
import { runDemo } from './demo/runDemo.ts'
import { DEMO_SERVERS, startStack } from './stack.ts'

interface DevOptions {
  readonly once: boolean
  readonly demo: boolean
  readonly json: boolean
}

/** Runs until Ctrl-C, or until the demo is over with `once`; returns the exit code. */
export async function runDev(surroundings: Surroundings, options: DevOptions): Promise<number> {
  const cleanup = createCleanup()
  let interrupt: () => void = () => {}
  const interrupted = new Promise<'interrupted'>((resolve) => {
    interrupt = () => resolve('interrupted')
  })
  const forget = surroundings.onInterrupt(interrupt)
  let up = false
  const work = async (): Promise<'done'> => {
    await bringUp(surroundings, options, cleanup)
    up = true
    if (!options.once) await interrupted
    return 'done'
  }
  try {
    const outcome = await Promise.race([work(), interrupted])
    if (!options.once) surroundings.err('Stopping everything ...')
    if (outcome === 'interrupted' && !up) await leaveHalfWay(cleanup.run)
    return 0
  } finally {
    await cleanup.run()
    forget()
  }
}

/** A start that is under way may hold the process for minutes (a build): nothing of it survives this process. */
async function leaveHalfWay(stop: () => Promise<void>): Promise<never> {
  await stop()
  process.exit(130)
}

async function bringUp(
  surroundings: Surroundings,
  { once, demo, json }: DevOptions,
  cleanup: ReturnType<typeof createCleanup>,
): Promise<void> {
  const say = json ? surroundings.err : surroundings.out
  const { stack, client } = await startStack({
    folder: surroundings.folder,
    env: surroundings.env,
    log: surroundings.err,
    cleanup,
  })
  say(`Temporal: ${stack.temporalAddress}   Web UI: ${stack.webUi}`)
  const result = demo ? await runDemo({ stack, client, say, surroundings }) : null
  if (!demo) say(`Databases to try it with: ${DEMO_SERVERS.map(serverLine).join(', ')}`)
  say(`\nWeb UI: ${stack.webUi}`)
  if (!once) say('Other commands in this folder use this stack. Ctrl-C stops everything.')
  if (json) {
    const document: Documents['dev'] = {
      dev: { web_ui: stack.webUi, project: result?.project ?? null, tenants: result?.tenants ?? [] },
    }
    surroundings.out(JSON.stringify(document, null, 2))
  }
}

function serverLine({ id, dsnEnv }: (typeof DEMO_SERVERS)[number]): string {
  return `\`schema-saga server add ${id} --dsn-env ${dsnEnv}\``
}
