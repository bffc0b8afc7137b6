import { describe, expect, test } from 'vitest'
import { markAccepted } from '../../../src/activities/operation/markAccepted.ts'
import { TargetUnreachable } from '../../../src/errors.ts'
import { acceptTargets, goForwardAgain } from '../../../src/postgres/catalog/operations/holding.ts'
import { standingOf } from '../../../src/postgres/catalog/operations/standing.ts'
import { createProject } from '../../../src/postgres/catalog/projects/createProject.ts'
import { startTargets } from '../../../src/postgres/catalog/steps/many.ts'
import { activateBase } from '../../../src/postgres/catalog/tenants/activation.ts'
import { setTenantAside } from '../../../src/postgres/catalog/tenants/states.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()
const reason = { error: 'held: e', errorCode: 'HELD' }
const accept = (operationId: string) => acceptTargets(ledger.pool, { operationId, actor: 'rosa', note: 'seen' })

/** An operation whose tenant t1 failed after its work began. */
async function failedTenant(): Promise<string> {
  for (const id of ['t1', 't2']) await ledger.addTenant(id)
  const operationId = await ledger.planned('1')
  const step = { operationId, key: 'tenant_ddl', scope: 't1' } as const
  await ledger.catalog.startTarget(step)
  await ledger.catalog.recordStep({ ...step, state: 'failed', error: 'e', errorCode: 'E' })
  return operationId
}

const hold = (operationId: string) => ledger.catalog.markNeedsRepair({ operationId, ...reason, held: true })

describe('going forward again', () => {
  test('retry makes what failed ready, as an attempt of its own', async () => {
    const operationId = await failedTenant()
    await hold(operationId)
    expect(await goForwardAgain(ledger.pool, { operationId, action: 'retry' })).toEqual({ attempt: 2 })
    expect(await ledger.catalog.readOperation({ operationId })).toMatchObject({ status: 'applying', error: null })
    expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ failed: 0, pending: 2 })
    // A repetition whose answer was lost.
    expect(await goForwardAgain(ledger.pool, { operationId, action: 'retry' })).toEqual({ attempt: 2 })
  })

  test('of tenants that did not fail is refused, and nothing is changed', async () => {
    const operationId = await failedTenant()
    await hold(operationId)
    const other = goForwardAgain(ledger.pool, { operationId, action: 'retry', tenants: ['t2'] })
    await expect(other).rejects.toMatchObject({ code: 'NOT_APPLICABLE', message: expect.stringContaining('t2') })
    expect(await ledger.catalog.readOperation({ operationId })).toMatchObject({ status: 'needs_repair', attempt: 1 })
  })

  test('is refused once the undo did not succeed', async () => {
    const operationId = await failedTenant()
    await ledger.catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
    await ledger.catalog.markNeedsRepair({ operationId, error: 'e', errorCode: 'COMPENSATION_FAILED' })
    const forward = goForwardAgain(ledger.pool, { operationId, action: 'park' })
    await expect(forward).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
  })
})

describe('putting a tenant aside', () => {
  const aside = (state: 'parked' | 'suspended') =>
    setTenantAside(ledger.pool, { project: ledger.project, tenant: 't1', actor: 'rosa', reason: null, state })

  test.each(['parked', 'suspended'] as const)(
    'is refused where a held operation is half-way there (%s): it would end without it',
    async (state) => {
      const operationId = await failedTenant()
      await hold(operationId)
      const refused = {
        code: 'IN_PROGRESS',
        message: expect.stringContaining(`operation repair ${operationId} --action park`),
      }
      await expect(aside(state)).rejects.toMatchObject(refused)
      await goForwardAgain(ledger.pool, { operationId, action: 'retry' })
      await expect(aside(state)).rejects.toMatchObject({ code: 'IN_PROGRESS' })
      expect(await ledger.catalog.countTenants({ operationId })).toMatchObject({ isAnyBehind: true })
    },
  )

  test('is possible once its part is undone, and before anything has begun there', async () => {
    const operationId = await failedTenant()
    await ledger.catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
    await ledger.catalog.recordUndone({ operationId, key: 'tenant_ddl', scope: 't1', touched: true })
    await aside('suspended')
    await setTenantAside(ledger.pool, {
      project: ledger.project,
      tenant: 't2',
      actor: 'r',
      reason: null,
      state: 'parked',
    })
  })
})

describe('accepting targets as they are', () => {
  test('parks those that are not undone, so that the operation may end as failed', async () => {
    const operationId = await failedTenant()
    await ledger.catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
    await ledger.catalog.markNeedsRepair({ operationId, error: 'e', errorCode: 'COMPENSATION_FAILED' })
    const { accepted, targets } = await accept(operationId)
    expect([accepted, targets.map(({ scope }) => scope)]).toEqual([true, ['t1']])
    await ledger.catalog.closeOperation({ operationId, status: 'failed', error: 'e', errorCode: 'E' })
    expect(await ledger.catalog.readOperation({ operationId })).toMatchObject({ status: 'failed', accepted: 1 })
    const { rows } = await ledger.pool.query(
      `select state, cause, changed from schema_saga.tenant where project_id = $1 and id = 't1'`,
      [ledger.project],
    )
    expect(rows).toEqual([{ state: 'parked', cause: 'accepted', changed: 'unknown' }])
  })

  test('names none of them to its workflow, and marks them all, those that are out of reach later', async () => {
    const tenants = Array.from({ length: 30 }, (_, index) => `m${index + 10}`)
    for (const id of tenants) await ledger.addTenant(id, id < 'm25' ? 'a' : 'b')
    const operationId = await ledger.planned('1')
    await startTargets(ledger.pool, { operationId, scopes: tenants })
    await ledger.catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
    await ledger.catalog.markNeedsRepair({ operationId, error: 'e', errorCode: 'COMPENSATION_FAILED' })
    const accepted = await acceptTargets(ledger.pool, { operationId, actor: 'rosa', note: 'seen', lists: false })
    expect(accepted).toEqual({ accepted: true, targets: [] })
    let tried = 0
    const away = async ({ target }: { target: { server: string } }): Promise<void> => {
      if (target.server === 'a') return
      tried += 1
      throw new TargetUnreachable('TARGET_UNREACHABLE', 'It is away.')
    }
    const work = { operationId, planHash: 'h' }
    expect(await markAccepted({ catalog: ledger.pool }, work, away)).toEqual({ marked: 15, left: 15 })
    expect(tried).toBeLessThan(15)
    expect(await markAccepted({ catalog: ledger.pool }, work, async () => {})).toEqual({ marked: 15, left: 0 })
  })

  test('is refused while the base is one of them', async () => {
    const project = `${ledger.project}-with-base`
    await createProject(ledger.pool, { id: project, base: { server: 'a', namespace: project }, actor: 'x' })
    await activateBase(ledger.pool, project)
    ledger.project = project
    const operationId = await ledger.planned('1')
    await ledger.catalog.startTarget({ operationId, key: 'base_project_ddl', scope: '' })
    await ledger.catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
    await ledger.catalog.markNeedsRepair({ operationId, error: 'e', errorCode: 'COMPENSATION_FAILED' })
    expect(await accept(operationId)).toEqual({ accepted: false, targets: [] })
  })
})

describe('where a run takes an operation up again', () => {
  const from = async (operationId: string) => (await standingOf(ledger.pool, operationId))?.from

  test('follows the ledger, state by state', async () => {
    const { catalog } = ledger
    const operationId = await failedTenant()
    const seen = [await from(operationId)]
    await hold(operationId)
    seen.push(await from(operationId))
    await catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
    seen.push(await from(operationId))
    await catalog.markNeedsRepair({ operationId, error: 'e', errorCode: 'COMPENSATION_FAILED' })
    seen.push(await from(operationId))
    expect(seen).toEqual(['forward', 'held', 'undo', 'repair'])
  })

  test('is nowhere before it is at work, and durable once it has persisted', async () => {
    const opened = await ledger.opened('1')
    expect(await from(opened)).toBeUndefined()
    await ledger.catalog.takeTurn({ operationId: opened, runId: opened })
    await ledger.catalog.planOperation({ operationId: opened })
    await ledger.catalog.persistSchema({ operationId: opened, attempt: 1 })
    expect(await from(opened)).toBe('durable')
  })
})
