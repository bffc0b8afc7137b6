/** Measurements as the rows of tables; pure. */
import { goalsOf } from './goals.ts'
import { besideFastestPeer, isOurs, type Measurement, ofFloor, orchestrationMs, rateOf } from './measurement.ts'

/** A table for people, and for the README. */
export interface ResultTable {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const NOTHING = '-'

/** All tables of a run; those without rows are left out. */
export function resultTables(measurements: readonly Measurement[]): ResultTable[] {
  const tables = [
    goalsTable(measurements),
    timesTable(measurements),
    peersTable(measurements),
    orchestrationTable(measurements),
    footprintTable(measurements),
  ]
  return tables.filter((each) => each.rows.length > 0)
}

/** A table in Markdown. */
export function markdownTable({ head, rows }: ResultTable): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function goalsTable(measurements: readonly Measurement[]): ResultTable {
  const rows = goalsOf(measurements).map(({ goal, wanted, measured, held }) => [
    goal,
    wanted,
    measured,
    held ? 'yes' : 'NO',
  ])
  return { title: 'Goals', head: ['goal', 'wanted', 'measured', 'held'], rows }
}

function timesTable(measurements: readonly Measurement[]): ResultTable {
  const rows = inOrder(measurements).map((each) => [
    String(each.fleet),
    each.subject,
    each.operation,
    duration(each.ms),
    rate(rateOf(each)),
    ratio(ofFloor(measurements, each)),
    each.ms === null ? `not measured: ${each.note ?? 'no reason given'}` : (each.note ?? ''),
  ])
  return {
    title: 'Times',
    head: ['namespaces', 'what', 'operation', 'time', 'tenants/s', 'of the warm floor', 'note'],
    rows,
  }
}

function peersTable(measurements: readonly Measurement[]): ResultTable {
  const rows = inOrder(measurements.filter(isOurs)).flatMap((each) => {
    const found = besideFastestPeer(measurements, each)
    if (found === null) return []
    const { peer, times } = found
    return [
      [
        String(each.fleet),
        each.subject,
        each.operation,
        rate(rateOf(each)),
        `${peer.subject}, ${peer.operation}`,
        rate(rateOf(peer)),
        ratio(times),
      ],
    ]
  })
  return {
    title: 'Beside the fastest peer',
    head: ['namespaces', 'what', 'operation', 'tenants/s', 'fastest peer', 'its tenants/s', 'times as fast'],
    rows,
  }
}

/** What is left of an apply when its DDL at the floor is taken off. */
function orchestrationTable(measurements: readonly Measurement[]): ResultTable {
  const applied = inOrder(measurements).filter((each) => isOurs(each) && each.operation.startsWith('apply'))
  const rows = applied.flatMap((each) => {
    const ms = orchestrationMs(measurements, each)
    return ms === null ? [] : [[String(each.fleet), each.subject, each.operation, duration(ms)]]
  })
  return {
    title: 'Time from submission to the end, less the same DDL at the warm floor',
    head: ['namespaces', 'what', 'operation', 'time'],
    rows,
  }
}

function footprintTable(measurements: readonly Measurement[]): ResultTable {
  const rows = inOrder(measurements).flatMap(({ fleet, subject, operation, footprint }) => {
    if (footprint === undefined) return []
    const histories = Object.entries(footprint.histories)
      .sort(([, one], [, other]) => other.mostEvents - one.mostEvents)
      .map(([type, { workflows, mostEvents }]) => `${type} ${mostEvents} (${workflows})`)
    return [[String(fleet), subject, operation, mebibytes(footprint.workerBytes), histories.join(', ')]]
  })
  return {
    title: 'Memory of the worker, and events of the longest history of each workflow type (and how many ran)',
    head: ['namespaces', 'what', 'operation', 'worker RSS', 'histories'],
    rows,
  }
}

/** By fleet; within it as measured. */
function inOrder(measurements: readonly Measurement[]): readonly Measurement[] {
  return [...measurements].sort((one, other) => one.fleet - other.fleet)
}

function duration(ms: number | null): string {
  if (ms === null) return NOTHING
  return Math.abs(ms) < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`
}

function rate(perSecond: number | null): string {
  if (perSecond === null) return NOTHING
  return number(perSecond)
}

function ratio(value: number | null): string {
  return value === null ? NOTHING : number(value)
}

function mebibytes(bytes: number | null): string {
  return bytes === null ? NOTHING : `${Math.round(bytes / 2 ** 20)} MiB`
}

/** Two digits that count, and never an exponent. */
function number(value: number): string {
  return value < 10 ? String(Number(value.toPrecision(2))) : String(Math.round(value))
}
