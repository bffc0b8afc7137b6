/** `npm run bench`: what an operation over many tenants costs, compared with bare DDL on the same Postgres. */
import { createCleanup } from '../src/dev/cleanup.ts'
import { readFlags } from './flags.ts'
import { measureFolder } from './folder/index.ts'
import { describeMachine } from './machine.ts'
import { measureFleet } from './measureFleet.ts'
import { type BenchRun, reportText, writeJson, writeReadme } from './report.ts'
import { startBenchStack } from './stack.ts'

const log = (line: string): void => console.error(line)
const argv = process.argv.slice(2)
const flags = readFlags(argv)
const cleanup = createCleanup()
process.once('SIGINT', () => void cleanup.run().finally(() => process.exit(130)))
try {
  const stack = await startBenchStack({ durable: flags.durable, log, cleanup })
  const about = {
    kind: flags.folder ? 'folder' : flags.peers ? 'peers' : 'fleets',
    command: ['npm run bench', ...(argv.length > 0 ? ['--', ...argv] : [])].join(' '),
    date: new Date().toISOString(),
    durable: flags.durable,
    machine: await describeMachine(stack.serverUrl, stack.temporalAddress),
  } as const
  let run: BenchRun = { ...about, measurements: [] }
  for (const fleet of flags.fleets) {
    const measured = flags.folder
      ? await measureFolder(stack, fleet, log)
      : await measureFleet(stack, { fleet, peers: flags.peers, log })
    run = { ...run, measurements: [...run.measurements, ...measured] }
    // After each fleet: the large ones take long, and whoever stops them keeps what there is.
    log(`Results so far: ${await writeJson(run, flags.record)}`)
    if (flags.record) await writeReadme(run)
  }
  console.log(reportText(run))
} finally {
  await cleanup.run()
}
