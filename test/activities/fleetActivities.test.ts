import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDriftRepair, createFleetActivities } from '../../src/activities/fleet/fleetActivities.ts'
import { temporalRuns } from '../../src/activities/workflowClient.ts'
import type { DriftDocument, DriftRepair } from '../../src/contract.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { openProjectFleet, type ProjectFleet } from '../postgres/projectFleet.ts'

let fleet: ProjectFleet
beforeAll(async () => {
  fleet = await openProjectFleet()
  await fleet.commit([
    { type: 'create_model', name: 'food' },
    { type: 'add_field', model_name: 'food', field_label: 'Name', field_type: 'text', enable_indexing: true },
  ])
  for (const id of ['ada', 'bob', 'cyd', 'dan']) await fleet.addTenant(id)
}, 120_000)
afterAll(() => fleet.close())

test('a drifted fleet is repaired additively, and what cannot be is named with the reason', async () => {
  await fleet.alpha.query(`ALTER TABLE shop_ada.food DROP COLUMN name; DROP INDEX shop_bob.idx_food_name;
    UPDATE schema_saga_target.target SET revision = 7 WHERE namespace = 'shop_dan'; ALTER TABLE shop_dan.food DROP COLUMN name`)
  const { catalog, pools: targetPools, project } = fleet
  const deps = { ...ACTIVITY_DEFAULTS, catalog, targetPools, runs: temporalRuns }
  const activities = createFleetActivities(deps)
  const run = <Input, Result>(activity: (input: Input) => Promise<Result>, input: Input) =>
    new MockActivityEnvironment().run(activity, input) as Promise<Result>
  const before: DriftDocument = await run(activities.scanDrift, { project })
  expect(before).toMatchObject({ checked: 5, matching: 2 })

  const scopes = ['ada', 'bob', 'cyd', 'dan']
  const repair: DriftRepair = await run(createDriftRepair(deps), { project, scopes, actor: 'reconciler' })
  expect(repair).toMatchObject({ repaired: 2, unchanged: 1, failed: 1 })
  expect(repair.problems).toMatchObject([{ scope: 'dan', errorCode: 'TARGET_DRIFTED' }])
  const { rows } = await catalog.query(`select actor, details from schema_saga.audit where action = 'drift_repair'`)
  expect(rows).toEqual([
    { actor: 'reconciler', details: { repaired: 2, unchanged: 1, failed: 1, targets: scopes, count: 4 } },
  ])
  const after: DriftDocument = await run(activities.scanDrift, { project })
  expect(after.drift.map(({ tenants }) => tenants)).toEqual([['dan']])
})
