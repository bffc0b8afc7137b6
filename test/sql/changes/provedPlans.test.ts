import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFleetActivities } from '../../../src/activities/fleet/fleetActivities.ts'
import { temporalRuns } from '../../../src/activities/workflowClient.ts'
import { describePlan, type Prove } from '../../../src/client/plan/describePlan.ts'
import type { PlanDocument } from '../../../src/client/plan/document.ts'
import type { ProvenPlan } from '../../../src/contract.ts'
import { keepTexts } from '../../../src/postgres/catalog/sql/changes.ts'
import { readRecord, WHOLE } from '../../../src/postgres/record/readRecord.ts'
import { ACTIVITY_DEFAULTS } from '../../fixtures/activityDefaults.ts'
import { type ChangeFleet, openChangeFleet } from './changeFleet.ts'

const TEXT = `CREATE TABLE invoice (id bigserial PRIMARY KEY, total numeric NOT NULL DEFAULT 0);
INSERT INTO invoice (total) VALUES (1), (2)`

let fleet: ChangeFleet
beforeAll(async () => {
  fleet = await openChangeFleet(TEXT)
})
afterAll(() => fleet.close())

async function plan(
  up: string,
  { down, prove = true }: { down?: string; prove?: boolean } = {},
): Promise<PlanDocument> {
  const { catalog, pools: targetPools, project } = fleet
  const { provePlan } = createFleetActivities({ ...ACTIVITY_DEFAULTS, catalog, targetPools, runs: temporalRuns })
  const proof: Prove = async (id, request) => {
    const input = { project: id, mutation: await keepTexts(catalog, request), actor: 'test' }
    return (await new MockActivityEnvironment().run(provePlan, input)) as ProvenPlan
  }
  const mutation = { type: 'run_sql', name: '0042', up, ...(down !== undefined && { down }) }
  return await describePlan(catalog, project, mutation, async () => 'Nobody is to be asked.', prove ? proof : null)
}

/** All rows of all tables of both databases, and what describes the base; but for texts, which are kept for whoever asks. */
async function everything(): Promise<unknown> {
  const { client, catalog } = fleet
  const contents = async (on: { query: (sql: string) => Promise<{ rows: unknown[] }> }, schemas: string) => {
    const { rows } = await on.query(
      `SELECT table_schema || '.' || table_name AS name, query_to_xml(format('SELECT * FROM %I.%I t ORDER BY t::text', table_schema, table_name), true, true, '')::text AS rows
         FROM information_schema.tables WHERE table_schema IN (${schemas}) AND table_type = 'BASE TABLE' AND table_name <> 'sql_text' ORDER BY 1`,
    )
    return rows
  }
  const numbers = await client.query(`SELECT * FROM shop_base.invoice_id_seq`)
  return {
    record: await readRecord(client, 'shop_base', WHOLE),
    numbers: numbers.rows,
    targets: await contents(client, "'shop_base', 't_ada', 'schema_saga_target'"),
    catalog: await contents(catalog, "'schema_saga'"),
  }
}

const ADDS = 'ALTER TABLE invoice ADD COLUMN state text; CREATE INDEX invoice_state ON invoice (state);'

test('a proven plan has the way back that is written for it, and what it alters and touches', async () => {
  const before = await everything()
  expect(await plan(ADDS)).toMatchObject({
    way_back: 'not given',
    compensation: [
      { stage: 1, kind: 'transaction', sql: ['DROP INDEX invoice_state', 'ALTER TABLE invoice DROP COLUMN state'] },
    ],
    proof: {
      way_back: 'written',
      why_no_way_back: null,
      to_allow: [],
      alters: ['column invoice.state', 'index invoice_state'],
      touches: ['table invoice'],
      rows_not_proven: [],
      sql_left_out: 0,
    },
  })
  // It draws numbers.
  const rows = await plan('INSERT INTO invoice (total) VALUES (3);', { down: 'DELETE FROM invoice WHERE total = 3;' })
  expect(rows.proof).toMatchObject({
    way_back: 'given',
    to_allow: ['WRITES_ROWS'],
    rows_not_proven: ['invoice'],
  })
  expect((await plan('UPDATE invoice SET total = 0;')).proof).toMatchObject({
    way_back: 'none',
    why_no_way_back: expect.stringContaining('it writes rows'),
    to_allow: [],
  })
  expect(await everything()).toEqual(before)
})

test('a way back that leaves something is refused with its objects, as when it is applied', async () => {
  const before = await everything()
  await expect(plan(ADDS, { down: 'DROP INDEX invoice_state;' })).rejects.toMatchObject({
    code: 'DOWN_INCOMPLETE',
    details: { objects: ['column invoice.state'] },
  })
  expect(await everything()).toEqual(before)
})

test('a plan that is not to be proven runs nothing of its text', async () => {
  const raises = `DO $$ BEGIN RAISE EXCEPTION 'it ran'; END $$;`
  expect(await plan(raises, { prove: false })).toMatchObject({ way_back: 'not given', proof: null })
  await expect(plan(raises)).rejects.toThrow('P0001')
})

test('nothing is proven on a base that an operation may be changing', async () => {
  await fleet.plan({ up: ADDS })
  const { catalog } = fleet
  await catalog.query(`update schema_saga.operation set turn = 'holding' where id = 'change-1'`)
  await expect(plan(ADDS)).rejects.toMatchObject({
    code: 'IN_PROGRESS',
    message: expect.stringContaining('"change-1"'),
  })
  await catalog.query(`update schema_saga.operation set turn = null where id = 'change-1'`)
})
