import { describe, expect, test } from 'vitest'
import { archiveProject } from '../../../src/postgres/catalog/projects/settings.ts'
import { openCatchUp, recordCatchUpFailure } from '../../../src/postgres/catalog/tenants/catchUp.ts'
import { type CatchUp, decideCatchUp } from '../../../src/postgres/catalog/tenants/catchUpStep.ts'
import { listTenantPage, showTenant } from '../../../src/postgres/catalog/tenants/record.ts'
import { removeTenant, setTenantAside } from '../../../src/postgres/catalog/tenants/states.ts'
import type { OperationMarkers } from '../../../src/postgres/target/bookkeeping/markers.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()

const by = (tenant = 't1', reason: string | null = null) => ({ project: ledger.project, tenant, actor: 'rosa', reason })
const park = (tenant?: string) => setTenantAside(ledger.pool, { ...by(tenant), state: 'parked' })
const show = (tenant = 't1') => showTenant(ledger.pool, ledger.project, tenant)

/** The catch-up of `t1`, whose target is at that revision, with these markers. */
async function catchUpAt(revision: number, ...markers: readonly OperationMarkers[]): Promise<CatchUp> {
  const { pool, project } = ledger
  const { target, since } = await openCatchUp(pool, { project, tenant: 't1' })
  const { rows } = await pool.query<{ hash: string }>(
    'select schema_hash as hash from schema_saga.schema_revision where project_id = $1 and revision = $2',
    [project, revision],
  )
  return { project, target, since, actor: 'rosa', look: { revision, schemaHash: rows[0]?.hash ?? 'none', markers } }
}

const left = (operationId: string, more: Partial<OperationMarkers> = {}): OperationMarkers => ({
  operationId,
  planHash: 'a plan',
  epoch: 0,
  open: true,
  compensated: false,
  ...more,
})

async function parkedBy(operationId: string): Promise<void> {
  await ledger.pool.query(
    `update schema_saga.tenant set cause = 'failure', parked_by = $2, changed = 'unknown' where project_id = $1`,
    [ledger.project, operationId],
  )
}

describe('a tenant that catches up', () => {
  test('gets the plan it misses, then is active, and the ledger of that operation names it', async () => {
    await ledger.addTenant('t1')
    await park()
    const operationId = await ledger.committed('1', 'food')
    const next = await decideCatchUp(ledger.pool, await catchUpAt(0))
    expect(next).toMatchObject({ do: 'apply', work: { operationId, epoch: 0 } })
    expect(await decideCatchUp(ledger.pool, await catchUpAt(1))).toEqual({ do: 'active', revision: 1 })
    expect(await show()).toMatchObject({
      state: 'active',
      revision: 1,
      operations: [{ id: operationId, state: 'succeeded' }],
    })
  })

  test('is undone first where the operation that parked it did not see what it left, and then gets a new epoch', async () => {
    await ledger.addTenant('t1')
    await park()
    const operationId = await ledger.committed('1', 'food')
    await parkedBy(operationId)
    // Nothing to be seen there: a try may still be on its way, and a tombstone shuts it out.
    expect(await decideCatchUp(ledger.pool, await catchUpAt(0))).toMatchObject({ do: 'undo', record: false })
    const open = left(operationId)
    expect(await decideCatchUp(ledger.pool, await catchUpAt(0, open))).toMatchObject({
      do: 'undo',
      work: { planHash: 'a plan' },
    })
    const shut = left(operationId, { open: false, compensated: true })
    expect(await decideCatchUp(ledger.pool, await catchUpAt(0, shut))).toMatchObject({
      do: 'apply',
      work: { epoch: 1 },
    })
    // The answer was lost: no second new epoch.
    expect(await decideCatchUp(ledger.pool, await catchUpAt(0, shut))).toMatchObject({
      do: 'apply',
      work: { epoch: 1 },
    })
  })

  test('needs nothing undone where the operation came through after all', async () => {
    await ledger.addTenant('t1')
    await park()
    const operationId = await ledger.committed('1', 'food')
    await parkedBy(operationId)
    expect(await decideCatchUp(ledger.pool, await catchUpAt(1, left(operationId)))).toMatchObject({ do: 'active' })
  })

  test('what an operation that failed left open is undone, and recorded as undone', async () => {
    await ledger.addTenant('t1')
    await park()
    const operationId = await ledger.planned('1')
    await ledger.catalog.beginCompensation({ operationId, error: 'x', errorCode: 'X' })
    await ledger.catalog.closeOperation({ operationId, status: 'failed', error: 'x', errorCode: 'X' })
    expect(await decideCatchUp(ledger.pool, await catchUpAt(0, left(operationId)))).toMatchObject({
      do: 'undo',
      record: true,
    })
  })

  test('waits for an operation that has a record of it', async () => {
    await ledger.addTenant('t1')
    const operationId = await ledger.planned('1')
    await park()
    expect(await show()).toMatchObject({ operations: [{ id: operationId, state: 'skipped' }] })
    const waits = await decideCatchUp(ledger.pool, await catchUpAt(0))
    expect(waits).toEqual({ do: 'wait', operationId, status: 'applying' })
  })

  test('a late step brings nothing back that a person has put aside meanwhile', async () => {
    await ledger.addTenant('t1')
    await park()
    const late = await catchUpAt(0)
    await setTenantAside(ledger.pool, { ...by(), state: 'suspended' })
    await expect(decideCatchUp(ledger.pool, late)).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
    expect((await show()).state).toBe('suspended')
  })

  test('a revision that the project never had is drift', async () => {
    await ledger.addTenant('t1')
    await park()
    await expect(decideCatchUp(ledger.pool, await catchUpAt(7))).rejects.toMatchObject({ code: 'TARGET_DRIFTED' })
  })
})

test("a failure is kept with growing pauses, and one that is not the tenant's leaves its reason alone", async () => {
  const { pool, project } = ledger
  await ledger.addTenant('t1')
  await setTenantAside(pool, { ...by('t1', 'an audit'), state: 'parked' })
  const { target } = await openCatchUp(pool, { project, tenant: 't1' })
  const failure = {
    project,
    target,
    actor: 'reconciler',
    errorType: 'TargetUnreachable',
    errorCode: 'TARGET_UNREACHABLE',
  }
  await recordCatchUpFailure(pool, { ...failure, errorType: 'SurroundingsMissing', error: 'The catalog is away.' })
  expect(await show()).toMatchObject({ cause: 'operator', reason: 'an audit', catch_up_tries: 0 })
  const pauses: number[] = []
  for (const error of ['one', 'two', 'three']) {
    await recordCatchUpFailure(pool, { ...failure, error })
    const { rows } = await pool.query<{ pause: number }>(
      'select extract(epoch from catch_up_after - now())::int as pause from schema_saga.tenant where project_id = $1',
      [project],
    )
    pauses.push(Math.round((rows[0]?.pause ?? 0) / 60))
  }
  expect(pauses).toEqual([1, 2, 4])
  expect(await show()).toMatchObject({
    cause: 'failure',
    reason: 'three',
    reason_code: 'TARGET_UNREACHABLE',
    catch_up_tries: 3,
  })
})

test('a tenant on which an operation may have to undo something is not removed, one that it skips is', async () => {
  for (const id of ['t1', 't2']) await ledger.addTenant(id)
  const operationId = await ledger.planned('1')
  await ledger.succeed(operationId, 't1')
  await expect(removeTenant(ledger.pool, by('t1'))).rejects.toMatchObject({ code: 'IN_PROGRESS' })
  await removeTenant(ledger.pool, by('t2', 'moved'))
  const { tenants } = await ledger.catalog.readOperation({ operationId })
  expect(tenants).toMatchObject({ total: 2, succeeded: 1, skipped: 1 })
  await expect(archiveProject(ledger.pool, { id: ledger.project, actor: 'rosa' })).rejects.toMatchObject({
    code: 'IN_PROGRESS',
  })
})

test('tenants are listed in pages', async () => {
  for (const id of ['t1', 't2', 't3']) await ledger.addTenant(id)
  await park('t2')
  const page = await listTenantPage(ledger.pool, ledger.project, { limit: 2 })
  expect([page.tenants.map(({ id }) => id), page.next]).toEqual([['t1', 't2'], 't2'])
  const rest = await listTenantPage(ledger.pool, ledger.project, { limit: 2, after: 't2' })
  expect([rest.tenants.map(({ id }) => id), rest.next]).toEqual([['t3'], null])
  const parked = await listTenantPage(ledger.pool, ledger.project, { state: 'parked' })
  expect(parked.tenants.map(({ id }) => id)).toEqual(['t2'])
})
