/** How an operation may end whose tenants came and went meanwhile. */
import { expect } from 'vitest'
import type { OperationDocument } from '../../src/contract.ts'
import { dumpSchema } from '../fixtures/dump.ts'
import type { Event } from './comings.ts'
import type { Stack } from './stack.ts'

interface Row {
  readonly id: string
  readonly state: string
  readonly revision: number
  readonly there: boolean
  readonly at: number | null
}

async function tenantsOf(stack: Stack, project: string): Promise<Row[]> {
  const { rows } = await stack.catalog.query<Omit<Row, 'there' | 'at'>>(
    'select id, state, revision from schema_saga.tenant where project_id = $1 order by id',
    [project],
  )
  const there = await stack.alpha.query<{ name: string; at: number | null }>(
    `select n.nspname as name, t.revision as at from pg_namespace n
       left join schema_saga_target.target t on t.namespace = n.nspname where n.nspname like $1`,
    [`${project}\\_%`],
  )
  return rows.map((row) => {
    const found = there.rows.find(({ name }) => name === `${project}_${row.id}`)
    return { ...row, there: found !== undefined, at: found?.at ?? null }
  })
}

/** The outcome is named, and what is there is what was named. */
export async function expectNamed(
  stack: Stack,
  project: string,
  operation: OperationDocument,
  events: readonly Event[],
): Promise<void> {
  const committed = operation.status === 'committed'
  expect(['committed', 'failed']).toContain(operation.status)
  if (!committed) {
    expect(events).toContain('drop')
    expect(operation).toMatchObject({ error_code: 'TARGET_GONE', error: expect.stringContaining('tenant c') })
  }
  const { revision } = await stack.client.showProject(project)
  expect(revision).toBe(committed ? 3 : 2)
  const shapes = new Map([[revision, await dumpSchema(stack.alpha, `${project}_base`)]])
  for (const { id, state, revision: at, ...place } of await tenantsOf(stack, project)) {
    if (state === 'active') expect([id, at]).toEqual([id, revision])
    else expect(['parked', 'suspended']).toContain(state)
    if (!place.there) {
      expect([id, events.includes('drop')]).toEqual(['c', true])
      continue
    }
    // The row, the target's own bookkeeping and the tables agree.
    expect([id, place.at]).toEqual([id, at])
    const shape = await dumpSchema(stack.alpha, `${project}_${id}`)
    expect([id, shape]).toEqual([id, shapes.get(at) ?? shape])
    shapes.set(at, shape)
  }
  expect(shapes.size).toBe(new Set(shapes.values()).size)
  await expectLedger(stack, operation, committed)
}

/** No record is left in the middle, and an operation that failed has left nothing behind, dropped or not. */
async function expectLedger(stack: Stack, { id }: OperationDocument, committed: boolean): Promise<void> {
  const steps = await stack.catalog.query<{ state: string }>(
    `select distinct state from schema_saga.operation_step where operation_id = $1 and key = 'tenant_ddl' and scope <> ''`,
    [id],
  )
  const named = committed ? ['succeeded', 'skipped'] : ['failed', 'compensated', 'pending', 'skipped']
  expect(named).toEqual(expect.arrayContaining(steps.rows.map(({ state }) => state)))
  if (committed) return
  const open = await stack.alpha.query(
    `select namespace from schema_saga_target.marker where operation_id = $1 and state in ('started', 'applied')`,
    [id],
  )
  expect(open.rows).toEqual([])
}
