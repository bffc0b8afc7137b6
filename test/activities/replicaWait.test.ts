import { expect, test } from 'vitest'
import { waitingForReplicas } from '../../src/activities/operation/waitingStep.ts'
import { readOperationDocument } from '../../src/postgres/catalog/operations/documents.ts'
import { loadPlan } from '../../src/postgres/catalog/operations/plans.ts'
import { setProjectSettings } from '../../src/postgres/catalog/projects/settings.ts'
import { useLedger } from '../postgres/catalog/ledger.ts'

const ledger = useLedger()

test('what batches wait for is on record while they wait, and no longer', async () => {
  const operationId = await ledger.planned('1')
  const step = { operationId, key: 'tenant_ddl', scope: '' } as const
  await ledger.catalog.recordStep({ ...step, state: 'running' })
  const told = async () => {
    const { steps = [] } = (await readOperationDocument(ledger.pool, operationId)) ?? {}
    return steps.find(({ key }) => key === 'tenant_ddl')
  }
  const report = waitingForReplicas(ledger.pool, step)
  await report('The batches wait.')
  expect(await told()).toMatchObject({ state: 'running', error_code: 'REPLICA_BEHIND', error: 'The batches wait.' })
  await report(null)
  expect(await told()).toMatchObject({ state: 'running', error_code: null, error: null })
})

test('the setting counts as it is when work on a target begins', async () => {
  const { pool, project: id } = ledger
  const operationId = await ledger.planned('1')
  const plan = await ledger.catalog.planOperation({ operationId })
  const limit = async (): Promise<number | null> => (await loadPlan(pool, operationId, plan.hash)).replicaLagMs
  expect(await limit()).toBeNull()
  await setProjectSettings(pool, { id, settings: { max_replica_lag_ms: 10_000 }, actor: 'rosa' })
  expect(await limit()).toBe(10_000)
  await setProjectSettings(pool, { id, settings: { max_replica_lag_ms: null }, actor: 'rosa' })
  expect(await limit()).toBeNull()
})
