import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Change, kindOf } from '../../src/physical/changes/index.ts'
import { createTableSql } from '../../src/physical/changes/sql/columnSql.ts'
import { renderFor } from '../../src/physical/sql.ts'
import { RULE_CASES } from '../physical/ruleCases.ts'
import { FOOD_TABLE, SHAPE_CASES } from '../physical/shapeCases.ts'
import { openFleet, type TestFleet, target } from './fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet?.close())

const STRENGTH = ['ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE ROW EXCLUSIVE', 'ACCESS EXCLUSIVE']

/** Kinds that need nothing but the table of the cases, with `shelf_id` and a table `shelf` beside it. */
const PLAIN: readonly Change['kind'][] = [
  ...(['setAsideTable', 'setAsideColumn', 'renameColumn', 'renameConstraint', 'renameIndex', 'renameTable'] as const),
  ...(['dropUnique', 'dropCheck', 'dropNotNull', 'setDefault', 'dropDefault', 'addForeignKey'] as const),
]

test.each(PLAIN)('%s takes the lock that the plan says', async (name) => {
  const all = { ...SHAPE_CASES, ...RULE_CASES } as Partial<Record<Change['kind'], { change: Change }>>
  const change = all[name]?.change as Change
  const namespace = `lock_${name}`
  await target(fleet, namespace, {
    statements: [
      ...createTableSql(FOOD_TABLE),
      'ALTER TABLE :"ns"."food" ADD COLUMN shelf_id varchar(36)',
      'CREATE TABLE :"ns"."shelf" (id varchar(36) PRIMARY KEY)',
    ],
  })
  const client = await fleet.connect()
  await client.query('begin')
  for (const { sql, alone } of kindOf(change).toSql(change)) {
    if (!alone) await client.query(renderFor(namespace, sql))
  }
  const { rows } = await client.query<{ mode: string }>(
    `select distinct regexp_replace(l.mode, 'Lock$', '') as mode from pg_locks l
       join pg_class c on c.oid = l.relation join pg_namespace n on n.oid = c.relnamespace
      where l.pid = pg_backend_pid() and n.nspname = $1`,
    [namespace],
  )
  await client.query('rollback')
  const taken = rows.map(({ mode }) => mode.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase())
  const strongest = Math.max(...taken.map((mode) => STRENGTH.indexOf(mode)))
  expect(STRENGTH[strongest]).toBe(kindOf(change).lock)
})
