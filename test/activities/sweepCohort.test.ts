import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, test } from 'vitest'
import { useLedger } from '../postgres/catalog/ledger.ts'
import { plannedFleet } from './plannedFleet.ts'

const ledger = useLedger()

test('a sweep forward and one back leave the ledger as work on single tenants would', async () => {
  const { operationId, sweep, close } = await plannedFleet(ledger, 6)
  expect(await sweep('forward')).toMatchObject({ succeeded: 6, exceptions: [], notTried: 0 })
  expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ succeeded: 6, total: 6 })
  expect(await ledger.tenantRevision('t3')).toBe(1)
  expect(await sweep('forward')).toMatchObject({ succeeded: 0, exceptions: [], notTried: 0 })
  await ledger.catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
  expect(await sweep('compensate')).toEqual({ succeeded: 6, exceptions: [], notTried: 0 })
  expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ compensated: 6 })
  expect(await ledger.tenantRevision('t3')).toBe(0)
  await ledger.catalog.closeOperation({ operationId, status: 'cancelled' })
  await close()
})

test('a sweep that is cancelled records nothing but what it did', async () => {
  const { operationId, sweep, close } = await plannedFleet(ledger, 4)
  const environment = new MockActivityEnvironment()
  const running = sweep('forward', { environment })
  environment.cancel()
  await expect(running).rejects.toMatchObject({ name: 'CancelledFailure' })
  const counts = await ledger.catalog.countTenants({ operationId })
  const { rows } = await ledger.pool.query<{ applied: number }>(
    `select count(*)::int as applied from schema_saga_target.marker where operation_id = $1`,
    [operationId],
  )
  expect(counts.succeeded).toBeLessThanOrEqual(rows[0]?.applied ?? 0)
  await close()
})

test('only the sweep behind which nobody is left counts the tenants of the operation', async () => {
  const { sweep, close } = await plannedFleet(ledger, 6)
  expect(await sweep('forward', { part: { upTo: 't2' } })).toEqual({ succeeded: 3, exceptions: [], notTried: 0 })
  const { counted, succeeded } = await sweep('forward', { part: { after: 't2' } })
  expect({ counted, succeeded }).toMatchObject({
    succeeded: 3,
    counted: { total: 6, succeeded: 6, running: 0, isAnyBehind: false },
  })
  await close()
})
