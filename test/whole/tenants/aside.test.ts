import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { loadPlan } from '../../../src/postgres/catalog/operations/plans.ts'
import { createCatalogPool } from '../../../src/postgres/catalog/pool.ts'
import { applyStage } from '../../../src/postgres/target/stage/protocol.ts'
import { shapesOf } from '../fleet.ts'
import { freeze, thaw } from '../freeze.ts'
import { createGuestStack, type GuestFleet, type GuestStack } from '../guestFleet.ts'
import { succeed } from '../stack.ts'

let guests: GuestStack
let fleet: GuestFleet
beforeAll(async () => {
  guests = await createGuestStack('lodge')
})
afterAll(async () => {
  await guests?.stack.stop()
})
beforeEach(async () => {
  fleet = await guests.fleet()
})

const field = (field_label: string, more: object = {}) => ({
  type: 'add_field',
  model_name: 'guest',
  field_type: 'text',
  field_label,
  ...more,
})

async function actionsOf(tenant: string): Promise<string[]> {
  const { rows } = await fleet.stack.catalog.query<{ action: string }>(
    `select action from schema_saga.audit where project_id = $1 and details ->> 'tenant' = $2 order by id`,
    [fleet.project, tenant],
  )
  return rows.map(({ action }) => action)
}

describe('a tenant that is put aside', () => {
  test('is left out of operations, and catches up over three revisions, one of them with syncs', async () => {
    const { stack, project, places } = fleet
    const parked = await stack.cli(['tenant', 'park', project, 'bob', '--reason', 'audit', '--actor', 'rosa', '--json'])
    expect(parked.exitCode).toBe(0)
    expect(parked.json().tenant).toMatchObject({ state: 'parked', cause: 'operator', reason: 'audit', revision: 1 })

    await stack.alpha.query(`insert into ${project}_bob.guest (id) values ('g2')`)
    const first = await stack.client.run(project, field('Name', { enable_indexing: true }))
    expect(first.tenants).toMatchObject({ total: 2, succeeded: 2 })
    await stack.alpha.query(`update ${project}_ada.guest set name = '7'`)
    const second = await stack.client.run(project, {
      type: 'model_field_operation',
      operation: 'change_type',
      model_name: 'guest',
      field_name: 'name',
      changed_type: 'number',
      input_type: 'int',
    })
    const third = await stack.client.run(project, field('Email'))

    const result = await stack.cli(['tenant', 'unpark', project, 'bob', '--json', '--actor', 'rosa'])
    expect(result.stderr).toBe('')
    expect(result.exitCode).toBe(0)
    expect(result.json().tenant).toMatchObject({ state: 'active', cause: null, reason: null, revision: 4 })
    expect(await shapesOf(places)).toHaveLength(1)
    expect(await actionsOf('bob')).toEqual(['tenant_park', 'catch_up', 'catch_up', 'catch_up', 'tenant_activate'])
    const shown = await succeed(stack, ['tenant', 'show', project, 'bob', '--json'])
    expect(shown.json().tenant).toMatchObject({
      operations: [{ id: third.id }, { id: second.id }, { id: first.id }].map((each) => ({
        ...each,
        status: 'committed',
        state: 'succeeded',
        error: null,
      })),
    })
  })

  test('a suspended tenant is resumed, not unparked, and the other way round', async () => {
    const { stack, project, places } = fleet
    await succeed(stack, ['tenant', 'suspend', project, 'cleo', '--reason', 'has not paid'])
    const wrong = await stack.cli(['tenant', 'unpark', project, 'cleo', '--json'])
    expect([wrong.exitCode, wrong.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
    const again = await stack.cli(['tenant', 'park', project, 'cleo', '--json'])
    expect([again.exitCode, again.json().error?.code]).toEqual([3, 'NOT_APPLICABLE'])
    await stack.client.run(project, field('Phone'))
    const listed = await succeed(stack, ['tenant', 'list', project, '--state', 'suspended', '--json'])
    expect(listed.json().tenants).toMatchObject([{ id: 'cleo', reason: 'has not paid', revision: 1 }])
    const resumed = await succeed(stack, ['tenant', 'resume', project, 'cleo'])
    expect(resumed.stdout.trim()).toBe(
      'Tenant cleo is active at revision 2.\nIts tables were those of revision 1: it got what it had missed since.',
    )
    expect(await shapesOf(places)).toHaveLength(1)
  })

  test('A38: a tenant that an operation left half-way, unseen, is undone there and brought up; the repair is recorded', async () => {
    const { stack, project, places } = fleet
    await stack.client.parkTenant(project, 'ada')
    const operation = await stack.client.run(project, field('City', { enable_indexing: true }))
    // As an operation leaves a tenant that it could not reach any more behind its first stage.
    const pool = createCatalogPool(stack.env.SCHEMA_SAGA_CATALOG_URL as string)
    const { plan } = await loadPlan(pool, operation.id, operation.plan_hash as string)
    const { rows } = await pool.query<{ incarnation: string }>(
      `update schema_saga.tenant set cause = 'failure', reason_code = 'TARGET_UNREACHABLE', parked_by = $1, changed = 'unknown'
        where project_id = $2 and id = 'ada' returning incarnation`,
      [operation.id, project],
    )
    await pool.query(
      `insert into schema_saga.operation_step (operation_id, key, scope, state, tries, error_code) values ($1, 'tenant_ddl', 'ada', 'parked', 1, 'TARGET_UNREACHABLE')`,
      [operation.id],
    )
    await pool.end()
    const target = {
      scope: 'ada',
      server: 'alpha',
      namespace: `${project}_ada`,
      incarnation: rows[0]?.incarnation as string,
    }
    const work = { target, projectId: project, operationId: operation.id, epoch: 0, plan }
    const [stage] = plan.forward
    if (stage === undefined || plan.forward.length < 2) throw new Error('a plan with an index has two stages')
    await applyStage({ client: stack.alpha, namespace: `${project}_ada`, work, stage })

    const tenant = await stack.client.catchUpTenant(project, 'ada', { actor: 'reconciler' })
    expect(tenant).toMatchObject({ state: 'active', revision: 2, parked_by: null, changed: null })
    expect(tenant.operations[0]).toMatchObject({ id: operation.id, state: 'succeeded', error_code: null })
    const { rows: markers } = await stack.alpha.query(
      `select epoch, stage, state from schema_saga_target.marker
        where namespace = $1 and operation_id = $2 order by epoch, stage`,
      [`${project}_ada`, operation.id],
    )
    expect(markers).toEqual([
      { epoch: 0, stage: 1, state: 'compensated' },
      { epoch: 0, stage: 2, state: 'compensated' },
      { epoch: 1, stage: 1, state: 'applied' },
      { epoch: 1, stage: 2, state: 'applied' },
    ])
    expect(await shapesOf(places)).toHaveLength(1)
    expect(await actionsOf('ada')).toEqual(['tenant_park', 'catch_up', 'tenant_activate'])
  })

  test('stays parked, for the reason that it failed for, when it cannot be brought up', async () => {
    const { stack, project, places } = fleet
    await stack.client.parkTenant(project, 'bob', { reason: 'for a while' })
    await stack.client.run(project, field('Street'))
    await freeze(stack.alpha, `${project}_bob`)
    const result = await stack.cli(['tenant', 'unpark', project, 'bob', '--json'])
    expect([result.exitCode, result.json().error?.code]).toEqual([3, 'STATEMENT_REFUSED'])
    const tenant = await stack.client.showTenant(project, 'bob')
    expect(tenant).toMatchObject({
      state: 'parked',
      cause: 'failure',
      reason_code: 'STATEMENT_REFUSED',
      catch_up_tries: 1,
    })
    expect(tenant.operations[0]).toMatchObject({ state: 'parked', error_code: 'STATEMENT_REFUSED' })
    expect(Date.parse(tenant.catch_up_after ?? '')).toBeGreaterThan(Date.now())
    await thaw(stack.alpha, `${project}_bob`)
    expect(await stack.client.unparkTenant(project, 'bob')).toMatchObject({ state: 'active', catch_up_tries: 0 })
    expect(await shapesOf(places)).toHaveLength(1)
  })

  test('one whose namespace is gone says so, and stays parked', async () => {
    const { stack, project } = fleet
    await stack.client.addTenant(project, { id: 'dora', server: 'alpha' })
    await stack.client.parkTenant(project, 'dora')
    await stack.alpha.query(`drop schema ${project}_dora cascade`)
    await expect(stack.client.unparkTenant(project, 'dora')).rejects.toMatchObject({ code: 'TARGET_GONE' })
    expect(await stack.client.showTenant(project, 'dora')).toMatchObject({
      state: 'parked',
      reason_code: 'TARGET_GONE',
    })
    await succeed(stack, ['tenant', 'remove', project, 'dora'])
  })
})
