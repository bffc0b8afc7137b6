import { describe, expect, test } from 'vitest'
import { parkTenant } from '../../../src/postgres/catalog/tenants/parking.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()
const reason = { error: 'e', errorCode: 'E' }

describe('what comes late changes nothing', () => {
  test('a try to take the turn after it was released', async () => {
    const { catalog } = ledger
    const operationId = await ledger.committed('1', 'food')
    await expect(catalog.takeTurn({ operationId, runId: operationId })).rejects.toMatchObject({
      code: 'NOT_APPLICABLE',
    })
    const next = await ledger.opened('2', 'tea')
    expect((await catalog.takeTurn({ operationId: next, runId: next })).taken).toBe(true)
  })

  test('a target that would start forward after the undo began', async () => {
    const operationId = await ledger.planned('1')
    await ledger.catalog.beginCompensation({ operationId, ...reason })
    const late = ledger.catalog.startTarget({ operationId, key: 'tenant_ddl', scope: 't1' })
    await expect(late).rejects.toMatchObject({ name: 'PersistConflict', code: 'PERSIST_CONFLICT' })
  })

  test('a success that is reported after the target was undone', async () => {
    await ledger.addTenant('t1')
    const operationId = await ledger.planned('1')
    const step = { operationId, key: 'tenant_ddl', scope: 't1' } as const
    await ledger.catalog.startTarget(step)
    await ledger.catalog.recordUndone({ ...step, touched: true })
    await ledger.catalog.recordStep({ ...step, state: 'succeeded' })
    expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ compensated: 1, succeeded: 0 })
    expect(await ledger.tenantRevision('t1')).toBe(0)
  })

  test('a failure that is reported after the target was undone, or left behind', async () => {
    const { catalog } = ledger
    for (const tenant of ['t2', 't3']) await ledger.addTenant(tenant)
    const operationId = await ledger.planned('1')
    const failed = (scope: string) =>
      catalog.recordStep({ operationId, key: 'tenant_ddl', scope, state: 'failed', ...reason, epoch: 0 })
    for (const scope of ['t2', 't3']) await catalog.startTarget({ operationId, key: 'tenant_ddl', scope })
    await failed('t2')
    await parkTenant(ledger.pool, { operationId, tenant: 't2', changed: 'no', ...reason, epoch: 0 })
    await catalog.recordUndone({ operationId, key: 'tenant_ddl', scope: 't3', touched: true, epoch: 0 })
    await failed('t2')
    await failed('t3')
    await catalog.beginCompensation({ operationId, ...reason })
    await parkTenant(ledger.pool, { operationId, tenant: 't3', changed: 'no', ...reason, epoch: 0 })
    expect(await catalog.countTenants({ operationId })).toMatchObject({ parked: 1, compensated: 1, failed: 0 })
  })

  test('an undo that is reported after another operation moved the tenant', async () => {
    const { catalog } = ledger
    await ledger.addTenant('t1')
    const failed = await ledger.planned('1', 'food')
    const step = { operationId: failed, key: 'tenant_ddl', scope: 't1' } as const
    await ledger.succeed(failed, 't1')
    expect(await ledger.tenantRevision('t1')).toBe(1)
    await catalog.beginCompensation({ operationId: failed, ...reason })
    await catalog.recordUndone({ ...step, touched: true })
    expect(await ledger.tenantRevision('t1')).toBe(0)
    await catalog.closeOperation({ operationId: failed, status: 'failed', ...reason })
    await catalog.releaseTurn({ operationId: failed })
    await ledger.committed('2', 'tea', ['t1'])
    await catalog.recordUndone({ ...step, touched: true })
    expect(await ledger.tenantRevision('t1')).toBe(1)
  })
})

describe('a final status', () => {
  test('stays, whatever is asked of the operation afterwards', async () => {
    const { catalog } = ledger
    const operationId = await ledger.opened('1')
    await catalog.closeOperation({ operationId, status: 'failed', ...reason })
    await catalog.closeOperation({ operationId, status: 'failed', ...reason })
    const conflict = { code: 'PERSIST_CONFLICT' }
    await expect(catalog.closeOperation({ operationId, status: 'cancelled' })).rejects.toMatchObject(conflict)
    await expect(catalog.beginCompensation({ operationId, ...reason })).rejects.toMatchObject(conflict)
    await expect(catalog.markNeedsRepair({ operationId, ...reason })).rejects.toMatchObject(conflict)
    expect((await catalog.readOperation({ operationId })).status).toBe('failed')
  })

  test('gives the turn back, whatever becomes of the run that wrote it', async () => {
    const { catalog } = ledger
    const operationId = await ledger.planned('1')
    const next = await ledger.opened('2', 'tea')
    await catalog.closeOperation({ operationId, status: 'failed', ...reason })
    expect((await catalog.takeTurn({ operationId: next, runId: next })).taken).toBe(true)
    expect(await catalog.releaseTurn({ operationId })).toEqual({ next: null })
  })

  test('holds nothing, even where an older worker has left it the turn', async () => {
    const operationId = await ledger.planned('1')
    await ledger.catalog.closeOperation({ operationId, status: 'failed', ...reason })
    await ledger.pool.query(`update schema_saga.operation set turn = 'holding' where id = $1`, [operationId])
    const next = await ledger.opened('2', 'tea')
    expect((await ledger.catalog.takeTurn({ operationId: next, runId: next })).taken).toBe(true)
  })

  test('is committed only when the schema is durable, and never failed when it is', async () => {
    const { catalog } = ledger
    const operationId = await ledger.planned('1')
    const conflict = { code: 'PERSIST_CONFLICT' }
    await expect(catalog.closeOperation({ operationId, status: 'committed' })).rejects.toMatchObject(conflict)
    await catalog.persistSchema({ operationId, attempt: 1 })
    await expect(catalog.closeOperation({ operationId, status: 'failed' })).rejects.toMatchObject(conflict)
    await catalog.closeOperation({ operationId, status: 'committed' })
  })

  test('is not failed while the undo of a target has not succeeded', async () => {
    const { catalog } = ledger
    await ledger.addTenant('t1')
    const operationId = await ledger.planned('1')
    const step = { operationId, key: 'tenant_ddl', scope: 't1' } as const
    await catalog.startTarget(step)
    const error = { error: 'compensation: away', errorCode: 'COMPENSATION_FAILED' }
    await catalog.recordStep({ ...step, state: 'failed', ...error })
    await catalog.beginCompensation({ operationId, ...reason })
    await expect(catalog.closeOperation({ operationId, status: 'failed' })).rejects.toMatchObject({
      code: 'COMPENSATION_FAILED',
      message: expect.stringContaining('tenant t1'),
    })
    await catalog.recordUndone({ ...step, touched: false })
    await catalog.closeOperation({ operationId, status: 'failed', ...reason })
    const { problems } = await catalog.readOperation({ operationId })
    expect(problems).toEqual([{ tenant: 't1', state: 'failed', error_code: error.errorCode, error: error.error }])
  })
})
