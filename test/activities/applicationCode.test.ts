import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFleetActivities } from '../../src/activities/fleet/fleetActivities.ts'
import { createPreflightActivities } from '../../src/activities/targets/preflightActivities.ts'
import { temporalRuns } from '../../src/activities/workflowClient.ts'
import { describePlan } from '../../src/client/plan/describePlan.ts'
import { planText } from '../../src/commands/render/planText.ts'
import type { ApplicationLook, ApplicationQuestion, TargetActivities } from '../../src/contract.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import { openProjectFleet, type ProjectFleet } from '../postgres/projectFleet.ts'

const NOTE = { type: 'add_field', model_name: 'food', field_label: 'Note', field_type: 'text' }
const RETYPE = {
  type: 'model_field_operation',
  operation: 'change_type',
  model_name: 'food',
  field_name: 'note',
  changed_type: 'number',
  input_type: 'int',
}
const NAMED =
  'the text of the function stamp() names food.note, on bob: nothing changes it along, and it may fail afterwards'
const FIRED = 'the batches over food fire triggers of the application: stamp (function stamp()) on bob'

let fleet: ProjectFleet
beforeAll(async () => {
  fleet = await openProjectFleet()
  await fleet.addTenant('ann')
  await fleet.addTenant('bob', 'beta')
  await fleet.commit({ type: 'publish_schema_changeset', mutations: [{ type: 'create_model', name: 'food' }, NOTE] })
  await fleet.beta.query(`CREATE FUNCTION shop_bob.stamp() RETURNS trigger LANGUAGE plpgsql
    AS 'BEGIN NEW.note = trim(NEW.note); RETURN NEW; END';
    CREATE TRIGGER stamp BEFORE UPDATE ON shop_bob.food FOR EACH ROW EXECUTE FUNCTION shop_bob.stamp()`)
})
afterAll(() => fleet?.close())

const activities = () => {
  const shared = { ...ACTIVITY_DEFAULTS, catalog: fleet.catalog, targetPools: fleet.pools, runs: temporalRuns }
  return { ...createFleetActivities(shared), ...createPreflightActivities(shared) }
}

test('a plan names the code and the triggers of each tenant, as hazards and by themselves', async () => {
  const { findApplicationCode } = activities()
  const lookAt = async (project: string, question: ApplicationQuestion) =>
    (await new MockActivityEnvironment().run(findApplicationCode, { project, question })) as ApplicationLook
  const plan = await describePlan(fleet.catalog, fleet.project, RETYPE, lookAt)
  expect(plan.hazards).toContainEqual({ name: 'CODE_NAMES_IT', detail: NAMED })
  expect(plan.hazards).toContainEqual({ name: 'WRITES_ROWS', detail: FIRED })
  const on = { tenants: ['bob'], tenant_count: 1 }
  expect(plan.code).toEqual([{ object: 'food.note', function: 'stamp()', ...on }])
  const fired = { table: 'food', trigger: 'stamp', function: 'stamp()', direction: 'forward' }
  expect(plan.triggers).toEqual([{ ...fired, ...on, everywhere: false }])
  expect(plan.looked_at).toEqual({ targets: 3, unreachable: 0, problem: null })
  const text = planText(plan, false)
  expect(text).toContain(`  CODE_NAMES_IT: ${NAMED}`)
  expect(text).toContain('triggers that batches fire:\n  food: stamp, function stamp(), forward, on bob\n')
})

test('a plan says of how many targets it does not know that, and why', async () => {
  const plan = await describePlan(fleet.catalog, fleet.project, RETYPE, async () => 'Nobody is there.')
  expect(plan.looked_at).toEqual({ targets: 3, unreachable: 3, problem: 'Nobody is there.' })
  expect(planText(plan, false)).toContain(
    'not looked at for code of the application: 3 of 3 targets. Nobody is there.\n',
  )
})

test('preflight refuses nothing because of them, and keeps them with the plan of the operation', async () => {
  const operationId = await fleet.begin(RETYPE)
  const of = 'from schema_saga.operation_plan where operation_id = $1'
  const { rows } = await fleet.catalog.query(`select hash ${of}`, [operationId])
  const result = (await new MockActivityEnvironment({ scheduledTimestampMs: Date.now() }).run(
    activities().preflightTargets,
    { operationId, planHash: rows[0].hash },
  )) as Awaited<ReturnType<TargetActivities['preflightTargets']>>
  const hazards = [
    { name: 'CODE_NAMES_IT', detail: NAMED },
    { name: 'WRITES_ROWS', detail: FIRED },
  ]
  expect(result).toEqual({ failed: 0, problems: [], recorded: true, hazards })
  const kept = await fleet.catalog.query(`select plan -> 'found' as found ${of}`, [operationId])
  expect(kept.rows).toEqual([{ found: hazards }])
})
