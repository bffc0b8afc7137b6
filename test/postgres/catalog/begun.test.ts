import { expect, test } from 'vitest'
import { readOperationDocument } from '../../../src/postgres/catalog/operations/documents.ts'
import { recordWait } from '../../../src/postgres/catalog/operations/waits.ts'
import { beginWork, closeUntouched, takeBackStart } from '../../../src/postgres/catalog/steps/begun.ts'
import { startTargets } from '../../../src/postgres/catalog/steps/many.ts'
import { recordStep, recordUndone, startTarget } from '../../../src/postgres/catalog/steps/one.ts'
import { removeTenant } from '../../../src/postgres/catalog/tenants/states.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()

const key = 'tenant_ddl'
const step = (operationId: string, scope = 't1') => ({ operationId, key, scope }) as const
const close = (operationId: string, ...scopes: readonly string[]) =>
  closeUntouched(ledger.pool, { operationId, key, scopes })

async function planned(...tenants: readonly string[]): Promise<string> {
  for (const id of tenants) await ledger.addTenant(id)
  return await ledger.planned('1')
}

async function inUndo(operationId: string, status: 'compensating' | 'needs_repair' = 'compensating'): Promise<void> {
  await ledger.pool.query('update schema_saga.operation set status = $2 where id = $1', [operationId, status])
}

test('a target on which nobody has begun work has no undo, and no late try begins any more', async () => {
  const operationId = await planned('t1', 't2')
  await startTarget(ledger.pool, step(operationId))
  await startTarget(ledger.pool, step(operationId, 't2'))
  await beginWork(ledger.pool, { ...step(operationId, 't2'), epoch: 0 })
  expect(await close(operationId, 't1', 't2')).toEqual(['t1'])
  expect(await close(operationId, 't1', 't2')).toEqual(['t1'])
  await expect(beginWork(ledger.pool, { ...step(operationId), epoch: 0 })).rejects.toMatchObject({ name: 'StaleEpoch' })
  // Another attempt begins anew, in another epoch.
  expect(await startTarget(ledger.pool, step(operationId))).toEqual({ epoch: 1 })
  await beginWork(ledger.pool, { ...step(operationId), epoch: 1 })
  expect(await close(operationId, 't1')).toEqual([])
})

test('of a record that an earlier release has begun nothing is known', async () => {
  const operationId = await planned('t1')
  await ledger.pool.query(
    `update schema_saga.operation_step set state = 'running', tries = 1 where operation_id = $1 and scope = 't1'`,
    [operationId],
  )
  expect(await close(operationId, 't1')).toEqual([])
  await startTarget(ledger.pool, step(operationId))
  expect(await close(operationId, 't1')).toEqual([])
})

test('a sweep takes back that it started those to which it did not come, unless another had', async () => {
  const operationId = await planned('t1', 't2')
  const { pool } = ledger
  await startTargets(pool, { operationId, scopes: ['t1'], token: 'one' })
  await startTargets(pool, { operationId, scopes: ['t1', 't2'], token: 'two' })
  expect(await close(operationId, 't1', 't2')).toEqual([])
  await takeBackStart(pool, { operationId, token: 'two', scopes: ['t1', 't2'] })
  expect(await close(operationId, 't1', 't2')).toEqual(['t2'])
})

test('what a step waits for is to be read at once, and no longer than it waits', async () => {
  const operationId = await planned('t1')
  await startTarget(ledger.pool, step(operationId))
  const wait = { error: 'a/t1: the server takes no writes now.', errorCode: 'TARGET_UNREACHABLE' }
  await recordWait(ledger.pool, { ...step(operationId), ...wait })
  await recordWait(ledger.pool, { ...step(operationId, ''), ...wait })
  const shown = async () => {
    const document = await readOperationDocument(ledger.pool, operationId)
    return [document?.problems, document?.steps.find((each) => each.key === key)?.error]
  }
  const problem = { tenant: 't1', state: 'running', error_code: wait.errorCode, error: wait.error }
  expect(await shown()).toEqual([[problem], wait.error])
  for (const scope of ['t1', '']) await recordStep(ledger.pool, { ...step(operationId, scope), state: 'succeeded' })
  expect(await shown()).toEqual([[], null])
})

test('whoever removes a tenant closes its part of an undo, on record', async () => {
  const operationId = await planned('t1', 't2')
  for (const scope of ['t1', 't2']) {
    await startTarget(ledger.pool, step(operationId, scope))
    await beginWork(ledger.pool, { ...step(operationId, scope), epoch: 0 })
  }
  const remove = () =>
    removeTenant(ledger.pool, { project: ledger.project, tenant: 't1', actor: 'rosa', reason: 'its database is lost' })
  await expect(remove()).rejects.toMatchObject({ code: 'IN_PROGRESS' })
  await inUndo(operationId)
  await recordUndone(ledger.pool, { ...step(operationId, 't2'), touched: true })
  await recordStep(ledger.pool, {
    ...step(operationId),
    state: 'failed',
    error: 'It is away.',
    errorCode: 'COMPENSATION_FAILED',
  })
  await inUndo(operationId, 'needs_repair')
  await remove()
  expect(await close(operationId, 't1')).toEqual(['t1'])
  await ledger.catalog.closeOperation({ operationId, status: 'failed', error: 'no', errorCode: 'NO' })
  const document = await readOperationDocument(ledger.pool, operationId)
  expect(document?.problems).toContainEqual(
    expect.objectContaining({
      tenant: 't1',
      error:
        'It is away. The tenant was removed by rosa (its database is lost): its undo is closed, whatever is left there.',
    }),
  )
  const { rows } = await ledger.pool.query(
    `select details ->> 'undo_closed' as closed from schema_saga.audit where action = 'tenant_remove' and project_id = $1`,
    [ledger.project],
  )
  expect(rows).toEqual([{ closed: operationId }])
})
