import { describe, expect, test } from 'vitest'
import { parseInspect, parseManageSetAside } from '../src/contract/inputs/fleetInputs.ts'
import { parseCohort, parseReconcile, parseTenant } from '../src/contract/inputs/runInputs.ts'
import { parseCatchUp, parseImport } from '../src/contract/inputs/tenantInputs.ts'
import { type Parser, undecodable } from '../src/contract/parse.ts'
import { parseCohortControl, parseRepair, UPDATE_PARSERS } from '../src/contract/requests.ts'

const refusalOf = (parse: Parser<unknown> | undefined, value: unknown): string => {
  try {
    return JSON.stringify(parse?.(value, ''))
  } catch (error) {
    return (error as Error).message
  }
}

test('what could not be read is refused as that by every parser, with its encoding where that can be repeated', () => {
  expect(refusalOf(parseRepair, undecodable('binary/encrypted'))).toBe(
    'The request: a payload that can be read as JSON (its encoding is "binary/encrypted") is expected.',
  )
  for (const parse of [...Object.values(UPDATE_PARSERS), parseCohortControl, parseReconcile, parseInspect]) {
    expect(refusalOf(parse, undecodable(null))).toBe('The request: a payload that can be read as JSON is expected.')
  }
})

describe('texts that a person gives', () => {
  test.each([
    ['a\0b', 'note: a text without NUL characters and lone surrogates is expected.'],
    ['a\uD800b', 'note: a text without NUL characters and lone surrogates is expected.'],
    ['x'.repeat(2_001), 'note: a text of at most 2000 characters is expected.'],
    [7, 'note: a text is expected.'],
    [{}, 'note: a text is expected.'],
  ])('are refused as %j', (note, text) => {
    expect(refusalOf(parseRepair, { action: 'retry', note })).toBe(text)
  })

  test('may hold whole pairs, and be missing or null', () => {
    expect(parseRepair({ action: 'park', note: '\u{1F600}', actor: null }, '')).toEqual({
      action: 'park',
      note: '\u{1F600}',
    })
  })
})

test.each([[null], [undefined], [[]], ['x'], [5], [true], [new Uint8Array(3)]])(
  'every message and every input refuses %j with a sentence',
  (value) => {
    const parsers = [...Object.values(UPDATE_PARSERS), parseRepair, parseCohortControl]
    for (const parse of [...parsers, parseCatchUp, parseImport, parseInspect, parseManageSetAside, parseReconcile]) {
      expect(refusalOf(parse, value)).toBe('The request: an object is expected.')
    }
  },
)

test('a misspelt field does not mean all', () => {
  expect(refusalOf(UPDATE_PARSERS.retryTenants, { tenant: 't2' })).toBe('tenant: no such field is expected.')
  expect(refusalOf(UPDATE_PARSERS.retryTenants, { __proto__: null, constructor: 1 })).toMatch(
    /^constructor: no such field/,
  )
})

test('an answer names no more of a field than fits, and nothing that cannot be kept', () => {
  expect(refusalOf(parseRepair, { ['x'.repeat(100_000)]: 1 })).toBe(`${'x'.repeat(200)}: no such field is expected.`)
  expect(refusalOf(parseRepair, { 'a\0\uD800': 1 })).toBe('a\uFFFD\uFFFD: no such field is expected.')
})

test('a pattern of namespaces is one that LIKE takes', () => {
  const asked = (like: string, except: string) => ({ project: 'p', server: 's', actor: 'a', like, except: [except] })
  for (const like of ['%', 'shop\\_%', 'shop\\\\', '\u{1F600}%']) {
    expect(parseImport(asked(like, like), '')).toMatchObject({ like, except: [like] })
  }
  expect(refusalOf(parseImport, asked('shop\\', '%'))).toMatch(/^like: a pattern of LIKE that does not end in/)
  expect(refusalOf(parseImport, asked('%', 'a\\\\\\'))).toMatch(/^except\.0: a pattern of LIKE/)
})

test('a cohort takes a whole number of tenants at once, and no other', () => {
  expect(parseCohortControl({ paused: true, window: 3 }, '')).toEqual({ paused: true, window: 3 })
  for (const window of [0, -1, 1.5, Number.NaN, '3', null]) {
    expect(refusalOf(parseCohortControl, { paused: false, window })).toMatch(/^window: a whole number from 1 to/)
  }
})

test('what a run hands to the next one is parsed as well, because anybody may send it', () => {
  const soFar = { id: 'run', startedAt: 1, waiting: [{ project: 'p' }], results: [], lookedAt: 1 }
  const asked = (more: object) => ({ trigger: 'person', soFar: { ...soFar, ...more } })
  expect(parseReconcile(asked({}), '')).toEqual({ trigger: 'person', soFar })
  expect(refusalOf(parseReconcile, { trigger: 'person', soFar: {} })).toMatch(/^soFar\.id: /)
  expect(refusalOf(parseReconcile, asked({ waiting: 5 }))).toBe('soFar.waiting: a list is expected.')
  expect(refusalOf(parseReconcile, asked({ waiting: [null] }))).toBe('soFar.waiting.0: an object is expected.')
  expect(refusalOf(parseReconcile, asked({ startedAt: 1e300 }))).toMatch(/^soFar\.startedAt: a whole number/)
  expect(refusalOf(parseReconcile, asked({ results: [{ project: 'p', duties: { drift: 1 } }] }))).toBe(
    'soFar.results.0.duties.drift: an object is expected.',
  )
})

test('inputs say which of their parts is missing, and keep what a later release adds', () => {
  expect(refusalOf(parseInspect, { project: 'p', kind: 'look' })).toBe(
    'kind: one of "drift", "health", "plan", "proof", "dump", "texts" is expected.',
  )
  expect(refusalOf(parseManageSetAside, { project: 'p', action: 'purge', id: 'x', actor: 'a' })).toMatch(/^now: /)
  expect(refusalOf(parseReconcile, {})).toMatch(/^trigger: one of/)
  expect(parseCatchUp({ project: 'p', tenant: 't', later: 3 }, '')).toEqual({ project: 'p', tenant: 't', later: 3 })
})

test('work on tenants says which part of its cohort or its target is missing', () => {
  const work = { project: 'p', operationId: 'o', planHash: 'h', start: '1', direction: 'forward', window: 4 }
  const cohort = { name: 'alpha-1', server: 'alpha', after: '', upTo: 't9', size: 9, maxSessions: 8 }
  const target = { scope: 't1', server: 'alpha', namespace: 'shop_t1', incarnation: 'i' }
  expect(refusalOf(parseCohort, { ...work, cohort: {} })).toBe('cohort.name: a text is expected.')
  expect(refusalOf(parseCohort, { ...work, cohort: { ...cohort, maxSessions: 0 } })).toMatch(
    /^cohort\.maxSessions: a whole/,
  )
  expect(refusalOf(parseCohort, { ...work, cohort, direction: 'back' })).toMatch(/^direction: one of/)
  expect(refusalOf(parseTenant, { ...work, target: {} })).toBe('target.scope: a text is expected.')
  expect(parseCohort({ ...work, cohort: { ...cohort, later: 1 } }, '')).toEqual({
    ...work,
    cohort: { ...cohort, later: 1 },
  })
  expect(parseTenant({ ...work, target }, '')).toEqual({ ...work, target })
  const swept = { succeeded: 3, exceptions: ['t4'], notTried: 0 }
  for (const more of [{ swept }, { swept: { unreachable: true } }, { left: ['t4'], sweep: true, paused: false }]) {
    expect(parseCohort({ ...work, cohort, ...more }, '')).toEqual({ ...work, cohort, ...more })
  }
  expect(refusalOf(parseCohort, { ...work, cohort, swept: {} })).toBe(
    'swept.succeeded: a whole number from 0 to 2147483647 is expected.',
  )
  expect(refusalOf(parseCohort, { ...work, cohort, left: 't4' })).toBe('left: a list is expected.')
  expect(refusalOf(parseCohort, { ...work, cohort, soFar: { failed: 0 } })).toMatch(/^soFar\.succeeded: /)
})
