/** What the benchmark measured, and what follows from it; pure. */

/** The operations that are timed. */
export type Operation =
  | 'apply, first time'
  | 'apply'
  | 'tenant step, first time'
  | 'tenant step'
  | 'same id again'
  | 'nothing to change'
  | 'nothing to do'
  | 'folder of 10'
  | 'sweep again, all done'
  | 'drift scan'
  | 'idle reconcile'
  | 'apply, 1 % fails'
  | 'catch-up of 1 %'

/** What was measured beside the time of one operation. */
export interface Footprint {
  /** The most resident memory of the worker process while the operation ran, in bytes; null where /proc is missing. */
  readonly workerBytes: number | null
  /** By workflow type: how many ran, and the events of the longest history. */
  readonly histories: Readonly<Record<string, { readonly workflows: number; readonly mostEvents: number }>>
}

/** One operation by one subject over a number of tenants, in ms; or why there is no number. */
export interface Measurement {
  readonly subject: string
  readonly operation: Operation
  /** How many namespaces there were, and how many of them the operation worked on. */
  readonly fleet: number
  readonly tenants: number
  readonly ms: number | null
  /** Why it was not measured, or what to know when reading it. */
  readonly note?: string
  readonly footprint?: Footprint
}

/** The subject that everything is compared with. */
export const FLOOR = 'raw DDL, 8 sessions'

/** What people do without a tool: there for comparison, not a peer. */
export const PSQL_LOOP = 'psql in a loop'

const OURS = 'schema-saga'

/** How an operation of ours reaches its tenants. */
export type FanOut = 'children' | 'sweep'

/** What the tables call us, by the way of reaching the tenants. */
export function subjectOf(fanOut: FanOut): string {
  return `${OURS}, ${fanOut}`
}

/** The middle of several times; the mean of the two middle ones when there is no middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half]
  if (upper === undefined) throw new Error('A median needs at least one value.')
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2
}

/** Tenants per second, or null without a time. */
export function rateOf({ tenants, ms }: Pick<Measurement, 'tenants' | 'ms'>): number | null {
  return ms === null || ms <= 0 ? null : (tenants * 1_000) / ms
}

/** The warm floor of that fleet, in tenants per second; null when it was not measured. */
export function floorRate(measurements: readonly Measurement[], fleet: number): number | null {
  const floor = measurements.find(
    (each) => each.subject === FLOOR && each.operation === 'apply' && each.fleet === fleet,
  )
  return floor === undefined ? null : rateOf(floor)
}

/** Operations that run the DDL of a round on the tenants: only they can be compared with the floor. */
export function runsDdl(operation: Operation): boolean {
  return /^(apply|tenant step|catch-up)/.test(operation)
}

/** How much of the warm floor's rate a measurement reaches: 1 is as fast as bare DDL; null where no DDL was run. */
export function ofFloor(measurements: readonly Measurement[], measured: Measurement): number | null {
  if (!runsDdl(measured.operation)) return null
  const floor = floorRate(measurements, measured.fleet)
  const rate = rateOf(measured)
  return floor === null || rate === null ? null : rate / floor
}

/** What an operation costs beside its DDL: its time less the time of the same DDL at the warm floor, in ms. */
export function orchestrationMs(measurements: readonly Measurement[], measured: Measurement): number | null {
  const floor = floorRate(measurements, measured.fleet)
  return floor === null || measured.ms === null ? null : measured.ms - (measured.tenants * 1_000) / floor
}

/** Whether a subject is schema-saga in one of its ways. */
export function isOurs({ subject }: Pick<Measurement, 'subject'>): boolean {
  return subject.startsWith(OURS)
}

const NO_PEERS: readonly string[] = [FLOOR, PSQL_LOOP]

/** What a peer does when it is asked for the same: to apply, or to find that nothing is left to do. */
const PEER_OPERATION: Partial<Readonly<Record<Operation, Operation>>> = {
  apply: 'apply',
  'folder of 10': 'folder of 10',
  'same id again': 'nothing to do',
  'nothing to change': 'nothing to do',
  'sweep again, all done': 'nothing to do',
  'drift scan': 'nothing to do',
  'idle reconcile': 'nothing to do',
}

/** The fastest peer at the same on the same fleet, with how many times as fast ours is; null when there is none. */
export function besideFastestPeer(
  measurements: readonly Measurement[],
  ours: Measurement,
): { readonly peer: Measurement; readonly times: number } | null {
  const rate = rateOf(ours)
  const operation = PEER_OPERATION[ours.operation]
  if (rate === null || operation === undefined) return null
  let fastest: { peer: Measurement; times: number } | null = null
  for (const peer of measurements) {
    const peerRate = rateOf(peer)
    if (NO_PEERS.includes(peer.subject) || isOurs(peer) || peer.fleet !== ours.fleet || peer.operation !== operation)
      continue
    if (peerRate === null || (fastest !== null && rate / peerRate >= fastest.times)) continue
    fastest = { peer, times: rate / peerRate }
  }
  return fastest
}
