/** What schema-saga wants to hold, and whether a run shows it; pure. */
import { AS_ONE, BY_FILE } from './folder/rounds.ts'
import {
  besideFastestPeer,
  type Measurement,
  type Operation,
  ofFloor,
  orchestrationMs,
  subjectOf,
} from './measurement.ts'

/** One goal, as far as the run measured what it speaks of. */
export interface Goal {
  readonly goal: string
  readonly wanted: string
  readonly measured: string
  readonly held: boolean
}

/** Where Temporal begins to advise a workflow to continue as new. */
const MOST_EVENTS = 4_096
const IDLE_MS = 3_000
const ORCHESTRATION_MS = 1_000
const GROWTH = 1.3
const TIMES_AS_FAST = 20
const FOLDER_BY_FILE = 5
const FOLDER_AS_ONE = 20

const SWEEP = subjectOf('sweep')

/** The goals of which the run tells something. */
export function goalsOf(measurements: readonly Measurement[]): Goal[] {
  return [
    ...atLeastOfFloor(measurements, 'tenant step', 0.5),
    ...atLeastOfFloor(measurements, 'apply', 0.25),
    ...withinOrchestration(measurements),
    ...idleWithin(measurements),
    ...memoryFlat(measurements),
    ...historiesShort(measurements),
    ...fasterThanPeers(measurements),
    ...fasterOnFolders(measurements),
  ]
}

function atLeastOfFloor(measurements: readonly Measurement[], operation: Operation, wanted: number): Goal[] {
  return sweeps(measurements, operation, 10_000).flatMap((each) => {
    const ratio = ofFloor(measurements, each)
    if (ratio === null) return []
    const goal = `${operation} of 10,000, of the warm floor`
    return [{ goal, wanted: `>= ${wanted}`, measured: ratio.toFixed(2), held: ratio >= wanted }]
  })
}

function withinOrchestration(measurements: readonly Measurement[]): Goal[] {
  return sweeps(measurements, 'apply', 1_000).flatMap((each) => {
    const ms = orchestrationMs(measurements, each)
    if (ms === null) return []
    return [{ goal: 'apply of 1,000, less its DDL at the floor', ...below(ms, ORCHESTRATION_MS) }]
  })
}

function idleWithin(measurements: readonly Measurement[]): Goal[] {
  const operations = [
    'same id again',
    'nothing to change',
    'sweep again, all done',
    'drift scan',
    'idle reconcile',
  ] as const
  return operations.flatMap((operation) =>
    sweeps(measurements, operation, 10_000).flatMap(({ ms }) =>
      ms === null ? [] : [{ goal: `${operation}, 10,000`, ...below(ms, IDLE_MS) }],
    ),
  )
}

function memoryFlat(measurements: readonly Measurement[]): Goal[] {
  const most = (fleet: number): number =>
    Math.max(0, ...measurements.map((each) => (each.subject === SWEEP && each.fleet === fleet ? bytesOf(each) : 0)))
  const [small, large] = [most(1_000), most(10_000)]
  if (small === 0 || large === 0) return []
  const growth = large / small
  const goal = 'memory of the worker at 10,000, of that at 1,000'
  return [{ goal, wanted: `<= ${GROWTH}`, measured: growth.toFixed(2), held: growth <= GROWTH }]
}

function historiesShort(measurements: readonly Measurement[]): Goal[] {
  const events = measurements.flatMap(({ footprint }) =>
    Object.values(footprint?.histories ?? {}).map((each) => each.mostEvents),
  )
  if (events.length === 0) return []
  const most = Math.max(...events)
  const goal = 'events of the longest history'
  return [{ goal, wanted: `<= ${MOST_EVENTS}`, measured: String(most), held: most <= MOST_EVENTS }]
}

function fasterThanPeers(measurements: readonly Measurement[]): Goal[] {
  const ours = measurements.filter((each) => each.subject === SWEEP && each.fleet === 1_000)
  return ours.flatMap((each) => {
    const found = besideFastestPeer(measurements, each)
    if (found === null) return []
    const goal = `${each.operation} of 1,000, times as fast as ${found.peer.subject}`
    const measured = found.times.toFixed(0)
    return [{ goal, wanted: `>= ${TIMES_AS_FAST}`, measured, held: found.times >= TIMES_AS_FAST }]
  })
}

function fasterOnFolders(measurements: readonly Measurement[]): Goal[] {
  const ways: readonly [string, number][] = [
    [BY_FILE, FOLDER_BY_FILE],
    [AS_ONE, FOLDER_AS_ONE],
  ]
  return ways.flatMap(([subject, times]) =>
    measurements.flatMap((each) => {
      const found = each.subject === subject && each.fleet === 1_000 ? besideFastestPeer(measurements, each) : null
      if (found === null) return []
      const goal = `${subject}: folder of 10, 1,000, times as fast as ${found.peer.subject}`
      return [{ goal, wanted: `>= ${times}`, measured: found.times.toFixed(1), held: found.times >= times }]
    }),
  )
}

function sweeps(measurements: readonly Measurement[], operation: Operation, fleet: number): readonly Measurement[] {
  return measurements.filter(
    (each) => each.subject === SWEEP && each.operation === operation && each.fleet === fleet && each.ms !== null,
  )
}

function below(ms: number, most: number): Pick<Goal, 'wanted' | 'measured' | 'held'> {
  return { wanted: `< ${most / 1_000} s`, measured: `${(ms / 1_000).toFixed(2)} s`, held: ms < most }
}

function bytesOf({ footprint }: Measurement): number {
  return footprint?.workerBytes ?? 0
}
