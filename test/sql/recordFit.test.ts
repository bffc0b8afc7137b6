import { describe, expect, it } from 'vitest'
import { type NamespaceRecord, RECORD_FORMAT } from '../../src/sql/record.ts'
import { differenceText, printingProblem } from '../../src/sql/recordDifferences.ts'
import { alikeRevisions, type RevisionRecord, recordFitOf } from '../../src/sql/recordFit.ts'

const column = (name: string, type = 'text') => ({ kind: 'column', name, facts: { type } })

function record(...lines: NamespaceRecord['lines'][number][]): NamespaceRecord {
  return { format: RECORD_FORMAT, printing: { major: 18, extensions: {} }, lines }
}

function history(...records: NamespaceRecord[]): readonly RevisionRecord[] {
  return records.map((each, index) => ({ revision: index + 1, schemaHash: `hash-${index + 1}`, record: each }))
}

describe('the revision of a namespace', () => {
  const [one, two] = [record(column('t.a')), record(column('t.a'), column('t.b'))]

  it('is that which looks like it', () => {
    expect(recordFitOf(history(one, two), two).fits.map(({ revision }) => revision)).toEqual([2])
  })

  it('may be one of several', () => {
    const past = history(one, two, one, one)
    expect(recordFitOf(past, one).fits.map(({ revision }) => revision)).toEqual([1, 3, 4])
    expect(alikeRevisions(past)).toEqual([[1, 3, 4]])
  })

  it('is none, and the nearest is told, the latest of those that are as near', () => {
    const { fits, nearest, problem } = recordFitOf(history(one, two, one), record(column('t.a', 'integer')))
    expect({ fits, problem }).toEqual({ fits: [], problem: null })
    expect(nearest?.revision).toBe(3)
    expect(nearest?.differences.map(differenceText)).toEqual(['column t.a is different (type: integer, and not text)'])
  })

  it('is never one with what nothing describes', () => {
    const odd = record(column('t.a'), { kind: 'unsupported', name: 'collation mine', facts: {} })
    const { fits, nearest } = recordFitOf(history(odd, odd), odd)
    expect(fits).toEqual([])
    expect(nearest?.differences.map(differenceText)).toEqual(['collation mine is different (nothing describes it)'])
    expect(alikeRevisions(history(odd, odd))).toEqual([])
  })
})

describe('another printing', () => {
  it('is told, and not compared', () => {
    const other = { ...record(column('t.a')), printing: { major: 15, extensions: {} } }
    expect(recordFitOf(history(other), record(column('t.a')))).toEqual({
      fits: [],
      nearest: null,
      problem: 'it is on Postgres 18, and its project was recorded on 15: definitions print in other words there',
    })
  })

  it('is that of an extension in another namespace, where both use it', () => {
    const used = (namespace: string) => ({ major: 18, extensions: { citext: namespace } })
    expect(printingProblem(used('public'), used('extensions'))).toBe(
      'extension "citext" is in namespace extensions, and in public where its project was recorded',
    )
    expect(printingProblem(used('public'), { major: 18, extensions: {} })).toBeNull()
  })
})
