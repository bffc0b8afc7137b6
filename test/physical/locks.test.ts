import { expect, test } from 'vitest'
import type { Change } from '../../src/physical/changes/index.ts'
import { stagesOf } from '../../src/physical/plan/stages.ts'
import { RULE_CASES } from './ruleCases.ts'
import { FOOD_TABLE, SHAPE_CASES } from './shapeCases.ts'

const SHELF = { ...FOOD_TABLE, name: 'shelf', uniques: {}, checks: {}, foreignKeys: {}, indexes: {} }
const START = { tables: { food: FOOD_TABLE, shelf: SHELF }, setAside: {} } as unknown as Parameters<typeof stagesOf>[0]

const column = (table: string, name: string): Change => {
  const { change } = SHAPE_CASES.addColumn
  return { ...change, table, column: { ...change.column, name } }
}

test('one statement on one table takes its lock first anyway', () => {
  const { forward, compensation } = stagesOf(START, [column('food', 'extra')])
  expect([forward[0]?.locks, compensation[0]?.locks]).toEqual([undefined, undefined])
})

test('a stage of several statements locks its table before it works, forward and back', () => {
  const { forward, compensation } = stagesOf(START, [column('food', 'extra'), column('food', 'more')])
  const locks = ['LOCK TABLE :"ns"."food" IN ACCESS EXCLUSIVE MODE']
  expect(forward.map((stage) => stage.locks)).toEqual([locks])
  expect(compensation.map((stage) => stage.locks)).toEqual([locks])
})

test('a stage locks one table that is in use; a table that the plan makes is not in use yet', () => {
  const { change } = SHAPE_CASES.createTable
  const fresh = { ...change, table: { ...SHELF, name: 'fresh' } }
  const { forward, compensation } = stagesOf(START, [
    column('shelf', 'extra'),
    fresh,
    column('fresh', 'extra'),
    column('food', 'extra'),
  ])
  const tables = ({ sql }: { readonly sql: readonly string[] }) =>
    sql.map((each) => /(food|shelf|fresh)/.exec(each)?.[0])
  expect(forward.map(tables)).toEqual([['shelf', 'fresh', 'fresh'], ['food']])
  expect(compensation.map(tables)).toEqual([['fresh', 'fresh', 'shelf'], ['food']])
})

test('the keys of a new table are added one after the other, and so they go', () => {
  const { change } = SHAPE_CASES.createTable
  const key = (table: string) => ({
    name: `to_${table}`,
    columns: ['id'],
    table,
    references: ['id'],
    onDelete: 'cascade' as const,
  })
  const table = { ...SHELF, name: 'fresh', foreignKeys: { to_food: key('food'), to_shelf: key('shelf') } }
  const { forward, compensation } = stagesOf(START, [{ ...change, table }])
  expect(forward.map(({ sql }) => sql.length)).toEqual([2, 1])
  expect(compensation.map(({ stage, sql }) => [stage, sql.length])).toEqual([
    [1, 1],
    [1, 2],
    [2, 0],
  ])
})

test('only tables that are there before the stage are locked', () => {
  const { change } = SHAPE_CASES.createTable
  const { forward } = stagesOf(START, [{ ...change, table: { ...SHELF, name: 'fresh' } }, column('fresh', 'extra')])
  expect(forward[0]?.locks).toBeUndefined()
})

test('a new key locks both of its tables in the mode that lets readers pass', () => {
  const { change } = RULE_CASES.addForeignKey
  const { forward } = stagesOf(START, [change])
  expect(forward[0]?.locks).toEqual(
    [change.table, change.key.table].sort().map((name) => `LOCK TABLE :"ns"."${name}" IN SHARE ROW EXCLUSIVE MODE`),
  )
})
