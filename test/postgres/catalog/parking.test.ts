import { describe, expect, test } from 'vitest'
import { parkPreflightProblems, parkTenant, skipTenant } from '../../../src/postgres/catalog/tenants/parking.ts'
import { setTenantAside } from '../../../src/postgres/catalog/tenants/states.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()
const reason = { error: 'e', errorCode: 'E' }

/** An applying operation under `park` on that many tenants, all at work. */
async function atWork(count: number, maxParked: number | string): Promise<string> {
  for (let index = 1; index <= count; index += 1) await ledger.addTenant(`t${index}`)
  const operationId = `${ledger.project}-1`
  const options = { onTenantFailure: 'park', maxParked } as const
  await ledger.catalog.openOperation({ ...ledger.request(operationId), options })
  await ledger.catalog.takeTurn({ operationId, runId: operationId })
  await ledger.catalog.planOperation({ operationId })
  for (let index = 1; index <= count; index += 1) {
    await ledger.catalog.startTarget({ operationId, key: 'tenant_ddl', scope: `t${index}` })
  }
  return operationId
}

const park = (operationId: string, tenant: string, more: object = {}) =>
  parkTenant(ledger.pool, { operationId, tenant, ...reason, changed: 'no', epoch: 0, ...more })

async function tenantRow(id: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await ledger.pool.query<Record<string, unknown>>(
    `select state, cause, reason, reason_code, parked_by, changed, revision
       from schema_saga.tenant where project_id = $1 and id = $2`,
    [ledger.project, id],
  )
  return rows[0]
}

const skip = (operationId: string, tenant: string, more: { fenced?: 'no' | 'unknown' } = {}) =>
  skipTenant(ledger.pool, { operationId, tenant, actor: 'rosa', reason: 'moves away', ...more })

describe('parking', () => {
  test('lets exactly as many go as were allowed, however many ask at once', async () => {
    const operationId = await atWork(20, 5)
    const asked = Array.from({ length: 20 }, (_, index) => park(operationId, `t${index + 1}`))
    const answers = await Promise.all(asked)
    expect(answers.filter(({ parked }) => parked)).toHaveLength(5)
    expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ parked: 5, failed: 15 })
    const { rows } = await ledger.pool.query(
      `select from schema_saga.tenant where project_id = $1 and state = 'parked'`,
      [ledger.project],
    )
    expect(rows).toHaveLength(5)
  })

  test('never lets all of them go', async () => {
    const operationId = await atWork(2, 9)
    expect(await park(operationId, 't1')).toEqual({ parked: true })
    expect(await park(operationId, 't2')).toEqual({ parked: false })
  })

  test('keeps the old revision, why, by which operation, and whether something may be left there', async () => {
    const operationId = await atWork(2, 1)
    await park(operationId, 't1', { changed: 'unknown' })
    expect(await tenantRow('t1')).toEqual({
      state: 'parked',
      cause: 'failure',
      reason: 'e',
      reason_code: 'E',
      parked_by: operationId,
      changed: 'unknown',
      revision: 0,
    })
  })

  test('a repetition whose answer was lost is no second tenant', async () => {
    const operationId = await atWork(3, 1)
    expect(await park(operationId, 't1')).toEqual({ parked: true })
    expect(await park(operationId, 't1')).toEqual({ parked: true })
    expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ parked: 1 })
  })

  test('a person may leave more behind than the limit', async () => {
    const operationId = await atWork(3, 0)
    expect(await park(operationId, 't1', { actor: 'rosa' })).toEqual({ parked: true })
    expect(await tenantRow('t1')).toMatchObject({ cause: 'operator' })
  })

  test('nobody is left behind once the undo has begun, and those who were come back with it', async () => {
    const operationId = await atWork(3, 2)
    await park(operationId, 't1')
    await ledger.catalog.beginCompensation({ operationId, ...reason })
    expect(await park(operationId, 't2')).toEqual({ parked: false })
    for (const scope of ['t1', 't2', 't3']) {
      await ledger.catalog.recordUndone({ operationId, key: 'tenant_ddl', scope, touched: false })
    }
    await ledger.catalog.closeOperation({ operationId, status: 'failed', ...reason })
    expect(await tenantRow('t1')).toMatchObject({ state: 'active', cause: null, reason: null, parked_by: null })
  })

  test('whom a person parks after the operation did stays parked when that goes back', async () => {
    const operationId = await atWork(3, 2)
    await park(operationId, 't1')
    await park(operationId, 't2')
    const { pool, project, catalog } = ledger
    await setTenantAside(pool, { project, tenant: 't1', actor: 'rosa', reason: 'is on holiday', state: 'parked' })
    await catalog.beginCompensation({ operationId, ...reason })
    for (const scope of ['t1', 't2', 't3']) {
      await catalog.recordUndone({ operationId, key: 'tenant_ddl', scope, touched: false })
    }
    await catalog.closeOperation({ operationId, status: 'failed', ...reason })
    expect(await tenantRow('t1')).toMatchObject({ state: 'parked', cause: 'operator', reason: 'is on holiday' })
    expect(await tenantRow('t2')).toMatchObject({ state: 'active', reason: null })
  })

  test('nothing that preflight refused is parked when it is more than the limit', async () => {
    await atWork(0, 1)
    const operationId = `${ledger.project}-1`
    expect(await parkPreflightProblems(ledger.pool, operationId)).toEqual({ parked: true })
  })
})

describe('skipping a tenant', () => {
  test('leaves one out that has not begun', async () => {
    await ledger.addTenant('t1')
    const operationId = await ledger.planned('1')
    expect(await skip(operationId, 't1')).toEqual({ fence: null })
    expect(await tenantRow('t1')).toMatchObject({ state: 'parked', cause: 'operator', reason_code: 'SKIPPED' })
    const started = await ledger.catalog.startTarget({ operationId, key: 'tenant_ddl', scope: 't1' })
    expect(started.skipped).toBe(true)
    // Asked twice, it is still so.
    expect(await skip(operationId, 't1')).toEqual({ fence: null })
  })

  test('has one that failed fenced first', async () => {
    const operationId = await atWork(2, 1)
    const failed = { operationId, key: 'tenant_ddl', scope: 't1', state: 'failed', ...reason } as const
    await ledger.catalog.recordStep(failed)
    expect((await skip(operationId, 't1')).fence).toMatchObject({ scope: 't1', epoch: 0 })
    expect(await tenantRow('t1')).toMatchObject({ state: 'active' })
    expect(await skip(operationId, 't1', { fenced: 'no' })).toEqual({ fence: null })
    expect(await tenantRow('t1')).toMatchObject({ state: 'parked', changed: 'no' })
  })

  test('is refused for one at work, one that is through, and one that does not exist', async () => {
    const operationId = await atWork(2, 1)
    await ledger.catalog.recordStep({ operationId, key: 'tenant_ddl', scope: 't2', state: 'succeeded' })
    await expect(skip(operationId, 't1')).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
    await expect(skip(operationId, 't2')).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
    await expect(skip(operationId, 'nobody')).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' })
  })
})
