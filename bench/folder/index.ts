/** A folder with ten pending migrations, over many namespaces: us, and other tools on the same Postgres. */
import { attempt } from '../attempt.ts'
import { type Measurement, median } from '../measurement.ts'
import { golangMigrate } from '../peers/golangMigrate.ts'
import { nodePgMigrate } from '../peers/nodePgMigrate.ts'
import { onPeerFleet } from '../peers/onPeerFleet.ts'
import type { FilePeer } from '../peers/peer.ts'
import { psqlXargs } from '../peers/psqlXargs.ts'
import type { BenchStack } from '../stack.ts'
import { measureOurFolder } from './ours.ts'
import { AS_ONE, requireFiles, roundsOf } from './rounds.ts'

/** Those that take files of SQL as they are. */
const PEERS: readonly FilePeer[] = [psqlXargs, golangMigrate('xargs -P8'), nodePgMigrate]

/** The first finds cold caches. */
const ROUNDS = 3

/** Measures all of them with that many namespaces. */
export async function measureFolder(
  stack: BenchStack,
  fleet: number,
  log: (line: string) => void,
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  const add = async (subject: string, work: () => Promise<readonly Measurement[]>): Promise<void> => {
    log(`${fleet} namespaces, a folder of 10: ${subject} ...`)
    measurements.push(...(await attempt({ subject, operation: 'folder of 10', fleet }, work)))
  }
  for (const peer of PEERS) await add(peer.name, () => measurePeer(stack, fleet, peer, log))
  await add(AS_ONE, () => measureOurFolder(stack, fleet))
  return measurements
}

async function measurePeer(
  stack: BenchStack,
  fleet: number,
  peer: FilePeer,
  log: (line: string) => void,
): Promise<Measurement[]> {
  return await onPeerFleet(stack, { fleet, log }, peer, async ({ applyAll }, url) => {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) times.push(await applyAll(roundsOf(round)))
    await requireFiles(url, fleet, ROUNDS)
    const ms = median(times.slice(1))
    return [{ subject: peer.name, operation: 'folder of 10', fleet, tenants: fleet, ms }]
  })
}
