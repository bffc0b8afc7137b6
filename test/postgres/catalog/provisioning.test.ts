import { expect, test } from 'vitest'
import { createProject } from '../../../src/postgres/catalog/projects/createProject.ts'
import { showProject } from '../../../src/postgres/catalog/projects/projects.ts'
import { activateTenant } from '../../../src/postgres/catalog/tenants/activation.ts'
import { decideCatchUp } from '../../../src/postgres/catalog/tenants/catchUpStep.ts'
import { abandonProvisioning, openProvisioning } from '../../../src/postgres/catalog/tenants/provision.ts'
import { showTenant } from '../../../src/postgres/catalog/tenants/record.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()
const place = (scope: string, namespace = `${ledger.project}_${scope}`, server = 'a') => {
  return { project: ledger.project, scope, server, namespace, actor: 'test' }
}

test('a place is reserved once: repeating the request keeps the incarnation', async () => {
  const first = await openProvisioning(ledger.pool, place('t1'))
  expect(await openProvisioning(ledger.pool, place('t1'))).toEqual(first)
})

test('a namespace belongs to one target, base or tenant, of any project', async () => {
  const { pool, project } = ledger
  const base = { server: 'a', namespace: `${project}_shared` }
  await createProject(pool, { id: `${project}b`, base, actor: 'test' })
  const taken = { code: 'NAME_TAKEN' }
  await expect(openProvisioning(pool, place('t1', base.namespace))).rejects.toMatchObject(taken)
  await openProvisioning(pool, place('t1', 'mine'))
  await expect(
    createProject(pool, { id: 'x', base: { ...base, namespace: 'mine' }, actor: 'test' }),
  ).rejects.toMatchObject(taken)
  await openProvisioning(pool, place('t2', 'mine', 'b'))
})

test('one that could not be made leaves neither row nor place, and the same request takes up what a late try has made', async () => {
  const { pool, project } = ledger
  const { target } = await openProvisioning(pool, place('t1'))
  const given = { project, target, actor: 'test', error: 'alpha is not empty' }
  await abandonProvisioning(pool, given)
  await abandonProvisioning(pool, given)
  await expect(showTenant(pool, project, 't1')).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' })
  const other = await openProvisioning(pool, place('t2', target.namespace))
  await abandonProvisioning(pool, { ...given, target: other.target })
  expect(await openProvisioning(pool, place('t1'))).toEqual({ target })
  await activateTenant(pool, { project, target, revision: 0 })
  await abandonProvisioning(pool, given)
  expect(await showTenant(pool, project, 't1')).toMatchObject({ state: 'active' })
})

test('an active tenant exists already, and what is not there is named', async () => {
  const { pool } = ledger
  await ledger.addTenant('t1')
  await expect(openProvisioning(pool, place('t1'))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
  await expect(openProvisioning(pool, place('t2', 'n', 'nowhere'))).rejects.toMatchObject({ code: 'SERVER_NOT_FOUND' })
  const lost = openProvisioning(pool, { ...place('t2'), project: 'nobody' })
  await expect(lost).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
})

test('a tenant that is behind stays as it is, and is active once it has caught up', async () => {
  const { pool, project } = ledger
  const { target } = await openProvisioning(pool, place('t1'))
  await ledger.committed('1', 'food')
  expect(await activateTenant(pool, { project, target, revision: 0 })).toEqual({ active: false })
  const done = { active: true }
  expect(await activateTenant(pool, { project, target, revision: 1 })).toEqual(done)
  expect(await ledger.tenantRevision('t1')).toBe(1)
  expect(await activateTenant(pool, { project, target, revision: 1 })).toEqual(done)
})

test('once a closing sweep was not the last one, a tenant becomes active only behind what commits', async () => {
  const { pool, project, catalog } = ledger
  await ledger.addTenant('early')
  const { target } = await openProvisioning(pool, place('late'))
  const operationId = await ledger.planned('1', 'food')
  const persist = () => catalog.persistSchema({ operationId, attempt: 1 })
  expect(await persist()).toEqual({ persisted: false, behind: 1 })
  const look = { revision: 0, schemaHash: (await showProject(pool, project)).schema_hash, markers: [] }
  const waits = { do: 'wait', operationId, status: 'applying' }
  for (let tries = 1; tries <= 2; tries += 1) {
    expect(await activateTenant(pool, { project, target, revision: 0 })).toEqual({ active: false })
    expect(await decideCatchUp(pool, { project, target, look, actor: 'test' })).toEqual(waits)
  }
  await ledger.succeed(operationId, 'early')
  expect(await persist()).toMatchObject({ persisted: true })
  expect(await activateTenant(pool, { project, target, revision: 0 })).toEqual({ active: false })
})

test('an operation that gave up lets tenants become active again, and so does its next attempt', async () => {
  const { pool, project, catalog } = ledger
  await ledger.addTenant('early')
  const { target } = await openProvisioning(pool, place('late'))
  const operationId = await ledger.planned('1', 'food')
  await catalog.persistSchema({ operationId, attempt: 1 })
  await catalog.closeOperation({ operationId, status: 'failed', error: 'e', errorCode: 'E' })
  await catalog.releaseTurn({ operationId })
  await catalog.openOperation({ ...ledger.request(operationId, 'food', 'again'), retryOf: 1 })
  await catalog.takeTurn({ operationId, runId: 'again' })
  await catalog.planOperation({ operationId })
  expect(await activateTenant(pool, { project, target, revision: 0 })).toMatchObject({ active: true })
})

test('a late activation of an earlier incarnation is refused', async () => {
  const { pool, project } = ledger
  const { target } = await openProvisioning(pool, place('t1'))
  const late = activateTenant(pool, { project, target: { ...target, incarnation: 'before' }, revision: 0 })
  await expect(late).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
})
