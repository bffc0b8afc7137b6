import { beforeEach, describe, expect, test } from 'vitest'
import { goForwardAgain } from '../../../src/postgres/catalog/operations/holding.ts'
import { beginWork } from '../../../src/postgres/catalog/steps/begun.ts'
import { skipTenant } from '../../../src/postgres/catalog/tenants/parking.ts'
import { removeTenant } from '../../../src/postgres/catalog/tenants/states.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()
const key = 'tenant_ddl'
let operationId = ''

/** An operation that was held half-way at tenant t1, and is to try it again. */
beforeEach(async () => {
  for (const id of ['t1', 't2']) await ledger.addTenant(id)
  operationId = await ledger.planned('1')
  const step = { operationId, key, scope: 't1' } as const
  await ledger.catalog.startTarget(step)
  await beginWork(ledger.pool, { ...step, epoch: 0 })
  await ledger.catalog.recordStep({ ...step, state: 'failed', error: 'e', errorCode: 'E' })
  await ledger.catalog.markNeedsRepair({ operationId, error: 'held: e', errorCode: 'HELD', held: true })
  await goForwardAgain(ledger.pool, { operationId, action: 'retry' })
})

const goBack = () => ledger.catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
const close = () => ledger.catalog.closeOperation({ operationId, status: 'failed', error: 'e', errorCode: 'E' })
const remove = () =>
  removeTenant(ledger.pool, { project: ledger.project, tenant: 't1', actor: 'rosa', reason: 'its database is lost' })
const record = async () => {
  const { rows } = await ledger.pool.query<{ state: string; undone: boolean; error: string | null }>(
    `select state, undone, error from schema_saga.operation_step where operation_id = $1 and scope = 't1'`,
    [operationId],
  )
  return rows[0]
}

describe('a tenant at which an operation is half-way, and that it has not come to again', () => {
  test('is undone with the others when the operation goes back, and the operation does not end before', async () => {
    await goBack()
    const cohorts = await ledger.catalog.listCohorts({
      operationId,
      select: 'started',
      after: null,
      limit: 5,
      cohortSize: 5,
    })
    expect(cohorts.cohorts).toMatchObject([{ size: 1, upTo: 't1' }])
    await expect(close()).rejects.toMatchObject({ message: expect.stringContaining('tenant t1') })
    await ledger.catalog.recordUndone({ operationId, key, scope: 't1', touched: true, epoch: 0 })
    await close()
    expect(await record()).toMatchObject({ state: 'compensated', undone: true })
  })

  test('is not removed while the operation goes forward', async () => {
    await expect(remove()).rejects.toMatchObject({ code: 'IN_PROGRESS' })
  })

  test('is removed while it goes back, and its part of the undo is closed, on record', async () => {
    await goBack()
    await remove()
    expect(await record()).toMatchObject({
      state: 'failed',
      undone: true,
      error: expect.stringContaining('its undo is closed'),
    })
    const { rows } = await ledger.pool.query(
      `select details ->> 'undo_closed' as closed from schema_saga.audit where action = 'tenant_remove' and project_id = $1`,
      [ledger.project],
    )
    expect(rows).toEqual([{ closed: operationId }])
    await close()
  })

  test('is fenced before it is skipped', async () => {
    const skip = (more: { fenced?: 'no' } = {}) =>
      skipTenant(ledger.pool, { operationId, tenant: 't1', actor: 'rosa', reason: 'moves away', ...more })
    expect(await skip()).toMatchObject({ fence: { scope: 't1', epoch: 0 } })
    await ledger.catalog.recordUndone({ operationId, key, scope: 't1', touched: true, epoch: 0 })
    expect(await skip({ fenced: 'no' })).toEqual({ fence: null })
    expect(await record()).toMatchObject({ state: 'skipped' })
  })
})
