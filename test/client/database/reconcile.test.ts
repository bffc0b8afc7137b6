import { expect, test } from 'vitest'
import { type ReconcileMethods, reconcileMethods } from '../../../src/client/reconcile.ts'
import { useLedger } from '../../postgres/catalog/ledger.ts'
import { type Call, CONFIG, temporalStub } from '../temporalStub.ts'

const ledger = useLedger()

/** The methods, and what they have asked of Temporal. */
function methods(): { client: ReconcileMethods; calls: Call[] } {
  const { temporal, calls } = temporalStub({ execute: () => ({ done: 1 }) })
  const catchUp = () => Promise.reject(new Error('nobody is to catch up'))
  return { client: reconcileMethods({ config: CONFIG, catalog: ledger.pool, temporal }, catchUp), calls }
}

test('one project is reconciled by name, with or without more to say', async () => {
  const { client, calls } = methods()
  const { project } = ledger
  await client.reconcile(project)
  await client.reconcile({ project, dryRun: true, actor: 'rosa' })
  expect(calls.map(([, , options]) => options)).toMatchObject([
    { staticSummary: `the reconciler, on ${project}`, args: [{ project, dryRun: false, trigger: 'person' }] },
    {
      workflowId: expect.stringMatching(new RegExp(`^reconcile/${project}/[0-9a-f-]{36}$`)),
      staticSummary: `the reconciler, on ${project}, dry run`,
      args: [{ project, dryRun: true, actor: 'rosa', trigger: 'person' }],
    },
  ])
})

test('one operation is reconciled in its own project', async () => {
  const operation = await ledger.opened('1')
  const { client, calls } = methods()
  expect(await client.reconcileOneOperation(operation, { actor: 'rosa' })).toEqual({ done: 1 })
  expect(calls[0]?.[2]).toMatchObject({
    staticSummary: `the reconciler, on operation ${operation}`,
    args: [{ project: ledger.project, operation, actor: 'rosa', trigger: 'person' }],
  })
})

test('what does not exist is refused before a workflow starts', async () => {
  const { client, calls } = methods()
  await expect(client.reconcile('nowhere')).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
  await expect(client.reconcileOneOperation('nobody')).rejects.toMatchObject({ code: 'OPERATION_NOT_FOUND' })
  expect(calls).toEqual([])
})
