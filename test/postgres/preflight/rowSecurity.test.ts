import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { hazardsOf } from '../../../src/contract/application.ts'
import type { Target } from '../../../src/contract.ts'
import { questionOf } from '../../../src/physical/plan/applicationCode.ts'
import { planMutation, provisionSql, schemaHashOf } from '../../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { lookAtApplication } from '../../../src/postgres/application/applicationLook.ts'
import { preflightFleet } from '../../../src/postgres/preflight/preflightFleet.ts'
import { createTargetPools, type TargetPools } from '../../../src/postgres/sessions/pools.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../../src/postgres/target/provisionTarget.ts'
import { type FreshDatabase, freshDatabase, onServer } from '../../fixtures/database.ts'
import { work } from '../fleet.ts'
import { preflightTarget } from '../preflightTarget.ts'
import { field, foodSchema } from '../rows/shop.ts'

type Mutation = Parameters<typeof planMutation>[0]['mutation']

const ROLE = `owner_${randomBytes(4).toString('hex')}`
const SCHEMA = foodSchema(field('Note'), field('Code'))
const expected = projectSchema(SCHEMA)
const planOf = (mutation: unknown) =>
  planMutation({ schema: SCHEMA, revision: 1, mutation: mutation as Mutation, operationId: 'op' })
const ofField = (operation: string, more: Record<string, unknown> = {}) =>
  planOf({ type: 'model_field_operation', operation, model_name: 'food', field_name: 'note', ...more })

/** The role owns all that it works on, as the only role of a managed Postgres does. */
let database: FreshDatabase
let pools: TargetPools
let su: pg.Client
let open: Target
let forced: Target

beforeAll(async () => {
  database = await freshDatabase()
  await onServer(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'o' NOSUPERUSER NOBYPASSRLS`)
  su = new pg.Client({ connectionString: database.url })
  await su.connect()
  const url = new URL(database.url)
  await su.query(`GRANT CREATE ON DATABASE ${url.pathname.slice(1)} TO ${ROLE}`)
  url.username = ROLE
  url.password = 'o'
  pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'OWN', maxSessions: 4, databasePerTenant: false }),
    dsn: () => url.href,
  })
  ;[open, forced] = await Promise.all([provision('open'), provision('forced')])
  await su.query(`INSERT INTO open.food (id, note) VALUES ('a', '1'); INSERT INTO forced.food (id, note) VALUES ('b', '2');
    ALTER TABLE open.food ENABLE ROW LEVEL SECURITY; ALTER TABLE forced.food ENABLE ROW LEVEL SECURITY;
    ALTER TABLE forced.food FORCE ROW LEVEL SECURITY;
    CREATE POLICY own ON forced.food USING (id = current_setting('app.user', true))`)
})
afterAll(async () => {
  await pools.close()
  await su.end()
  await database.drop()
  await onServer(`DROP ROLE ${ROLE}`)
})

async function provision(namespace: string): Promise<Target> {
  const target = { scope: namespace, server: 'own', namespace, incarnation: 'i1' }
  const at = { revision: 1, schemaHash: schemaHashOf(1, SCHEMA), statements: provisionSql(expected) }
  await provisionTarget(pools, { target, projectId: 'shop', ...at })
  return target
}

it.each([
  ['a duplicate', ofField('duplicate', { new_name: 'note_copy' })],
  ['a change of type', ofField('change_type', { changed_type: 'number', input_type: 'int' })],
  ['a required field', planOf({ ...field('Note'), is_update: true, validation: { required: true, default: 'x' } })],
  ['a unique field', planOf({ ...field('Note'), is_update: true, validation: { unique: true } })],
  ['a new field, whose undo looks whether it is used', planOf(field('Price'))],
])('where a policy would hide rows from us, %s is refused before anything is changed', async (_, plan) => {
  const refusal = {
    errorType: 'StatementRefused',
    errorCode: 'ROWS_HIDDEN',
    scope: 'forced',
    error: `own/forced: row level security would hide rows of food from the role ${ROLE}, and the plan has to see all of them. Let the role see them (ALTER ROLE "${ROLE}" BYPASSRLS), or let it own the table without FORCE (ALTER TABLE "forced"."food" NO FORCE ROW LEVEL SECURITY).`,
  }
  expect(await preflightFleet(pools, [open, forced], { plan, expected })).toEqual([refusal])
  const single = pools.withClient(forced, (client) => preflightTarget(client, { target: forced, plan, expected }))
  await expect(single).rejects.toMatchObject({ code: 'ROWS_HIDDEN', message: refusal.error })
})

it('what reads no rows in either direction is let through', async () => {
  const plan = ofField('rename', { new_name: 'remark' })
  expect(await preflightFleet(pools, [open, forced], { plan, expected })).toEqual([])
  await applyPlanToTarget(pools, work(forced, plan))
  await compensatePlanOnTarget(pools, work(forced, plan))
})

it('a plan that an earlier release has stored is asked about every table that it touches', async () => {
  const { rows: _, ...stored } = ofField('duplicate', { new_name: 'note_copy' })
  expect(await preflightFleet(pools, [forced], { plan: stored, expected })).toMatchObject([
    { errorCode: 'ROWS_HIDDEN' },
  ])
})

it('where a policy comes after preflight, nothing is begun, and nothing is committed with empty columns', async () => {
  const late = await provision('late')
  await su.query(`INSERT INTO late.food (id, note) VALUES ('a', 'one')`)
  const plan = ofField('duplicate', { new_name: 'note_copy' })
  expect(await preflightFleet(pools, [late], { plan, expected })).toEqual([])
  await su.query('ALTER TABLE late.food ENABLE ROW LEVEL SECURITY; ALTER TABLE late.food FORCE ROW LEVEL SECURITY')
  await expect(applyPlanToTarget(pools, work(late, plan))).rejects.toMatchObject({ code: 'ROWS_HIDDEN' })
  await su.query(`ALTER ROLE ${ROLE} BYPASSRLS`)
  await applyPlanToTarget(pools, work(late, plan))
  expect((await su.query('SELECT note_copy FROM late.food')).rows).toEqual([{ note_copy: 'one' }])
  await su.query(`ALTER ROLE ${ROLE} NOBYPASSRLS`)
})

it('a trigger that meets a policy fails a batch with its name, the table and the ways out, and the plan says so before', async () => {
  const audited = await provision('audited')
  await su.query(`INSERT INTO audited.food (id, note) VALUES ('a', 'one');
    CREATE TABLE audited.log (id text, what text); ALTER TABLE audited.log OWNER TO ${ROLE};
    ALTER TABLE audited.log ENABLE ROW LEVEL SECURITY; ALTER TABLE audited.log FORCE ROW LEVEL SECURITY;
    CREATE POLICY mine ON audited.log USING (true);
    CREATE FUNCTION audited.notes() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
      INSERT INTO audited.log VALUES (NEW.id, NEW.note); RETURN NEW; END';
    CREATE FUNCTION audited.own_path() RETURNS trigger LANGUAGE plpgsql SET row_security = on AS 'BEGIN
      INSERT INTO audited.log VALUES (NEW.id, NEW.note); RETURN NEW; END';
    CREATE TRIGGER audit BEFORE UPDATE ON audited.food FOR EACH ROW EXECUTE FUNCTION audited.notes();
    CREATE TRIGGER other BEFORE UPDATE ON audited.food FOR EACH ROW EXECUTE FUNCTION audited.own_path()`)
  const plan = ofField('change_type', { changed_type: 'number', input_type: 'int' })
  const told = hazardsOf(await lookAtApplication(pools, [audited, open], questionOf(plan)))
  expect(told.filter(({ name }) => name === 'TRIGGER_MEETS_POLICIES')).toEqual([
    expect.objectContaining({
      detail: expect.stringMatching(/^trigger audit on food .*notes.* on audited names log,/),
    }),
  ])
  const required = planOf({ ...field('Code'), is_update: true, validation: { required: true, default: 'x' } })
  await expect(applyPlanToTarget(pools, work(audited, required))).rejects.toMatchObject({
    code: 'STATEMENT_REFUSED',
    message: expect.stringMatching(
      /table "log" \(SQLSTATE 42501\).*BYPASSRLS.*NO FORCE ROW LEVEL SECURITY.*trigger audit on food, function audited\.notes/,
    ),
  })
  await compensatePlanOnTarget(pools, work(audited, required))
})
