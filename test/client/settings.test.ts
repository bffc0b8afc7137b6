import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseSettings } from '../../src/client/parseSettings.ts'
import { DEFAULT_SETTINGS } from '../../src/contract/settings.ts'

test('settings are written as key=value, durations with their unit', () => {
  const given = [
    'hold_before_purge=7d',
    'retention_ms=400d',
    'cache_alarm_after=60s',
    'max_parked=5%',
    'sweep_threshold=0',
  ]
  expect(
    parseSettings([
      ...given,
      'auto_repair=additive',
      'on_tenant_failure=hold',
      'ignore=a_*, b',
      'auto_repair_attempts=3',
    ]),
  ).toEqual({
    hold_before_purge_ms: 604_800_000,
    retention_ms: 34_560_000_000,
    cache_alarm_after_ms: 60_000,
    max_parked: '5%',
    sweep_threshold: 0,
    auto_repair: 'additive',
    on_tenant_failure: 'hold',
    ignore: ['a_*', 'b'],
    auto_repair_attempts: 3,
  })
  expect(parseSettings(['max_parked=12', 'ignore='])).toEqual({ max_parked: 12, ignore: [] })
  expect(parseSettings(['max_replica_lag=10s'])).toEqual({ max_replica_lag_ms: 10_000 })
  expect(parseSettings(['max_replica_lag=off'])).toEqual({ max_replica_lag_ms: null })
  expect(parseSettings(['tenants_from=hook'])).toEqual({ tenants_from: 'hook' })
})

describe('a setting that is wrong is told in one sentence, with its key', () => {
  test.each([
    ['max_parked=many', 'max_parked', 'max_parked: a number of tenants or a share such as 5% is expected.'],
    ['retention=7', 'retention_ms', 'retention_ms: a duration such as 60s, 12h or 7d is expected.'],
    ['retention=4000d', 'retention_ms', 'retention_ms: at most 3650d is possible.'],
    ['max_replica_lag=soon', 'max_replica_lag_ms', 'max_replica_lag_ms: off, or a duration such as 10s, is expected.'],
    ['sweep_threshold=-1', 'sweep_threshold', 'sweep_threshold: a whole number is expected.'],
    ['on_tenant_failure=panic', 'on_tenant_failure', 'on_tenant_failure: one of compensate, park, hold is expected.'],
    ['colour=red', 'colour', /^"colour" is no setting: there are on_tenant_failure, /],
    ['constructor=x', 'constructor', /is no setting/],
    ['ignore', 'ignore', '"ignore" is not of the form key=value.'],
  ])('%s', (given, path, message) => {
    const wrong = () => parseSettings(['max_parked=1', given])
    expect(() => parseSettings([given])).toThrow(expect.objectContaining({ code: 'INPUT_INVALID', path }))
    expect(() => parseSettings([given])).toThrow(message)
    expect(wrong).toThrow()
  })

  test('twice the same key, or none at all', () => {
    expect(() => parseSettings(['retention=1d', 'retention_ms=2d'])).toThrow('retention_ms is given twice.')
    expect(() => parseSettings([])).toThrow('Give at least one key=value.')
  })
})

test('docs/fleets.md lists every setting with its default', () => {
  const page = readFileSync(new URL('../../docs/fleets.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| `(\w+)` \| (?:`([^`]+)`|(\w+)) \|/gm)]
  expect(listed.map(([, name = '']) => name)).toEqual(
    Object.keys(DEFAULT_SETTINGS).map((name) => name.replace(/_ms$/, '')),
  )
  const written = listed.flatMap(([, name, code, plain]) => (plain === 'none' ? [] : [`${name}=${code ?? plain}`]))
  const read = parseSettings(written) as Record<string, unknown>
  for (const [name, value] of Object.entries(DEFAULT_SETTINGS)) {
    if (!Array.isArray(value)) expect([name, read[name]]).toEqual([name, value])
  }
})
