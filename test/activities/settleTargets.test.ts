import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { payDebts } from '../../src/activities/debts/payDebts.ts'
import { createCatchUpActivities } from '../../src/activities/fleet/catchUpActivities.ts'
import { createSweepActivities } from '../../src/activities/targets/sweepActivities.ts'
import { createTargetActivities } from '../../src/activities/targets/targetActivities.ts'
import { temporalRuns } from '../../src/activities/workflowClient.ts'
import type { Target } from '../../src/contract.ts'
import { readOperationDocument } from '../../src/postgres/catalog/operations/documents.ts'
import { acceptTargets, recordAccepted } from '../../src/postgres/catalog/operations/holding.ts'
import { loadPlan } from '../../src/postgres/catalog/operations/plans.ts'
import { showProject } from '../../src/postgres/catalog/projects/projects.ts'
import { showTenant } from '../../src/postgres/catalog/tenants/record.ts'
import { scanDrift } from '../../src/postgres/drift/drift.ts'
import { scanHealth } from '../../src/postgres/drift/health.ts'
import { purgePastHold } from '../../src/postgres/setAside/purge.ts'
import { applyPlanToTarget, type TargetExecution } from '../../src/postgres/target/execute.ts'
import { applyStage } from '../../src/postgres/target/stage/protocol.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { openProjectFleet, type ProjectFleet } from '../postgres/projectFleet.ts'

let fleet: ProjectFleet
let ann: Target
let bob: Target
beforeAll(async () => {
  fleet = await openProjectFleet()
  ann = await fleet.addTenant('ann')
  bob = await fleet.addTenant('bob')
  await fleet.commit({ type: 'create_model', name: 'food', single_word: true })
  for (const field_label of ['Parked', 'Away', 'Base', 'Busy', 'Taken', 'Half', 'Swept']) {
    await fleet.commit({ type: 'add_field', model_name: 'food', field_label, field_type: 'text' })
  }
  await fleet.alpha.query(`INSERT INTO shop_bob.food (id, parked) VALUES ('1', '5')`)
})
afterAll(() => fleet?.close())

const toInt = (field: string) => ({
  type: 'model_field_operation',
  operation: 'change_type',
  model_name: 'food',
  field_name: field,
  changed_type: 'number',
  input_type: 'int',
})

const activities = () => {
  const deps = { ...ACTIVITY_DEFAULTS, catalog: fleet.catalog, targetPools: fleet.pools, runs: temporalRuns }
  const run = <T>(work: (...args: never[]) => Promise<T>, input: unknown) =>
    new MockActivityEnvironment().run(work as (...args: unknown[]) => Promise<T>, input)
  return {
    deps,
    run,
    ...createTargetActivities(deps),
    ...createSweepActivities(deps),
    ...createCatchUpActivities(deps),
  }
}

async function planOf(operationId: string) {
  const { rows } = await fleet.catalog.query('select plan_hash as hash from schema_saga.operation where id = $1', [
    operationId,
  ])
  return { ...(await loadPlan(fleet.catalog, operationId, rows[0].hash)), planHash: rows[0].hash as string }
}

async function settle(operationId: string) {
  const { run, settleTargets } = activities()
  return await run(settleTargets, { operationId, planHash: (await planOf(operationId)).planHash })
}

async function syncs(target: Target): Promise<number> {
  const { rows } = await fleet.alpha.query(
    `SELECT count(*)::int AS count FROM pg_trigger WHERE tgrelid = format('%I.food', $1::text)::regclass AND tgname LIKE '~schema\\_saga%'`,
    [target.namespace],
  )
  return rows[0].count
}

/** The first stage alone: the trigger is there, and the target where it was. */
async function begin(work: TargetExecution): Promise<void> {
  const [stage] = work.plan.forward
  if (stage === undefined) throw new Error('The plan has no stages.')
  await fleet.pools.withClient(work.target, (client, namespace) => applyStage({ client, namespace, work, stage }))
}

const pay = async () => {
  await fleet.catalog.query('update schema_saga.settle_debt set try_after = null')
  return await payDebts(activities().deps, fleet.project, { dueAtMost: 100 })
}
const owes = async (tenant: string) =>
  (await showTenant(fleet.catalog, fleet.project, tenant)).owes.map(({ operation }) => operation)
const drifted = async () =>
  (await scanDrift({ catalog: fleet.catalog, pools: fleet.pools, project: fleet.project })).drift

async function setState(tenant: string, state: string, cause: string | null = null): Promise<void> {
  await fleet.catalog.query('update schema_saga.tenant set state = $2, cause = $3 where id = $1', [
    tenant,
    state,
    cause,
  ])
}

test('a tenant that was parked after it was changed owes the settling, and keeps what hangs on it until it is paid', async () => {
  const id = await fleet.commit(toInt('parked'))
  await setState('bob', 'parked', 'operator')
  expect(await settle(id)).toEqual({ failed: 0, problems: [] })
  expect([await syncs(ann), await syncs(bob)]).toEqual([0, 1])
  expect(await owes('bob')).toEqual([id])
  expect(await drifted()).toMatchObject([
    {
      targets: [{ scope: 'bob' }],
      differences: [{ object: expect.stringContaining('food: trigger of'), kind: 'extra' }],
    },
  ])
  const { reports } = await scanHealth({ catalog: fleet.catalog, pools: fleet.pools, project: fleet.project })
  expect(reports.find(({ healthy }) => !healthy)).toMatchObject({
    targets: [{ scope: 'bob' }],
    problem: expect.any(String),
  })
  await fleet.alpha.query(`UPDATE schema_saga_target.set_aside SET at = at - interval '8 days'`)
  const purge = () =>
    purgePastHold({ catalog: fleet.catalog, targetPools: fleet.pools }, { project: fleet.project, actor: 'test' })
  expect((await purge()).purged).toMatchObject([{ object: 'food.parked', purged: 2 }])
  await fleet.alpha.query(`INSERT INTO shop_bob.food (id, parked) VALUES ('2', 6)`)

  expect(await pay()).toEqual({ found: 1, paid: 1, problems: [] })
  expect(await syncs(bob)).toBe(0)
  expect(await owes('bob')).toEqual([])
  expect(await drifted()).toEqual([])
  expect((await purge()).purged).toMatchObject([{ object: 'food.parked', purged: 3 }])
  await fleet.alpha.query(`INSERT INTO shop_bob.food (id, parked) VALUES ('3', 7)`)
  await setState('bob', 'active')
})

test('a tenant that cannot be reached owes it, and the turn is not held for it', async () => {
  const id = await fleet.commit(toInt('away'))
  await fleet.catalog.query(`update schema_saga.tenant set server_id = 'gamma' where id = 'bob'`)
  expect(await settle(id)).toEqual({ failed: 0, problems: [] })
  expect(await pay()).toMatchObject({
    found: 1,
    paid: 0,
    problems: [{ scope: 'bob', errorCode: 'TARGET_UNREACHABLE' }],
  })
  await fleet.catalog.query(`update schema_saga.tenant set server_id = 'alpha' where id = 'bob'`)
  expect(await syncs(bob)).toBe(1)
  expect(await pay()).toMatchObject({ paid: 1 })
  expect(await syncs(bob)).toBe(0)
})

test('a base that cannot be reached owes it, which its project says, and the turn is not held for it', async () => {
  const id = await fleet.commit(toInt('base'))
  const moved = (server: string) =>
    fleet.catalog.query(`update schema_saga.project set base_server = $1 where id = 'shop'`, [server])
  await moved('gamma')
  expect(await settle(id)).toEqual({ failed: 0, problems: [] })
  expect(await showProject(fleet.catalog, fleet.project)).toMatchObject({
    base_owes: [{ operation: id, error_code: 'TARGET_UNREACHABLE' }],
  })
  expect(await pay()).toMatchObject({ found: 1, paid: 0, problems: [{ scope: '', errorCode: 'TARGET_UNREACHABLE' }] })
  await moved('alpha')
  expect(await pay()).toMatchObject({ found: 1, paid: 1 })
  expect(await showProject(fleet.catalog, fleet.project)).not.toHaveProperty('base_owes')
})

test('an operation that waits for a busy table says so, and for which target', async () => {
  const id = await fleet.commit(toInt('busy'))
  await fleet.alpha.query('BEGIN; LOCK TABLE shop_ann.food IN ACCESS SHARE MODE')
  expect(await settle(id)).toMatchObject({ failed: 1, problems: [{ scope: 'ann', errorCode: 'LOCK_UNAVAILABLE' }] })
  await fleet.alpha.query('ROLLBACK')
  const { steps } = (await readOperationDocument(fleet.catalog, id)) ?? { steps: [] }
  expect(steps.find(({ key }) => key === 'settle')).toMatchObject({
    state: 'running',
    error: expect.stringMatching(/^tenant ann: /),
    error_code: 'LOCK_UNAVAILABLE',
  })
  expect(await settle(id)).toMatchObject({ failed: 0 })
})

test('what was taken as it is has no trigger of ours at work any more', async () => {
  const id = await fleet.begin(toInt('taken'))
  const { plan, planHash } = await planOf(id)
  const work = { target: bob, projectId: fleet.project, operationId: id, epoch: 0, plan }
  await fleet.catalog.query(
    `update schema_saga.operation_step set state = 'failed', tries = 1 where operation_id = $1 and scope = 'bob'`,
    [id],
  )
  await begin(work)
  await fleet.catalog.query(`update schema_saga.operation set status = 'needs_repair' where id = $1`, [id])
  expect(await acceptTargets(fleet.catalog, { operationId: id, actor: 'ada', note: '' })).toMatchObject({
    accepted: true,
  })
  expect(await owes('bob')).toEqual([id])
  // Until its markers say so it counts as half-way.
  expect(await pay()).toEqual({ found: 1, paid: 0, problems: [] })
  const { run, acceptTarget } = activities()
  await run(acceptTarget, { operationId: id, planHash, target: bob, epoch: 0 })
  await recordAccepted(fleet.catalog, { operationId: id, tenant: 'bob' })
  expect([await syncs(bob), await owes('bob')]).toEqual([0, []])
  await fleet.catalog.query(`update schema_saga.operation set status = 'failed', turn = 'released' where id = $1`, [id])
  await setState('bob', 'active')
})

test('where an operation is half-way, its trigger stays until the tenant has caught up', async () => {
  await setState('bob', 'parked', 'operator')
  const id = await fleet.commit(toInt('half'), ['ann'])
  const { plan } = await planOf(id)
  await settle(id)
  const journey = { project: fleet.project, target: bob, actor: 'test', since: await since('bob') }
  const { run, nextCatchUp } = activities()
  expect(await run(nextCatchUp, journey)).toMatchObject({ do: 'apply', work: { operationId: id } })
  const work = { target: bob, projectId: fleet.project, operationId: id, epoch: 0, plan }
  await begin(work)
  expect(await pay()).toEqual({ found: 1, paid: 0, problems: [] })
  expect(await syncs(bob)).toBe(1)
  await applyPlanToTarget(fleet.pools, work)
  expect(await run(nextCatchUp, journey)).toMatchObject({ do: 'active' })
  expect([await syncs(bob), await owes('bob')]).toEqual([0, []])
})

test('the next work on a tenant first takes off what is owed there', async () => {
  const id = await fleet.commit(toInt('swept'))
  for (const tenant of ['ann', 'bob']) await setState(tenant, 'suspended')
  await settle(id)
  expect([await syncs(ann), await syncs(bob)]).toEqual([1, 1])
  for (const tenant of ['ann', 'bob']) await setState(tenant, 'active')
  const next = await fleet.begin({ type: 'add_field', model_name: 'food', field_label: 'More', field_type: 'text' })
  const { planHash } = await planOf(next)
  const { run, sweepCohort, applyToTarget } = activities()
  await fleet.alpha.query('BEGIN; LOCK TABLE shop_bob.food IN ACCESS SHARE MODE')
  const cohort = { name: 'alpha-1', server: 'alpha', after: '', upTo: 'zz', size: 2, maxSessions: 4 }
  const sweep = { operationId: next, planHash, cohort, wave: null, sessions: 2, stopAtFailure: false }
  expect(await run(sweepCohort, { ...sweep, direction: 'forward' })).toMatchObject({
    succeeded: 1,
    exceptions: ['bob'],
  })
  await fleet.alpha.query('ROLLBACK')
  expect([await syncs(ann), await syncs(bob)]).toEqual([0, 1])
  await run(applyToTarget, { operationId: next, planHash, target: bob, epoch: 0 })
  expect([await syncs(bob), await owes('bob')]).toEqual([0, []])
})

async function since(tenant: string): Promise<string> {
  const { rows } = await fleet.catalog.query('select since::text from schema_saga.tenant where id = $1', [tenant])
  return rows[0].since
}
