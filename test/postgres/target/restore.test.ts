import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { openFleet, plan, type TestFleet, target, work } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
  await fleet.client.query('create schema app; create table app.audit_log (what text)')
})
afterAll(() => fleet?.close())

const TABLE = `CREATE TABLE :"ns"."food" ("id" text PRIMARY KEY, "name" text NOT NULL DEFAULT '')`

/** As 0.4 has stored it: in one transaction, by a function that fills what is empty. */
const AS_STORED = plan([
  { sql: ['ALTER TABLE :"ns"."food" ALTER COLUMN "name" DROP NOT NULL'] },
  { sql: [`SELECT schema_saga_target.restore_not_null_v1(:'ns', 'food', 'name')`] },
])

/** Undoes on a target whose trigger does this; returns the rules and rows that are there then, and what was noted. */
async function undoneUnder(namespace: string, trigger: string): Promise<unknown> {
  const of = await target(fleet, namespace, { statements: [TABLE] })
  await applyPlanToTarget(fleet.pools, work(of, AS_STORED))
  const { client } = fleet
  await client.query(
    `insert into ${namespace}.food values ('a', null);
     create function ${namespace}.fired() returns trigger language plpgsql as $$ begin ${trigger} return new; end $$;
     create trigger fired before update on ${namespace}.food for each row execute function ${namespace}.fired()`,
  )
  await compensatePlanOnTarget(fleet.pools, work(of, AS_STORED))
  const { rows } = await client.query<{ name: string; required: boolean; noted: string | null }>(
    `select name, (select attnotnull from pg_attribute where attrelid = '${namespace}.food'::regclass and attname = 'name')
              as required, (select what from schema_saga_target.drift where namespace = $1) as noted
       from ${namespace}.food`,
    [namespace],
  )
  return rows[0]
}

describe('an undo as 0.4 has stored it', () => {
  test('fires the triggers of the application under the search path of the role', async () => {
    await fleet.client.query(
      `do $$ begin execute format('alter database %I set search_path = app, public', current_database()); end $$`,
    )
    const found = await undoneUnder('audited', `insert into audit_log values (new.id);`)
    expect(found).toEqual({ name: '', required: true, noted: null })
  })

  test('goes on when such a trigger raises, and notes what stayed off', async () => {
    const found = await undoneUnder('forbidden', `raise exception 'no updates today';`)
    expect(found).toEqual({ name: null, required: false, noted: 'NOT NULL stays off (SQLSTATE P0001)' })
  })
})
