import type { Pool } from 'pg'
import { expect, test } from 'vitest'
import { describePlan as describe } from '../../../src/client/plan/describePlan.ts'
import { createProject } from '../../../src/postgres/catalog/projects/createProject.ts'
import { setTenantAside } from '../../../src/postgres/catalog/tenants/states.ts'
import { useLedger } from '../../postgres/catalog/ledger.ts'

const ledger = useLedger()

// None of these takes anything away from the application's code.
const describePlan = (catalog: Pool, project: string, mutation: unknown) =>
  describe(catalog, project, mutation, async () => 'Nobody is to be asked.')

const FOOD = { type: 'create_model', name: 'food' }

test('a plan counts the targets to do, and those that are parked as blocked', async () => {
  for (const id of ['t1', 't2', 't3']) await ledger.addTenant(id)
  const { pool, project } = ledger
  await setTenantAside(pool, { project, tenant: 't3', actor: 'rosa', reason: null, state: 'parked' })
  const { base_revision, targets } = await describePlan(pool, project, FOOD)
  expect({ base_revision, targets }).toEqual({
    base_revision: 0,
    targets: { total: 3, to_do: 2, done: 0, blocked: 1 },
  })
})

test('a base is one target more', async () => {
  const id = `${ledger.project}-based`
  await createProject(ledger.pool, { id, base: { server: 'a', namespace: id }, actor: 'rosa' })
  expect((await describePlan(ledger.pool, id, FOOD)).targets).toEqual({ total: 1, to_do: 1, done: 0, blocked: 0 })
})

test('what changes nothing is done on every target', async () => {
  await ledger.addTenant('t1')
  await ledger.committed('1', 'food', ['t1'])
  const rename = { type: 'rename_model', model_name: 'food', new_name: 'food' }
  expect(await describePlan(ledger.pool, ledger.project, rename)).toMatchObject({
    unchanged: true,
    changes: [],
    targets: { total: 1, to_do: 0, done: 1, blocked: 0 },
  })
})

test('nothing is recorded of a plan', async () => {
  await describePlan(ledger.pool, ledger.project, FOOD)
  const { rows } = await ledger.pool.query('select id from schema_saga.operation where project_id = $1', [
    ledger.project,
  ])
  expect(rows).toEqual([])
})

test('a mutation that cannot be is refused as it would be when it is submitted', async () => {
  const { pool, project } = ledger
  await ledger.committed('1', 'food')
  await expect(describePlan(pool, project, FOOD)).rejects.toMatchObject({
    name: 'MutationRejected',
    code: 'MODEL_EXISTS',
  })
  await expect(describePlan(pool, project, { type: 'fly' })).rejects.toMatchObject({ name: 'InputInvalid' })
  await expect(describePlan(pool, 'nowhere', FOOD)).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
})
