import { describe, expect, test, vi } from 'vitest'
import type { OperationHandle } from '../../src/client/operationHandle.ts'
import type { PlanDocument } from '../../src/client/plan/document.ts'
import { handleOf, operationDocument, runCommand } from './fakeSurroundings.ts'

const FOOD = { type: 'create_model', name: 'food' }
const applying = operationDocument({ status: 'applying', revision: null, ended_at: null })

describe('apply', () => {
  test('passes its flags on and prints the id first', async () => {
    const flags = ['--id', 'op-1', '--parallel', '2', '--plan-hash', 'h', '--on-tenant-failure', 'compensate']
    const { stdout, exitCode, calls } = await runCommand(['apply', 'shop', '-', '--actor', 'ada', ...flags], {
      apply: async () => handleOf(applying, operationDocument()),
    })
    const options = { actor: 'ada', operationId: 'op-1', parallel: 2, planHash: 'h', onTenantFailure: 'compensate' }
    expect(calls).toEqual([['apply', 'shop', FOOD, options], ['close']])
    expect(stdout).toBe(
      [
        'operation op-1',
        'committed: create_model on shop, operation op-1, attempt 1',
        'revision: 0 -> 1',
        'tenants: 2 (2 succeeded)',
        '',
      ].join('\n'),
    )
    expect(exitCode).toBe(0)
  })

  test('prints one document and nothing else with --json', async () => {
    const { stdout, stderr } = await runCommand(['apply', 'shop', '-', '--json'], {
      apply: async () => handleOf(applying, operationDocument()),
    })
    expect(JSON.parse(stdout)).toEqual({ operation: operationDocument() })
    expect(stderr).toContain('operation op-1')
  })

  test('tells what was undone', async () => {
    const failed = operationDocument({
      status: 'failed',
      revision: null,
      error: 'tenant schema propagation: tenant bob: two rows',
      error_code: 'DATA_REJECTED',
      steps: [
        {
          key: 'base_project_ddl',
          state: 'compensated',
          error: null,
          error_code: null,
          tries: 1,
          started_at: null,
          ended_at: null,
        },
      ],
      tenants: { total: 3, succeeded: 0, skipped: 0, failed: 1, parked: 0, compensated: 1, running: 0, pending: 1 },
      problems: [{ tenant: 'bob', state: 'failed', error_code: 'DATA_REJECTED', error: 'two rows' }],
    })
    const { stdout, exitCode } = await runCommand(['apply', 'shop', '-'], { apply: async () => handleOf(failed) })
    expect(stdout).toContain('error DATA_REJECTED: tenant schema propagation: tenant bob: two rows')
    expect(stdout).toContain('  bob failed DATA_REJECTED: two rows')
    expect(stdout).toContain('undone: the base and 1 tenant\n')
    expect(exitCode).toBe(4)
  })

  test('says how a repair goes', async () => {
    const broken = operationDocument({ status: 'needs_repair', error: 'undo: bob', error_code: 'COMPENSATION_FAILED' })
    const { stdout, exitCode } = await runCommand(['apply', 'shop', '-'], { apply: async () => handleOf(broken) })
    expect(stdout).toContain('schema-saga operation retry op-1')
    expect(exitCode).toBe(5)
  })

  test('prints the plan with --dry-run and submits nothing', async () => {
    const facts = { scans_table: false, touches_rows: false }
    const CHANGE = { kind: 'createTable', alters: 'food', transactional: true, lock: 'ACCESS EXCLUSIVE', ...facts }
    const plan: PlanDocument = {
      base_revision: 0,
      next_revision: 1,
      hash: 'h',
      unchanged: false,
      changes: [CHANGE],
      forward: [{ stage: 1, kind: 'transaction', sql: ['CREATE TABLE :"ns"."food" ("id" varchar(36))'] }],
      compensation: [{ stage: 1, kind: 'transaction', sql: ['DROP TABLE :"ns"."food"'] }],
      way_back: null,
      proof: null,
      settle: ['DROP TRIGGER "t" ON :"ns"."food"'],
      checks: [{ table: 'food', counts: 'row', what: 'without a value in "name"', sql: 'SELECT 1' }],
      hazards: [],
      code: [],
      code_left_out: 0,
      triggers: [],
      triggers_left_out: 0,
      looked_at: null,
      targets: { total: 3, to_do: 3, done: 0, blocked: 0 },
    }
    const { stdout, calls } = await runCommand(['apply', 'shop', '-', '--dry-run'], { plan: async () => plan })
    expect(calls).toEqual([['plan', 'shop', FOOD], ['close']])
    expect(stdout).toContain('CREATE TABLE :"ns"."food"')
    expect(stdout).toContain('DROP TABLE :"ns"."food"')
    expect(stdout).toContain('refused by:\n  rows of food without a value in "name"')
    expect(stdout).toContain('once it is committed everywhere:\n  DROP TRIGGER')
    expect(stdout).toContain('changes:\n  createTable food: ACCESS EXCLUSIVE')
    expect(stdout).toContain('targets: 3 (3 to do, 0 done, 0 blocked)')
  })

  test('returns at once with --detach, with all keys of the document', async () => {
    const { stdout, exitCode } = await runCommand(['apply', 'shop', '-', '--detach', '--json'], {
      apply: async () => handleOf(applying),
    })
    const { operation } = JSON.parse(stdout) as { operation: object }
    expect(Object.keys(operation).sort()).toEqual(Object.keys(operationDocument()).sort())
    expect(operation).toMatchObject({ id: 'op-1', status: 'pending', workflow_id: 'schema/shop/op-1' })
    expect(exitCode).toBe(0)
  })

  test('lets go at Ctrl-C and says how to watch the operation', async () => {
    const endless: OperationHandle = {
      ...handleOf(applying),
      watch: async function* () {
        yield applying
        await new Promise(() => {})
      },
    }
    const forget = vi.fn()
    const { stdout, exitCode } = await runCommand(
      ['apply', 'shop', '-'],
      { apply: async () => endless },
      {
        onInterrupt: (callback) => {
          setImmediate(callback)
          return forget
        },
      },
    )
    expect(stdout).toContain('continues without you; watch it with: schema-saga operation watch op-1')
    expect(exitCode).toBe(130)
    expect(forget).toHaveBeenCalledOnce()
  })
})
