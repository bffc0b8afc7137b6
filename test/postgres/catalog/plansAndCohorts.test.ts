import { expect, test } from 'vitest'
import { useLedger } from './ledger.ts'

const ledger = useLedger()

test('a plan that is not the one asked for is refused, and nothing is recorded of it', async () => {
  const { catalog, pool } = ledger
  const operationId = `${ledger.project}-1`
  await catalog.openOperation({ ...ledger.request(operationId), options: { planHash: 'another' } })
  await expect(catalog.planOperation({ operationId })).rejects.toMatchObject({ code: 'PLAN_CHANGED' })
  const { rowCount } = await pool.query('select from schema_saga.operation_plan where operation_id = $1', [operationId])
  expect(rowCount).toBe(0)
  expect((await catalog.readOperation({ operationId })).status).toBe('pending')
})

test('two tries that plan at the same moment agree on one plan, and a later attempt keeps its own', async () => {
  const { catalog, pool } = ledger
  const operationId = await ledger.opened('1')
  const plans = await Promise.all([catalog.planOperation({ operationId }), catalog.planOperation({ operationId })])
  expect(new Set(plans.map((plan) => plan.hash)).size).toBe(1)
  await pool.query('update schema_saga.operation set attempt = 2 where id = $1', [operationId])
  await catalog.planOperation({ operationId })
  const { rows } = await pool.query(
    'select attempt from schema_saga.operation_plan where operation_id = $1 order by attempt',
    [operationId],
  )
  expect(rows).toEqual([{ attempt: 1 }, { attempt: 2 }])
})

test('SQL and hazards in a plan’s result are capped at 64 KiB each, and what is left out is counted', async () => {
  const { catalog, pool } = ledger
  const operationId = await ledger.planned('1')
  await pool.query(
    `update schema_saga.operation_plan
        set plan = jsonb_set(jsonb_set(plan, '{forward,0,sql}', (select jsonb_agg(repeat('x', 1024)) from generate_series(1, 70))),
              '{hazards}', (select jsonb_agg(jsonb_build_object('name', 'X', 'detail', repeat('x', 1024))) from generate_series(1, 70)))
      where operation_id = $1`,
    [operationId],
  )
  const { forwardSql, sqlLeftOut, hazards, hazardsLeftOut } = await catalog.planOperation({ operationId })
  expect(forwardSql).toHaveLength(64)
  // Six of the 70, and the one statement of the undo.
  expect(sqlLeftOut).toBe(7)
  expect([hazards?.length, hazardsLeftOut]).toEqual([64, 6])
})

test('a page has at most as many cohorts as asked for, numbered per server, whatever the number of servers', async () => {
  for (const [index, server] of ['a', 'b', 'c', 'a', 'b', 'a'].entries()) await ledger.addTenant(`t${index}`, server)
  const operationId = await ledger.planned('1')
  const names: string[] = []
  let after = null
  for (;;) {
    const request = { operationId, select: 'behind', after, limit: 2, cohortSize: 2 } as const
    const { cohorts } = await ledger.catalog.listCohorts(request)
    expect(cohorts.length).toBeLessThanOrEqual(2)
    if (cohorts.length === 0) break
    names.push(...cohorts.map((cohort) => `${cohort.name}:${cohort.size}`))
    after = cohorts.at(-1) ?? null
  }
  expect(names).toEqual(['a-1:2', 'a-2:1', 'b-1:2', 'c-1:1'])
})

test('ids are paged in the order of their bytes, so that none falls between two cohorts', async () => {
  const ids = ['ab', 'a-b', 'a_b', 'a1', 'aa', 'b']
  for (const id of ids) await ledger.addTenant(id)
  const operationId = await ledger.planned('1')
  const listed: string[] = []
  const request = { operationId, select: 'behind', after: null, limit: 9, cohortSize: 1 } as const
  for (const cohort of (await ledger.catalog.listCohorts(request)).cohorts) {
    const { targets } = await ledger.catalog.listCohortTargets({ operationId, select: 'behind', cohort })
    listed.push(...targets.map((target) => target.scope))
  }
  expect(listed).toEqual([...ids].sort())
})

test('a tenant that failed in this operation is not brought forward again, but is undone', async () => {
  for (const id of ['t1', 't2']) await ledger.addTenant(id)
  const operationId = await ledger.planned('1')
  const step = { operationId, key: 'tenant_ddl', scope: 't1' } as const
  await ledger.catalog.startTarget(step)
  await ledger.catalog.recordStep({ ...step, state: 'failed', error: 'no', errorCode: 'E' })
  const page = { operationId, after: null, limit: 5, cohortSize: 5 } as const
  for (const [select, scope] of [['behind', 't2'] as const, ['started', 't1'] as const]) {
    const [cohort] = (await ledger.catalog.listCohorts({ ...page, select })).cohorts
    if (cohort === undefined) throw new Error('a cohort is expected')
    const { targets } = await ledger.catalog.listCohortTargets({ operationId, select, cohort })
    expect(targets.map((target) => target.scope)).toEqual([scope])
  }
})
