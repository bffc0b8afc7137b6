/** A folder with ten pending migrations, over many namespaces: us, and other tools on the same Postgres. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { attempt } from '../attempt.ts'
import { createRawFleet, dropDatabase, freshDatabase } from '../databases.ts'
import { type Measurement, median } from '../measurement.ts'
import { golangMigrate } from '../peers/golangMigrate.ts'
import { nodePgMigrate } from '../peers/nodePgMigrate.ts'
import type { FilePeer } from '../peers/peer.ts'
import { psqlXargs } from '../peers/psqlXargs.ts'
import { namespaceSql } from '../schema.ts'
import type { BenchStack } from '../stack.ts'
import { measureOurFolder } from './ours.ts'
import { AS_ONE, requireFiles, roundsOf } from './rounds.ts'

/** Those that take files of SQL as they are. */
const PEERS: readonly FilePeer[] = [psqlXargs, golangMigrate('xargs -P8'), nodePgMigrate]

const DATABASE = 'folder_peer'
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
  const folder = join(stack.folder, 'peer')
  const installed = await peer.install(log)
  const url = await freshDatabase(stack.serverUrl, DATABASE)
  try {
    await mkdir(folder)
    const { namespaces } = await createRawFleet(url, fleet, namespaceSql())
    const { applyAll } = await peer.prepare(installed, { url, namespaces, folder })
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) times.push(await applyAll(roundsOf(round)))
    await requireFiles(url, fleet, ROUNDS)
    const ms = median(times.slice(1))
    return [{ subject: peer.name, operation: 'folder of 10', fleet, tenants: fleet, ms }]
  } finally {
    await rm(folder, { recursive: true, force: true })
    await dropDatabase(stack.serverUrl, DATABASE)
  }
}
