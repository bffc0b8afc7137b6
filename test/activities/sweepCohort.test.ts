import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, test } from 'vitest'
import { createSweepActivities } from '../../src/activities/sweepActivities.ts'
import type { SweepResult, SweepWork } from '../../src/contract.ts'
import { EMPTY_SCHEMA } from '../../src/logical/schema.ts'
import { schemaHashOf } from '../../src/physical/planMutation.ts'
import { activateTenant, openProvisioning } from '../../src/postgres/catalog/provisioning.ts'
import { createTargetPools } from '../../src/postgres/pools.ts'
import { provisionTarget } from '../../src/postgres/provision.ts'
import { useLedger } from '../postgres/catalog/ledger.ts'

const ledger = useLedger()

/** A project of `count` tenants in the catalog's own database, and an operation that has its plan. */
async function planned(count: number) {
  const { pool, project, database } = ledger
  const targetPools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'URL', maxSessions: 4, databasePerTenant: false }),
    dsn: () => database.url,
  })
  for (let index = 0; index < count; index += 1) {
    const place = { project, scope: `t${index}`, server: 'a', namespace: `${project}_t${index}`, actor: 'x' }
    const { target } = await openProvisioning(pool, place)
    const at = { revision: 0, schemaHash: schemaHashOf(0, EMPTY_SCHEMA) }
    await provisionTarget(targetPools, { target, projectId: project, ...at, statements: [] })
    await activateTenant(pool, { project, target, revision: 0 })
  }
  const operationId = await ledger.opened('1')
  await ledger.catalog.takeTurn({ operationId, runId: operationId })
  const { hash } = await ledger.catalog.planOperation({ operationId })
  const activities = createSweepActivities({ catalog: pool, targetPools, hooks: {}, runs: ledger.runs })
  const cohort = { name: 'a-1', server: 'a', after: '', upTo: 't99', size: count, maxSessions: 4 }
  const options = { operationId, planHash: hash, cohort, wave: null, sessions: 2, stopAtFailure: true }
  return {
    operationId,
    close: () => targetPools.close(),
    sweep: (direction: SweepWork['direction'], environment = new MockActivityEnvironment()) =>
      environment.run(activities.sweepCohort, { ...options, direction }) as Promise<SweepResult>,
  }
}

test('a sweep forward and one back leave the ledger as work on single tenants would', async () => {
  const { operationId, sweep, close } = await planned(6)
  expect(await sweep('forward')).toEqual({ succeeded: 6, exceptions: [], notTried: 0 })
  expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ succeeded: 6, total: 6 })
  expect(await ledger.tenantRevision('t3')).toBe(1)
  expect(await sweep('forward')).toEqual({ succeeded: 0, exceptions: [], notTried: 0 })
  await ledger.catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
  expect(await sweep('compensate')).toEqual({ succeeded: 6, exceptions: [], notTried: 0 })
  expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ compensated: 6 })
  expect(await ledger.tenantRevision('t3')).toBe(0)
  await ledger.catalog.closeOperation({ operationId, status: 'cancelled' })
  await close()
})

test('a sweep that is cancelled records nothing but what it did', async () => {
  const { operationId, sweep, close } = await planned(4)
  const environment = new MockActivityEnvironment()
  const running = sweep('forward', environment)
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
