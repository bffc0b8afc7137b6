/** Other tools on the same Postgres, one after the other. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createRawFleet, dropDatabase, freshDatabase } from '../databases.ts'
import type { Measurement } from '../measurement.ts'
import { namespaceSql } from '../schema.ts'
import type { BenchStack } from '../stack.ts'
import { atlas } from './atlas.ts'
import { djangoTenants } from './djangoTenants.ts'
import { golangMigrate } from './golangMigrate.ts'
import { nodePgMigrate } from './nodePgMigrate.ts'
import type { Peer } from './peer.ts'
import { psqlXargs } from './psqlXargs.ts'

const PEERS: readonly Peer[] = [
  psqlXargs,
  golangMigrate('loop'),
  golangMigrate('xargs -P8'),
  nodePgMigrate,
  djangoTenants('standard'),
  djangoTenants('multiprocessing'),
  atlas,
]

const DATABASE = 'peer'

/** Measures each peer: one apply, and the same again. One that cannot be had is named and left out. */
export async function measurePeers(
  stack: BenchStack,
  fleet: number,
  log: (line: string) => void,
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const peer of PEERS) {
    log(`${fleet} namespaces: ${peer.name} ...`)
    measurements.push(...(await measurePeer(stack, fleet, peer, log)))
  }
  return measurements
}

async function measurePeer(
  stack: BenchStack,
  fleet: number,
  peer: Peer,
  log: (line: string) => void,
): Promise<Measurement[]> {
  const about = { subject: peer.name, fleet, tenants: fleet }
  const folder = join(stack.folder, 'peer')
  try {
    const installed = await peer.install(log)
    const url = await freshDatabase(stack.serverUrl, DATABASE)
    await mkdir(folder)
    const { namespaces } = await createRawFleet(url, fleet, namespaceSql())
    const { apply, noop } = await peer.prepare(installed, { url, namespaces, folder })
    return [
      { ...about, operation: 'apply, first time', ms: await apply(1) },
      { ...about, operation: 'apply', ms: await apply(2) },
      { ...about, operation: 'nothing to do', ms: await noop(2) },
    ]
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error)
    log(`${peer.name}: ${note}`)
    // One line: the end of a tool's output may be long.
    return [{ ...about, operation: 'apply', ms: null, note: note.split('\n')[0] ?? note }]
  } finally {
    await rm(folder, { recursive: true, force: true })
    await dropDatabase(stack.serverUrl, DATABASE)
  }
}
