import { describe, expect, test } from 'vitest'
import { provision } from '../../src/client/fleet/provision.ts'
import { applicationFailure, failedWorkflow } from './failures.ts'
import { CONFIG, temporalStub } from './temporalStub.ts'

const BASE = { project: 'shop', scope: '', server: 'alpha', namespace: 'shop_base', actor: 'rosa' }
const TENANT = { ...BASE, scope: 't1', namespace: 'shop_t1' }

describe('provisioning', () => {
  test('is a workflow with the name of its target, and one that is under way is joined', async () => {
    const { temporal, calls } = temporalStub({ execute: () => undefined })
    await provision({ config: CONFIG, temporal }, BASE)
    await provision({ config: CONFIG, temporal }, TENANT)
    const options = { taskQueue: 'saga-test', workflowIdConflictPolicy: 'USE_EXISTING' }
    expect(calls).toEqual([
      [
        'execute',
        'provisionTenant',
        { ...options, workflowId: 'provision/shop', staticSummary: 'base of shop', args: [BASE] },
      ],
      [
        'execute',
        'provisionTenant',
        { ...options, workflowId: 'provision/shop/t/t1', staticSummary: 'tenant t1 of shop', args: [TENANT] },
      ],
    ])
  })

  test('fails as its activity did, and as Temporal did otherwise', async () => {
    const refused = applicationFailure('RequestRefused', 'SERVER_NOT_FOUND', 'Server "alpha" does not exist.')
    const lost = new Error('connection reset')
    for (const [thrown, expected] of [
      [failedWorkflow(refused), { name: 'RequestRefused', code: 'SERVER_NOT_FOUND' }],
      [lost, { message: 'connection reset' }],
    ] as const) {
      const { temporal } = temporalStub({
        execute: () => {
          throw thrown
        },
      })
      await expect(provision({ config: CONFIG, temporal }, TENANT)).rejects.toMatchObject(expected)
    }
  })
})
