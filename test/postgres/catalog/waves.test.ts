import { describe, expect, test } from 'vitest'
import type { OperationOptions } from '../../../src/contract.ts'
import { countHalting } from '../../../src/postgres/catalog/operations/haltThreshold.ts'
import { countWaves } from '../../../src/postgres/catalog/operations/waves.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()

async function planned(tenants: number, options: OperationOptions): Promise<string> {
  for (let index = 1; index <= tenants; index += 1) await ledger.addTenant(`t${index}`)
  const operationId = `${ledger.project}-1`
  await ledger.catalog.openOperation({ ...ledger.request(operationId), options })
  await ledger.catalog.takeTurn({ operationId, runId: operationId })
  await ledger.catalog.planOperation({ operationId })
  return operationId
}

async function waveOf(operationId: string): Promise<Record<string, number>> {
  const { rows } = await ledger.pool.query<{ scope: string; wave: number }>(
    `select scope, wave from schema_saga.operation_step
      where operation_id = $1 and key = 'tenant_ddl' and scope <> '' order by scope`,
    [operationId],
  )
  return Object.fromEntries(rows.map(({ scope, wave }) => [scope, wave]))
}

const sizes = (waves: Record<string, number>): Record<number, number> => {
  const counted: Record<number, number> = {}
  for (const wave of Object.values(waves)) counted[wave] = (counted[wave] ?? 0) + 1
  return counted
}

describe('waves', () => {
  test('bring the whole to their percentages, the canary first', async () => {
    const operationId = await planned(20, { canary: ['t7', 't3'], waves: [20, 50, 100] })
    const waves = await waveOf(operationId)
    expect([waves.t3, waves.t7]).toEqual([1, 1])
    expect(sizes(waves)).toEqual({ 1: 2, 2: 2, 3: 6, 4: 10 })
    expect(await countWaves(ledger.pool, operationId)).toBe(4)
  })

  test('the last one is the rest, also when nobody said 100%', async () => {
    expect(sizes(await waveOf(await planned(10, { waves: [10] })))).toEqual({ 1: 1, 2: 9 })
  })

  test('are the same at every try', async () => {
    const operationId = await planned(10, { waves: [50] })
    const before = await waveOf(operationId)
    await ledger.catalog.planOperation({ operationId })
    expect(await waveOf(operationId)).toEqual(before)
  })

  test('a canary that takes no part is refused', async () => {
    await expect(planned(2, { canary: ['nobody'] })).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' })
  })

  test('halt at as many failures as were named, or at a share of those begun', async () => {
    const operationId = await planned(10, { waves: [50], haltAt: '50%' })
    const step = (scope: string) => ({ operationId, key: 'tenant_ddl', scope }) as const
    expect(await countHalting(ledger.pool, operationId)).toEqual({ halts: false, failed: 0, begun: 0 })
    for (const id of ['t1', 't2', 't3']) await ledger.catalog.startTarget(step(id))
    await ledger.catalog.recordStep({ ...step('t1'), state: 'failed', error: 'e', errorCode: 'E' })
    expect(await countHalting(ledger.pool, operationId)).toEqual({ halts: false, failed: 1, begun: 3 })
    await ledger.catalog.recordStep({ ...step('t2'), state: 'failed', error: 'e', errorCode: 'E' })
    expect(await countHalting(ledger.pool, operationId)).toEqual({ halts: true, failed: 2, begun: 3 })
  })
})
