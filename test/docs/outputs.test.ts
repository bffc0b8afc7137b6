import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { operationText } from '../../src/commands/render/operationText.ts'
import type { OperationDocument, TenantCounts } from '../../src/contract.ts'
import { operationDocument } from '../commands/fakeSurroundings.ts'

const GUIDE = readFileSync(new URL('../../docs/failures.md', import.meta.url), 'utf8')
const NONE = { succeeded: 0, skipped: 0, failed: 0, parked: 0, compensated: 0, running: 0, pending: 0 }
const REFUSED =
  'alpha/shop_bob: the application raised an error: under audit (SQLSTATE P0001, event trigger audit, function audit()).'
const FAILED_BOB = { tenant: 'bob', state: 'failed', error_code: 'STATEMENT_REFUSED', error: REFUSED } as const

const of = (differences: Partial<OperationDocument>, tenants: Partial<TenantCounts>): string =>
  operationText(
    operationDocument({ type: 'add_field', ...differences, tenants: { ...NONE, total: 3, ...tenants } }),
    false,
  )

const undoneBase: OperationDocument['steps'][number] = {
  key: 'base_project_ddl',
  state: 'compensated',
  error: null,
  error_code: null,
  tries: 1,
  started_at: null,
  ended_at: null,
}

describe('the outputs in the failure guide are what the command prints', () => {
  test.each([
    [
      'compensate',
      of(
        {
          id: 'tenant-1',
          status: 'failed',
          base_revision: 2,
          revision: null,
          error_code: 'STATEMENT_REFUSED',
          error: `tenant schema propagation: tenant bob: ${REFUSED}`,
          problems: [FAILED_BOB],
          steps: [undoneBase],
        },
        { failed: 1, compensated: 1, pending: 1 },
      ),
    ],
    [
      'hold',
      of(
        {
          id: 'hold-1',
          status: 'needs_repair',
          base_revision: 2,
          revision: null,
          error_code: 'HELD',
          error: `held: tenant schema propagation: tenant bob: ${REFUSED}`,
          problems: [FAILED_BOB],
        },
        { succeeded: 1, failed: 1, pending: 1 },
      ),
    ],
    [
      'the cache',
      of(
        {
          id: 'cache-1',
          status: 'needs_repair',
          base_revision: 4,
          error_code: 'CACHE_UNAVAILABLE',
          error: 'refresh schema cache: the cache did not answer within 60 s.',
        },
        { succeeded: 3 },
      ),
    ],
    [
      'abort',
      of(
        {
          id: 'lock-1',
          status: 'cancelled',
          base_revision: 5,
          error_code: 'ABORTED',
          steps: [undoneBase],
          error: 'cancelled: the operation was aborted by rosa: peak hours.',
        },
        { compensated: 3 },
      ),
    ],
  ])('%s', (_, text) => {
    expect(GUIDE).toContain(`\`\`\`\n${text}\n\`\`\``)
  })
})
