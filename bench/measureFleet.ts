/** Everything that is measured at one number of namespaces, one subject after the other. */

import { attempt } from './attempt.ts'
import { dropDatabase, freshDatabase } from './databases.ts'
import { FLOOR, type Measurement, PSQL_LOOP, subjectOf } from './measurement.ts'
import { measurePeers } from './peers/index.ts'
import { measurePsqlLoop } from './psqlLoop.ts'
import { measureRawDdl } from './rawDdl.ts'
import { measureSchemaSaga } from './schemaSaga.ts'
import type { BenchStack } from './stack.ts'

interface FleetOptions {
  readonly fleet: number
  readonly peers: boolean
  readonly log: (line: string) => void
}

/** A child workflow for each of 10,000 tenants takes many minutes, and fleets of that size are swept. */
const MOST_CHILDREN = 1_000

/** Measures the floor and all subjects with that many namespaces. */
export async function measureFleet(stack: BenchStack, { fleet, peers, log }: FleetOptions): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  const add = async (subject: string, work: () => Promise<readonly Measurement[]>): Promise<void> => {
    log(`${fleet} namespaces: ${subject} ...`)
    measurements.push(...(await attempt({ subject, operation: 'apply', fleet }, work)))
  }
  const inDatabase = async (name: string, work: (url: string) => Promise<readonly Measurement[]>) => {
    const url = await freshDatabase(stack.serverUrl, name)
    try {
      return await work(url)
    } finally {
      await dropDatabase(stack.serverUrl, name)
    }
  }
  await add(FLOOR, () => inDatabase(`raw_${fleet}`, (url) => measureRawDdl(url, fleet)))
  await add(PSQL_LOOP, () => inDatabase(`psql_${fleet}`, (url) => measurePsqlLoop(url, fleet, stack.folder)))
  if (fleet <= MOST_CHILDREN) await add(subjectOf('children'), () => measureSchemaSaga(stack, fleet, 'children'))
  await add(subjectOf('sweep'), () => measureSchemaSaga(stack, fleet, 'sweep'))
  return peers ? [...measurements, ...(await measurePeers(stack, fleet, log))] : measurements
}
