import { describe, expect, it } from 'vitest'
import { goalsOf } from '../../bench/goals.ts'
import { FLOOR, type Measurement, type Operation, subjectOf } from '../../bench/measurement.ts'

const MEBIBYTE = 2 ** 20

function sweep(operation: Operation, fleet: number, ms: number | null, mebibytes?: number): Measurement {
  const histories = { applySchemaMutation: { workflows: 1, mostEvents: 300 } }
  return {
    subject: subjectOf('sweep'),
    operation,
    fleet,
    tenants: fleet,
    ms,
    ...(mebibytes === undefined ? {} : { footprint: { workerBytes: mebibytes * MEBIBYTE, histories } }),
  }
}

function floor(fleet: number, ms: number): Measurement {
  return { subject: FLOOR, operation: 'apply', fleet, tenants: fleet, ms }
}

const tool: Measurement = { subject: 'a tool', operation: 'apply', fleet: 1_000, tenants: 1_000, ms: 15_000 }

describe('the goals of a run', () => {
  it('are those of which it measured something', () => {
    expect(goalsOf([])).toEqual([])
    expect(goalsOf([floor(10_000, 1_500), sweep('tenant step', 10_000, null)])).toEqual([])
  })

  it('compare the tenant step and the whole of a sweep of 10,000 with the warm floor', () => {
    const all = [floor(10_000, 1_500), sweep('tenant step', 10_000, 2_500), sweep('apply', 10_000, 7_500)]
    expect(goalsOf(all)).toEqual([
      { goal: 'tenant step of 10,000, of the warm floor', wanted: '>= 0.5', measured: '0.60', held: true },
      { goal: 'apply of 10,000, of the warm floor', wanted: '>= 0.25', measured: '0.20', held: false },
    ])
  })

  it('bound what an operation costs beside its DDL, and what it costs to find nothing to do', () => {
    const all = [floor(1_000, 200), sweep('apply', 1_000, 1_100), sweep('drift scan', 10_000, 3_500)]
    expect(goalsOf(all)).toEqual([
      { goal: 'apply of 1,000, less its DDL at the floor', wanted: '< 1 s', measured: '0.90 s', held: true },
      { goal: 'drift scan, 10,000', wanted: '< 3 s', measured: '3.50 s', held: false },
    ])
  })

  it('keep memory flat and histories short', () => {
    expect(goalsOf([sweep('apply', 1_000, null, 400), sweep('apply', 10_000, null, 600)])).toEqual([
      {
        goal: 'memory of the worker at 10,000, of that at 1,000',
        wanted: '<= 1.3',
        measured: '1.50',
        held: false,
      },
      { goal: 'events of the longest history', wanted: '<= 4096', measured: '300', held: true },
    ])
  })

  it('ask for twenty times the speed of the fastest other tool at 1,000', () => {
    expect(goalsOf([tool, sweep('apply', 1_000, 500)])).toEqual([
      { goal: 'apply of 1,000, times as fast as a tool', wanted: '>= 20', measured: '30', held: true },
    ])
  })
})
