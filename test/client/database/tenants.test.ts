import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { beforeEach, describe, expect, test } from 'vitest'
import { tenantClient } from '../../../src/client/tenantClient.ts'
import type { TenantClient } from '../../../src/client/tenantTypes.ts'
import { defaultActor } from '../../../src/config.ts'
import { useLedger } from '../../postgres/catalog/ledger.ts'
import { applicationFailure, failedWorkflow } from '../failures.ts'
import { type Answers, type Call, CONFIG, temporalStub } from '../temporalStub.ts'

const ledger = useLedger()
beforeEach(() => ledger.addTenant('t1'))

/** The methods for tenants, and what they have asked of Temporal. */
function methods(answers: Answers = {}): { client: TenantClient; calls: Call[] } {
  const { temporal, calls } = temporalStub(answers)
  return { client: tenantClient({ config: CONFIG, catalog: ledger.pool, temporal }), calls }
}

const failing = (error: Error): Answers => ({
  execute: () => {
    throw error
  },
})

describe('a tenant is put aside and taken out in the ledger alone', () => {
  test('parked or suspended, with who and why', async () => {
    const { client, calls } = methods()
    const { project } = ledger
    await ledger.addTenant('t2')
    expect(await client.parkTenant(project, 't1', { actor: 'rosa', reason: 'moves away' })).toMatchObject({
      id: 't1',
      state: 'parked',
    })
    expect(await client.suspendTenant(project, 't2')).toMatchObject({ id: 't2', state: 'suspended' })
    const { rows } = await ledger.pool.query(
      `select actor, details ->> 'tenant' as tenant from schema_saga.audit where project_id = $1 order by id`,
      [project],
    )
    expect(rows.slice(-2)).toEqual([
      { actor: 'rosa', tenant: 't1' },
      { actor: defaultActor(), tenant: 't2' },
    ])
    expect(calls).toEqual([])
  })

  test('removed, and told as it was', async () => {
    const { client } = methods()
    expect(await client.removeTenant(ledger.project, 't1')).toMatchObject({ id: 't1', state: 'active' })
    await expect(client.showTenant(ledger.project, 't1')).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' })
  })

  test('listed page by page, in a project that exists', async () => {
    const { client } = methods()
    await ledger.addTenant('t2')
    const first = await client.listTenantPage(ledger.project, { limit: 1 })
    expect(first).toMatchObject({ tenants: [{ id: 't1' }], next: 't1' })
    expect(await client.listTenantPage(ledger.project, { after: 't1' })).toMatchObject({
      tenants: [{ id: 't2' }],
      next: null,
    })
    await expect(client.listTenantPage('nowhere')).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
  })
})

describe('a tenant is brought back by a workflow', () => {
  test.each([
    ['unparkTenant', { from: 'parked' }],
    ['resumeTenant', { from: 'suspended' }],
    ['catchUpTenant', {}],
  ] as const)('%s', async (method, from) => {
    const { client, calls } = methods({ execute: () => ({}) })
    const { project } = ledger
    expect(await client[method](project, 't1', { actor: 'rosa' })).toMatchObject({ id: 't1' })
    expect(calls).toEqual([
      [
        'execute',
        'catchUpTenant',
        {
          workflowId: `catch-up/${project}/t/t1`,
          workflowIdConflictPolicy: 'USE_EXISTING',
          taskQueue: 'saga-test',
          staticSummary: `tenant t1 of ${project} catches up`,
          args: [{ project, tenant: 't1', actor: 'rosa', ...from }],
        },
      ],
    ])
  })

  test('and one that does not exist is refused before a workflow starts', async () => {
    const { client, calls } = methods()
    await expect(client.unparkTenant(ledger.project, 't9')).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' })
    expect(calls).toEqual([])
  })

  test('with the reason when it stays parked', async () => {
    const { client } = methods(
      failing(failedWorkflow(applicationFailure('TargetDrifted', 'TARGET_DRIFTED', 'Table food has another column.'))),
    )
    await expect(client.unparkTenant(ledger.project, 't1')).rejects.toMatchObject({
      name: 'TargetDrifted',
      code: 'TARGET_DRIFTED',
      message: 'Table food has another column.',
    })
  })
})

describe('an import', () => {
  const FROM = { server: 'a', like: 'shop_%', dryRun: true, actor: 'rosa' }

  test('is a workflow of the project, which returns what was found', async () => {
    const { client, calls } = methods({ execute: () => ({ found: 3 }) })
    const { project } = ledger
    expect(await client.importTenants(project, FROM)).toEqual({ found: 3 })
    expect(calls).toEqual([
      [
        'execute',
        'importTenants',
        {
          workflowId: `import/${project}`,
          workflowIdConflictPolicy: 'FAIL',
          taskQueue: 'saga-test',
          staticSummary: `import of shop_% on a into ${project}`,
          args: [{ project, ...FROM }],
        },
      ],
    ])
  })

  test.each<[string, string | null, object, string]>([
    ['an empty pattern', null, { like: '' }, 'INPUT_INVALID'],
    ['no such project', 'nowhere', {}, 'PROJECT_NOT_FOUND'],
    ['no such server', null, { server: 'z' }, 'SERVER_NOT_FOUND'],
  ])('is refused before a workflow starts: %s', async (_, project, part, code) => {
    const { client, calls } = methods()
    await expect(client.importTenants(project ?? ledger.project, { ...FROM, ...part })).rejects.toMatchObject({ code })
    expect(calls).toEqual([])
  })

  test('is refused while another one is under way', async () => {
    const { client } = methods(
      failing(new WorkflowExecutionAlreadyStartedError('started', 'import/shop', 'importTenants')),
    )
    await expect(client.importTenants(ledger.project, FROM)).rejects.toMatchObject({
      name: 'RequestRefused',
      code: 'IN_PROGRESS',
    })
  })
})

describe('a project', () => {
  test('has the settings that it is given as texts', async () => {
    const { client } = methods()
    expect(await client.setProject(ledger.project, ['max_parked=5%', 'hold_before_purge=7d'])).toMatchObject({
      id: ledger.project,
      settings: { max_parked: '5%', hold_before_purge_ms: 604_800_000 },
    })
    await expect(client.setProject(ledger.project, ['colour=red'])).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      path: 'colour',
    })
  })

  test('is taken out of use, but not while an operation is not over', async () => {
    const { client } = methods()
    await ledger.opened('1')
    await expect(client.archiveProject(ledger.project)).rejects.toMatchObject({ code: 'IN_PROGRESS' })
    const idle = await ledger.newProject()
    expect(await client.archiveProject(idle, { actor: 'rosa' })).toMatchObject({
      id: idle,
      archived_at: expect.stringMatching(/^20\d\d-/),
    })
  })
})
