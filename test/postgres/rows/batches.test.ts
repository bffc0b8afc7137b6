import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderBatch, renderFor } from '../../../src/physical/sql.ts'
import { openFleet, type TestFleet } from '../fleet.ts'
import { field, openShop, RETYPE } from './shop.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(async () => {
  await fleet?.close()
})

/** What Postgres makes of the first batch of a change of type. */
async function explained(namespace: string, rows: number): Promise<string> {
  const { food, plan, target } = await openShop(fleet, namespace, [field('stock')], RETYPE)
  await fleet.client.query(
    `INSERT INTO ${food} (id, stock) SELECT 'n' || lpad(n::text, 9, '0'), n FROM generate_series(1, ${rows}) n`,
  )
  const at = plan.forward.findIndex(({ kind }) => kind === 'backfill')
  for (const sql of plan.forward.slice(0, at).flatMap((stage) => stage.sql)) {
    await fleet.client.query(renderFor(target.namespace, sql))
  }
  const batch = plan.forward[at]?.sql[0] ?? ''
  const sql = renderBatch(renderFor(target.namespace, batch), '', 8_000)
  const { rows: lines } = await fleet.client.query<{ 'QUERY PLAN': string }>(`EXPLAIN (VERBOSE, COSTS OFF) ${sql}`)
  return lines.map((line) => line['QUERY PLAN']).join('\n')
}

test('a batch reads its own rows, and not the whole table', async () => {
  const text = await explained('reads_its_own', 40_000)
  expect(text).toMatch(/Index Scan|Bitmap/)
  expect(text).not.toMatch(/Seq Scan on reads_its_own\.food/)
})

test('a cast is part of the statement, and no function that is called for each value', async () => {
  const text = await explained('inlined', 10)
  expect(text).toContain('btrim')
  expect(text).not.toContain('text_to_int_v1')
})

test('a text of a collation that compares loosely is cast like any other', async () => {
  await fleet.client.query(`CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`)
  const { rows } = await fleet.client.query(
    `SELECT schema_saga_target.text_to_int_v1(v COLLATE loose) AS int,
            schema_saga_target.text_to_numeric_v1(v COLLATE loose)::text AS numeric,
            schema_saga_target.text_to_boolean_v1(v COLLATE loose) AS boolean
       FROM unnest(ARRAY['1', 'x']) WITH ORDINALITY AS t(v, n) ORDER BY n`,
  )
  expect(rows).toEqual([
    { int: 1, numeric: '1', boolean: true },
    { int: null, numeric: null, boolean: null },
  ])
})
