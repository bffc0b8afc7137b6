import { afterAll, beforeAll, expect, it } from 'vitest'
import { commitChange } from '../../../src/postgres/catalog/sql/commitChange.ts'
import { OBJECTS } from '../../fixtures/dump.ts'
import { mortalWorker } from '../../postgres/faults/mortalWorker.ts'
import { doomsOf, endsAt } from '../../postgres/faults/points.ts'
import { type ChangeFleet, openChangeFleet } from './changeFleet.ts'

const TEXT = `CREATE TABLE invoice (id bigserial PRIMARY KEY, state text);
INSERT INTO invoice (state) VALUES ('open'), ('paid');
CREATE TABLE m (d int NOT NULL) PARTITION BY RANGE (d);
CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10)`

const CHANGE = {
  up: `ALTER TABLE invoice ADD COLUMN note text; INSERT INTO invoice (note) VALUES ('x');
-- schema-saga: batch
UPDATE invoice SET note = state WHERE note IS NULL;
CREATE INDEX CONCURRENTLY by_note ON invoice (note); ALTER TABLE m DETACH PARTITION m1 CONCURRENTLY; VACUUM invoice;`,
  policy: 'hold',
} as const

let fleet: ChangeFleet
beforeAll(async () => {
  fleet = await openChangeFleet(TEXT)
})
afterAll(() => fleet?.close())

/** Everything of the database that a proof could leave: objects, rows, numbers, namespaces, bookkeeping. */
async function everything(): Promise<readonly string[]> {
  const lines = await fleet.client.query<{ line: string }>(OBJECTS, ['shop_base'])
  const others =
    await fleet.ask(`SELECT i::text FROM shop_base.invoice i UNION ALL SELECT last_value || ' ' || is_called FROM shop_base.invoice_id_seq
    UNION ALL SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_t' UNION ALL SELECT m::text FROM schema_saga_target.marker m
    UNION ALL SELECT t::text FROM schema_saga_target.target t ORDER BY 1`)
  return [...lines.rows.map(({ line }) => line).sort(), ...others]
}

it('leaves nothing on the base, wherever its worker dies', async () => {
  const before = await everything()
  const undisturbed = mortalWorker(fleet.pools)
  await fleet.plan(CHANGE, undisturbed.pools)
  expect(await everything()).toEqual(before)
  const points = undisturbed.passed()
  for (const doom of doomsOf('a proof', endsAt(points), points)) {
    const worker = mortalWorker(fleet.pools, doom)
    await expect(fleet.plan(CHANGE, worker.pools), JSON.stringify(doom)).rejects.toThrow()
    expect(await everything(), JSON.stringify(doom)).toEqual(before)
  }
})

it('is kept for another attempt, and no longer than its revision is the last', async () => {
  const plan = await fleet.plan({ up: 'CREATE TABLE x (id int);' })
  const count = 'select count(*)::int as count from schema_saga.sql_proof'
  expect((await fleet.catalog.query<{ count: number }>(count)).rows[0]?.count).toBeGreaterThan(1)
  const operation = await fleet.catalog.query<{ id: string }>(
    'select operation_id as id from schema_saga.sql_proof where hash = $1',
    [plan.hash],
  )
  const revision = `insert into schema_saga.schema_revision (project_id, revision, schema, schema_hash) values ('shop', 2, '{}', $1)`
  await fleet.catalog.query(revision, [plan.nextSchemaHash])
  await commitChange(fleet.catalog, 'shop', operation.rows[0]?.id ?? '', plan)
  expect((await fleet.catalog.query(count)).rows).toEqual([{ count: 0 }])
})
