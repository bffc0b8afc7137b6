import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { type Change, kindOf } from '../../src/physical/changes/index.ts'
import { ROW_CASES } from './rowCases.ts'
import { RULE_CASES } from './ruleCases.ts'
import { type ChangeCase, SHAPE_CASES } from './shapeCases.ts'

type AnyCase = Omit<ChangeCase<Change['kind']>, 'change'> & { readonly change: Change }

/** Forward and back, word for word; a kind without a case does not compile. */
const CASES: { readonly [Kind in Change['kind']]: ChangeCase<Kind> } = { ...SHAPE_CASES, ...RULE_CASES, ...ROW_CASES }

const ALL: readonly AnyCase[] = Object.values(CASES)

const kind = (change: Change) => kindOf<Change>(change)

describe('the SQL of each kind of change', () => {
  test.each(ALL)('$change.kind', ({ change, sql, undo }) => {
    const steps = kind(change).toSql(change)
    expect(steps.map((step) => step.sql)).toEqual(sql)
    expect(
      kind(change)
        .toUndoSql?.(change)
        .map((step) => step.sql),
    ).toEqual(undo)
  })

  test('an index is built outside transactions, rows are written in batches, and all else shares a transaction', () => {
    const kinds = ALL.flatMap(({ change }) =>
      kind(change)
        .toSql(change)
        .filter((step) => step.kind !== 'transaction')
        .map((step) => `${change.kind}: ${step.kind}`),
    )
    expect(kinds.sort()).toEqual([
      'addUnique: statement',
      'copyColumn: backfill',
      'createIndex: statement',
      'dropIndex: statement',
      'emptyFilled: backfill',
      'fillNulls: backfill',
      'readyColumn: backfill',
    ])
  })

  test('what reads all rows of a table holds no lock that keeps writers out', () => {
    const alone = ALL.flatMap(({ change }) =>
      kind(change)
        .toSql(change)
        .filter((step) => step.alone)
        .map((step) => step.sql.replace(/^ALTER TABLE \S+ | CONSTRAINT .*$/g, '')),
    )
    expect(alone).toEqual(['VALIDATE', 'VALIDATE', 'VALIDATE'])
  })
})

test('a change answers for itself: nobody outside of the kinds compares a kind, which a new one would be left out of', async () => {
  const compared = new RegExp(`[!=]== '(${ALL.map(({ change }) => change.kind).join('|')})'`)
  const files = (await readdir('src', { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('physical/changes/'),
  )
  const asking = files.filter((file) => compared.test(readFileSync(`src/${file}`, 'utf8')))
  expect(files.length).toBeGreaterThan(400)
  expect(asking).toEqual([])
})
