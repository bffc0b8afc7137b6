import type { Command } from 'commander'
import { DEV_PACKAGES, requirePackages } from '../../optionalPackages.ts'
import { addCommand, answering, type CommonFlags } from '../command.ts'
import type { Surroundings } from '../io.ts'

interface Flags extends CommonFlags {
  readonly once?: boolean
  readonly demo: boolean
}

/** `dev`: the embedded stack with its demo. */
export function addDev(parent: Command, surroundings: Surroundings): void {
  addCommand(parent, {
    usage: 'dev',
    summary: 'run Postgres, Temporal, a worker and a demo, all embedded, until Ctrl-C',
    example: 'dev --once',
    document: 'dev',
  })
    .option('--once', 'stop everything and exit when the demo is over')
    .option('--no-demo', 'leave the demo out')
    .action(
      answering<[], Flags>(surroundings, async (_, { once = false, demo, json = false }) => {
        requirePackages('`schema-saga dev`', DEV_PACKAGES)
        // Loaded late: no other command needs the servers.
        const { runDev } = await import('../../dev/runDev.ts')
        surroundings.setExitCode(await runDev(surroundings, { once, demo, json }))
        return null
      }),
    )
}
