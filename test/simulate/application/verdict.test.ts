import { describe, expect, it } from 'vitest'
import type { Change } from '../../../src/physical/changes/index.ts'
import { withNamesOnTheWay } from './announced.ts'
import { announcement, failureOf, lookOf } from './fabricatedFailure.ts'
import { type Failure, verdictOf } from './verdict.ts'

function kind(change: Partial<Failure>): string | undefined {
  return verdictOf(failureOf(change))?.kind
}

const RENAMED = { after: lookOf('cost') }
const HAZARD = ['applications that still read food.price fail until they know the new name']

describe('the verdict on a statement that failed', () => {
  it('is that nothing of the sort may happen to what no operation touches', () => {
    expect(kind({})).toBe('untouched')
    expect(kind({ announced: [announcement({ touches: new Set(['food.name']), hazards: HAZARD })] })).toBe('untouched')
  })

  it('is that a change which no operation had planned is not announced', () => {
    expect(kind(RENAMED)).toBe('unannounced')
  })

  it('lets the first one pass that meets a change which a hazard of the plan names', () => {
    expect(kind({ ...RENAMED, announced: [announcement({ hazards: HAZARD })] })).toBeUndefined()
  })

  it('lets a write pass to a row that is being looked at for a rule of which a hazard tells, and no other', () => {
    const message = 'new row for relation "food" violates check constraint "_aside_proof_food_name"'
    const told = announcement({
      touches: new Set(['food.name']),
      hazards: ['a rule of food.name that one breaks stays off'],
    })
    expect(kind({ code: '23514', message, announced: [told] })).toBeUndefined()
    expect(kind({ code: '23514', message, announced: [{ ...told, hazards: [] }] })).toBe('untouched')
    expect(kind({ code: '23514', announced: [told] })).toBe('untouched')
  })

  it('lets a unique column with a default, which came back unseen, refuse a second row where a hazard names its table', () => {
    const kindColumn = {
      name: 'kind',
      number: 3,
      type: 'text',
      notNull: false,
      default: "'a'",
      rules: ['UNIQUE (kind)'],
    }
    const tables = lookOf('price').tables.map((table) => ({ ...table, columns: [...table.columns, kindColumn] }))
    const failure = { code: '23505', times: 2, after: { ...lookOf('price'), tables } }
    expect(kind({ ...failure, announced: [announcement({ hazards: HAZARD })] })).toBeUndefined()
    expect(kind({ ...failure, announced: [announcement({ hazards: [] })] })).toBe('no-hazard')
  })

  it('is that a plan without such a hazard announces nothing', () => {
    expect(kind({ ...RENAMED, announced: [announcement({ hazards: [] })] })).toBe('no-hazard')
  })

  it('lets pass what meets a name that the plan gives a table on the way, and takes again', () => {
    const changes: readonly Change[] = [{ kind: 'renameTable', from: 'dish', to: 'food' }]
    const gone = { ...failureOf({}).after, tables: [] }
    const differences = { touches: new Set(['dish']), rules: new Set<string>(), names: new Map([['dish', ['dish']]]) }
    const hazards = ['applications that still read dish fail until they know the new name']
    const failure = { code: '42P01', after: gone }
    expect(kind({ ...failure, announced: [announcement({ ...differences, hazards })] })).toBe('unannounced')
    const onTheWay = withNamesOnTheWay(changes, differences)
    expect(kind({ ...failure, announced: [announcement({ ...onTheWay, hazards })] })).toBeUndefined()
  })

  it('is that it may not happen again once the application has looked', () => {
    const announced = [announcement({ hazards: HAZARD })]
    expect(kind({ announced, times: 1 })).toBeUndefined()
    expect(kind({ announced, times: 2 })).toBe('after-look')
  })

  it('lets a rule refuse a value that the operation is about', () => {
    const announced = [announcement({ rules: new Set(['food.price']), hazards: [] })]
    expect(kind({ code: '23514', announced })).toBeUndefined()
    expect(kind({ code: '42703', announced })).toBe('no-hazard')
  })

  it('lets a unique column with a default refuse the second row of an application that does not know it, once announced', () => {
    const table = failureOf({}).statement.table.name
    const hazards = [`${table}.code is unique and has a default: a second row is refused`]
    expect(kind({ code: '23505' })).toBe('untouched')
    expect(kind({ code: '23505', announced: [announcement({ touches: new Set(), hazards })] })).toBeUndefined()
  })

  it('does not hold a broken connection, or a field that is not durable yet, against anybody', () => {
    expect(kind({ code: null })).toBeUndefined()
    expect(kind({ code: '57P01' })).toBeUndefined()
    expect(kind({ early: true })).toBeUndefined()
  })

  it('is never fine with a deadlock', () => {
    expect(kind({ code: '40P01', announced: [announcement({ hazards: HAZARD })] })).toBe('deadlock')
  })
})
