/** A peer with a fleet of its own, for as long as it is measured. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createRawFleet, dropDatabase, freshDatabase } from '../databases.ts'
import { namespaceSql } from '../schema.ts'
import type { BenchStack } from '../stack.ts'
import type { Peer, PreparedPeer } from './peer.ts'

const DATABASE = 'peer'

/** Installs it, makes its namespaces and files, and takes them away behind the work. */
export async function onPeerFleet<Prepared extends PreparedPeer, Result>(
  stack: BenchStack,
  { fleet, log }: { readonly fleet: number; readonly log: (line: string) => void },
  peer: Peer<Prepared>,
  work: (prepared: Prepared, url: string) => Promise<Result>,
): Promise<Result> {
  const folder = join(stack.folder, 'peer')
  const installed = await peer.install(log)
  const url = await freshDatabase(stack.serverUrl, DATABASE)
  try {
    await mkdir(folder)
    const { namespaces } = await createRawFleet(url, fleet, namespaceSql())
    return await work(await peer.prepare(installed, { url, namespaces, folder }), url)
  } finally {
    await rm(folder, { recursive: true, force: true })
    await dropDatabase(stack.serverUrl, DATABASE)
  }
}
