import { describe, expect, test } from 'vitest'
import { inspection } from '../../../src/client/inspect.ts'
import { useLedger } from '../../postgres/catalog/ledger.ts'
import { applicationFailure, failedWorkflow } from '../failures.ts'
import { type Answers, type Call, CONFIG, temporalStub } from '../temporalStub.ts'

const ledger = useLedger()

type Inspection = ReturnType<typeof inspection>

/** The client's looks at a fleet, and what they have asked of Temporal. */
function looks(answers: Answers = {}): { client: Inspection; calls: Call[] } {
  const { temporal, calls } = temporalStub(answers)
  return { client: inspection({ config: CONFIG, catalog: ledger.pool, temporal }), calls }
}

describe('a look at a fleet', () => {
  test.each<[string, string, (client: Inspection, project: string) => Promise<unknown>, object]>([
    ['all targets', 'drift', (client, project) => client.drift(project), {}],
    ['one tenant', 'drift', (client, project) => client.drift(project, { tenant: 't1' }), { tenant: 't1' }],
    ['all tables', 'health', (client, project) => client.health(project), {}],
    ['some tables', 'health', (client, project) => client.health(project, { models: ['food'] }), { models: ['food'] }],
  ])('is a workflow, which returns the document: %s for %s', async (_, kind, look, more) => {
    await ledger.addTenant('t1')
    await ledger.committed('1', 'food', ['t1'])
    const { client, calls } = looks({ execute: () => ({ kind }) })
    const { project } = ledger
    expect(await look(client, project)).toEqual({ kind })
    expect(calls).toEqual([
      [
        'execute',
        'inspectFleet',
        {
          workflowId: expect.stringMatching(new RegExp(`^inspect/${project}/${kind}/[0-9a-f-]{36}$`)),
          taskQueue: 'saga-test',
          staticSummary: `${kind} of ${project}`,
          args: [{ project, kind, ...more }],
        },
      ],
    ])
  })

  test.each<[string, (client: Inspection, project: string) => Promise<unknown>, string]>([
    ['drift of no project', (client) => client.drift('nowhere'), 'PROJECT_NOT_FOUND'],
    ['health of no project', (client) => client.health('nowhere'), 'PROJECT_NOT_FOUND'],
    ['drift of no tenant', (client, project) => client.drift(project, { tenant: 't9' }), 'TENANT_NOT_FOUND'],
    ['health of no model', (client, project) => client.health(project, { models: ['ghost'] }), 'MODEL_NOT_FOUND'],
  ])('at what does not exist is refused before a workflow starts: %s', async (_, look, code) => {
    const { client, calls } = looks()
    await expect(look(client, ledger.project)).rejects.toMatchObject({ code })
    expect(calls).toEqual([])
  })

  test('fails with the code of its activity', async () => {
    const { client } = looks({
      execute: () => {
        throw failedWorkflow(applicationFailure('TargetUnreachable', 'TARGET_UNREACHABLE', 'alpha does not answer.'))
      },
    })
    await expect(client.drift(ledger.project)).rejects.toMatchObject({
      name: 'TargetUnreachable',
      code: 'TARGET_UNREACHABLE',
    })
  })
})
