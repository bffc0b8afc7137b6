/** Other tools on the same Postgres, one after the other. */
import { attempt } from '../attempt.ts'
import { withClient } from '../databases.ts'
import { type Measurement, median } from '../measurement.ts'
import { columnOf } from '../schema.ts'
import type { BenchStack } from '../stack.ts'
import { atlas } from './atlas.ts'
import { djangoTenants } from './djangoTenants.ts'
import { golangMigrate } from './golangMigrate.ts'
import { nodePgMigrate } from './nodePgMigrate.ts'
import { onPeerFleet } from './onPeerFleet.ts'
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

/** The rounds after the first, of which the middle one counts, as with our own sweeps: one alone varies by a quarter. */
const WARM_ROUNDS = [2, 3, 4] as const
const ROUNDS = [1, ...WARM_ROUNDS] as const

/** Measures each peer: one apply, three more, and the last again. One that cannot be had is named and left out. */
export async function measurePeers(
  stack: BenchStack,
  fleet: number,
  log: (line: string) => void,
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const peer of PEERS) {
    log(`${fleet} namespaces: ${peer.name} ...`)
    const about = { subject: peer.name, operation: 'apply', fleet } as const
    measurements.push(...(await attempt(about, () => measurePeer(stack, fleet, peer, log))))
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
  return await onPeerFleet(stack, { fleet, log }, peer, async ({ apply, noop }, url) => {
    const first = await apply(1)
    const warm: number[] = []
    for (const round of WARM_ROUNDS) warm.push(await apply(round))
    const nothing = await noop(ROUNDS.length)
    await requireColumns(url, fleet)
    return [
      { ...about, operation: 'apply, first time', ms: first },
      { ...about, operation: 'apply', ms: median(warm) },
      { ...about, operation: 'nothing to do', ms: nothing },
    ]
  })
}

/** A tool that was quick because it did nothing is not measured. */
async function requireColumns(url: string, fleet: number): Promise<void> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ columns: number }>(
      'SELECT count(*)::integer AS columns FROM pg_attribute WHERE attname = ANY ($1) AND attnum > 0 AND NOT attisdropped',
      [ROUNDS.map(columnOf)],
    ),
  )
  const columns = rows[0]?.columns ?? 0
  if (columns !== ROUNDS.length * fleet) {
    throw new Error(`it left ${columns} of ${ROUNDS.length * fleet} columns`)
  }
}
