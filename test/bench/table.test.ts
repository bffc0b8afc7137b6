import { describe, expect, it } from 'vitest'
import {
  besideFastestPeer,
  FLOOR,
  floorRate,
  type Measurement,
  median,
  ofFloor,
  orchestrationMs,
  PSQL_LOOP,
  rateOf,
} from '../../bench/measurement.ts'
import { type BenchRun, withTables } from '../../bench/report.ts'
import { markdownTable, type ResultTable, resultTables } from '../../bench/table.ts'

const floor: Measurement = { subject: FLOOR, operation: 'apply', fleet: 1_000, tenants: 1_000, ms: 200 }
const sweep: Measurement = { subject: 'schema-saga, sweep', operation: 'apply', fleet: 1_000, tenants: 1_000, ms: 800 }
const again: Measurement = { ...sweep, operation: 'same id again', ms: 10 }
const slow: Measurement = { subject: 'slow tool', operation: 'apply', fleet: 1_000, tenants: 1_000, ms: 40_000 }
const quick: Measurement = { ...slow, subject: 'quick tool', ms: 16_000 }
const idle: Measurement = { ...quick, operation: 'nothing to do', ms: 8_000 }
const loop: Measurement = { ...slow, subject: PSQL_LOOP, ms: 1 }
const absent: Measurement = { ...slow, subject: 'absent tool', ms: null, note: 'it is not on the PATH' }
const all = [floor, sweep, again, slow, quick, idle, absent]

describe('what follows from measurements', () => {
  it('takes the middle of odd and of even numbers of rounds', () => {
    expect(median([3, 1, 2])).toBe(2)
    expect(median([4, 1, 2, 3])).toBe(2.5)
    expect(() => median([])).toThrow('at least one')
  })

  it('compares a rate with the warm floor of the same fleet', () => {
    expect(floorRate(all, 1_000)).toBe(5_000)
    expect(ofFloor(all, sweep)).toBe(0.25)
    expect(floorRate(all, 100)).toBeNull()
    expect(ofFloor(all, { ...sweep, fleet: 100 })).toBeNull()
  })

  it('compares by tenants per second when only a part of the fleet was worked on', () => {
    expect(ofFloor(all, { ...slow, tenants: 100, ms: 200 })).toBe(0.1)
  })

  it('compares nothing with the floor that runs no DDL', () => {
    expect(ofFloor(all, again)).toBeNull()
  })

  it('takes the DDL at the floor off the time of an operation', () => {
    expect(orchestrationMs(all, sweep)).toBe(600)
  })

  it('knows no rate for what was not measured', () => {
    expect(rateOf(absent)).toBeNull()
    expect(orchestrationMs(all, absent)).toBeNull()
  })

  it('sets ours beside the fastest of the others at the same thing', () => {
    expect(besideFastestPeer(all, sweep)).toEqual({ peer: quick, times: 20 })
    expect(besideFastestPeer(all, again)).toEqual({ peer: idle, times: 800 })
    expect(besideFastestPeer([floor, loop, sweep], sweep)).toBeNull()
    expect(besideFastestPeer(all, { ...sweep, operation: 'tenant step' })).toBeNull()
  })
})

function timesOf(measurements: readonly Measurement[]): ResultTable | undefined {
  return resultTables(measurements).find((each) => each.title === 'Times')
}

describe('tables of results', () => {
  it('show times, rates and ratios, and say why something was not measured', () => {
    const times = timesOf(all)
    expect(times?.rows).toContainEqual(['1000', 'schema-saga, sweep', 'apply', '800 ms', '1250', '0.25', ''])
    expect(times?.rows).toContainEqual([
      '1000',
      'absent tool',
      'apply',
      '-',
      '-',
      '-',
      'not measured: it is not on the PATH',
    ])
  })

  it('show memory and the longest history of each workflow type, the longest first', () => {
    const histories = {
      applyToCohort: { workflows: 10, mostEvents: 40 },
      applySchemaMutation: { workflows: 1, mostEvents: 200 },
    }
    const tables = resultTables([{ ...sweep, footprint: { workerBytes: 300 * 2 ** 20, histories } }])
    expect(tables.at(-1)?.rows).toEqual([
      ['1000', 'schema-saga, sweep', 'apply', '300 MiB', 'applySchemaMutation 200 (1), applyToCohort 40 (10)'],
    ])
  })

  it('leave out tables that would be empty', () => {
    expect(resultTables([floor]).map((each) => each.title)).toEqual(['Times'])
  })

  it('go small fleets first, and otherwise in the order in which things were measured', () => {
    const times = timesOf([sweep, floor, { ...floor, fleet: 100 }])
    expect(times?.rows.map(([fleet, what]) => `${fleet} ${what}`)).toEqual([
      `100 ${FLOOR}`,
      '1000 schema-saga, sweep',
      `1000 ${FLOOR}`,
    ])
  })

  it('become Markdown', () => {
    expect(markdownTable({ title: 't', head: ['a', 'b'], rows: [['1', 'x|y']] })).toBe(
      '| a | b |\n| --- | --- |\n| 1 | x\\|y |',
    )
  })

  it('replace those of the README between the marks of their kind, and nothing else', () => {
    const machine = {
      cores: 2,
      cpu: 'some',
      memoryGiB: 8,
      platform: 'linux x64',
      loadBefore: 0.1,
      node: '20.20.2',
      postgres: '18.4',
      temporal: '1.29.1',
    }
    const run: BenchRun = {
      kind: 'peers',
      command: 'npm run bench -- --peers',
      date: '2026-01-02T03:04:05.000Z',
      durable: true,
      machine,
      measurements: [floor],
    }
    const readme = 'before\n<!-- peers: begin -->\nold\n<!-- peers: end -->\nafter\n'
    const text = withTables(readme, run)
    expect(text).toMatch(/^before\n<!-- peers: begin -->\n\n`npm run bench -- --peers` · 2026-01-02 · 2 cores/)
    expect(text).toMatch(/<!-- peers: end -->\nafter\n$/)
    expect(text).not.toContain('old')
    expect(withTables(text, run)).toBe(text)
    expect(() => withTables('no marks', run)).toThrow('no place')
  })
})
