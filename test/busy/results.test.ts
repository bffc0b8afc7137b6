import { expect, test } from 'vitest'
import { FORMS } from './forms.ts'
import { formsOfEveryKind } from './plans.ts'
import { BOUND_MS, faultOf, missingFrom, type Recorded, ROWS, readResults, wrongWith } from './results.ts'

const FINE: Recorded = { form: '', major: 18, rows: ROWS, longestWaitMs: 1, unannounced: 0, statements: 100 }

test('what is recorded is of forms that there are, and kept nobody waiting for too long', () => {
  expect(wrongWith(readResults())).toEqual([])
})

test('a form that has not run, one that is no more, and one that kept somebody waiting are named', () => {
  const [first, second] = FORMS
  const known = { ...FINE, form: first?.form ?? '', longestWaitMs: BOUND_MS }
  const results = [known, { ...FINE, form: 'a form of old' }]
  expect(missingFrom(results)).toContain(`${second?.form} (PostgreSQL 18): has not run`)
  expect(missingFrom(results)).not.toContain(`${first?.form} (PostgreSQL 18): has not run`)
  expect(wrongWith(results)).toEqual([
    `${first?.form} (PostgreSQL 18): somebody waited ${BOUND_MS} ms`,
    'a form of old (PostgreSQL 18): there is no such form any more',
  ])
})

test('a run with few rows, with failures that nobody announced, or without an application does not count', () => {
  expect(faultOf(FINE)).toBeNull()
  expect(faultOf({ ...FINE, rows: ROWS - 1 })).toMatch(/rows/)
  expect(faultOf({ ...FINE, unannounced: 1 })).toMatch(/announced/)
  expect(faultOf({ ...FINE, statements: 0 })).toMatch(/nobody was at work/)
})

test('a few forms have every kind of change, there and taken back', () => {
  expect(formsOfEveryKind().length).toBeLessThan(15)
})
