import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { dumpAll } from '../../fixtures/dump.ts'
import { ADD_PRICE, columnsOf, markersOf, openFleet, plan, revisionOf, type TestFleet, target, work } from '../fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
})
afterAll(() => fleet.close())

describe('going forward', () => {
  it('runs the stage, leaves its marker and moves the revision', async () => {
    const t = await target(fleet, 'forward')
    expect(await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))).toEqual({ stagesRun: 1, stagesFoundApplied: 0 })
    expect(await columnsOf(fleet, 'forward')).toEqual(['id', 'name', 'price'])
    expect(await markersOf(fleet, 'forward')).toEqual(['1/1 applied'])
    expect(await revisionOf(fleet, 'forward')).toBe(2)
  })

  it('acts once when it is applied twice', async () => {
    const t = await target(fleet, 'twice')
    await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))
    expect(await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))).toEqual({ stagesRun: 0, stagesFoundApplied: 1 })
  })

  it('acts once when two tries run at the same moment', async () => {
    const t = await target(fleet, 'together')
    const both = await Promise.all([1, 2].map(() => applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))))
    expect(both.map(({ stagesRun }) => stagesRun).sort()).toEqual([0, 1])
  })

  it('moves the revision of a change that needs no DDL', async () => {
    const t = await target(fleet, 'logical')
    await applyPlanToTarget(fleet.pools, work(t, plan([{ sql: [] }, { sql: [] }])))
    expect(await revisionOf(fleet, 'logical')).toBe(2)
    await compensatePlanOnTarget(fleet.pools, work(t, plan([{ sql: [] }, { sql: [] }])))
    expect(await revisionOf(fleet, 'logical')).toBe(1)
  })

  it('leaves nothing of a stage whose last statement fails', async () => {
    const t = await target(fleet, 'halfway')
    const before = await dumpAll(fleet.client, 'halfway')
    const broken = plan([
      { sql: ['ALTER TABLE :"ns"."food" ADD COLUMN "a" text', 'ALTER TABLE :"ns"."nothing" ADD COLUMN "a" text'] },
      { sql: [] },
    ])
    await expect(applyPlanToTarget(fleet.pools, work(t, broken))).rejects.toMatchObject({
      name: 'StatementRefused',
      code: 'STATEMENT_REFUSED',
      message:
        'alpha/halfway: Postgres refused a statement: relation "halfway.nothing" does not exist (SQLSTATE 42P01).',
    })
    expect(await dumpAll(fleet.client, 'halfway')).toBe(before)
    expect(await markersOf(fleet, 'halfway')).toEqual([])
  })

  it('refuses a target that is at another revision, and says where it is', async () => {
    const t = await target(fleet, 'elsewhere')
    await fleet.client.query(`UPDATE schema_saga_target.target SET revision = 7 WHERE namespace = 'elsewhere'`)
    await expect(applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))).rejects.toThrow(/at revision 7/)
    expect(await markersOf(fleet, 'elsewhere')).toEqual([])
  })

  it('refuses a target that is at the same revision of another schema', async () => {
    const t = await target(fleet, 'other_hash')
    await fleet.client.query(`UPDATE schema_saga_target.target SET schema_hash = 'x' WHERE namespace = 'other_hash'`)
    await expect(applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))).rejects.toMatchObject({ name: 'TargetDrifted' })
  })

  it('refuses a namespace that was provisioned anew', async () => {
    const t = await target(fleet, 'anew')
    await fleet.client.query('DROP SCHEMA anew CASCADE')
    await target(fleet, 'anew', { incarnation: 'i2' })
    await expect(applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))).rejects.toThrow(/provisioned anew/)
    await expect(compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE))).rejects.toThrow(/provisioned anew/)
  })

  it('says so when the namespace is gone', async () => {
    const t = await target(fleet, 'gone')
    await fleet.client.query('DROP SCHEMA gone CASCADE')
    await expect(applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))).rejects.toMatchObject({ code: 'TARGET_GONE' })
  })
})

describe('compensation', () => {
  it('brings back what was there, and the revision', async () => {
    const t = await target(fleet, 'undone')
    const before = await dumpAll(fleet.client, 'undone')
    await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))
    expect(await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE))).toEqual({ touched: true, setAside: [] })
    expect(await dumpAll(fleet.client, 'undone')).toBe(before)
    expect(await revisionOf(fleet, 'undone')).toBe(1)
  })

  it('says the same again when its answer was lost', async () => {
    const t = await target(fleet, 'lost_answer')
    await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))
    const first = await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE))
    expect(await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE))).toEqual(first)
  })

  it('leaves only a tombstone where nothing was applied', async () => {
    const t = await target(fleet, 'untouched')
    const before = await dumpAll(fleet.client, 'untouched')
    expect(await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE))).toEqual({ touched: false, setAside: [] })
    expect(await markersOf(fleet, 'untouched')).toEqual(['1/1 compensated'])
    expect(await dumpAll(fleet.client, 'untouched')).toBe(before)
  })

  it('stops a try that arrives after the tombstone', async () => {
    const t = await target(fleet, 'zombie')
    await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE))
    await expect(applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))).rejects.toMatchObject({
      name: 'StaleEpoch',
      code: 'STALE_EPOCH',
    })
    expect(await columnsOf(fleet, 'zombie')).toEqual(['id', 'name'])
  })

  it('undoes the stages that were reached, last first', async () => {
    const t = await target(fleet, 'stages')
    const before = await dumpAll(fleet.client, 'stages')
    const addTwo = plan(
      [
        { sql: ['ALTER TABLE :"ns"."food" ADD COLUMN "a" text'] },
        { sql: [`SELECT schema_saga_target.drop_unused_column_v1(:'ns', 'food', 'a', '_aside_a')`] },
      ],
      [{ sql: ['ALTER TABLE :"ns"."nothing" ADD COLUMN "b" text'] }, { sql: ['SELECT 1/0'] }],
    )
    await expect(applyPlanToTarget(fleet.pools, work(t, addTwo))).rejects.toThrow()
    expect(await compensatePlanOnTarget(fleet.pools, work(t, addTwo))).toMatchObject({ touched: true })
    expect(await markersOf(fleet, 'stages')).toEqual(['1/1 compensated', '1/2 compensated'])
    expect(await dumpAll(fleet.client, 'stages')).toBe(before)
  })
})

describe('epochs', () => {
  it('goes forward again in epoch 2 after epoch 1 was compensated', async () => {
    const t = await target(fleet, 'again')
    await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))
    await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE))
    await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE, { epoch: 2 }))
    expect(await markersOf(fleet, 'again')).toEqual(['1/1 compensated', '2/1 applied'])
    expect(await revisionOf(fleet, 'again')).toBe(2)
  })

  it('compensates what an earlier epoch left', async () => {
    const t = await target(fleet, 'older')
    await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))
    expect(await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE, { epoch: 2 }))).toMatchObject({ touched: true })
    expect(await markersOf(fleet, 'older')).toEqual(['1/1 compensated', '2/1 compensated'])
    expect(await revisionOf(fleet, 'older')).toBe(1)
  })

  it('stops a try of an epoch that another has succeeded', async () => {
    const t = await target(fleet, 'succeeded')
    await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE, { epoch: 2 }))
    await expect(applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))).rejects.toMatchObject({ name: 'StaleEpoch' })
  })
})

describe('names', () => {
  it('takes namespaces with quotes and with what looks like a variable', async () => {
    for (const name of [`we"ird`, `o'clock`, `:"ns"`, `a:'ns'b`, `back\\slash`, 'Ünï cödé %s %I']) {
      const t = await target(fleet, name)
      await applyPlanToTarget(fleet.pools, work(t, ADD_PRICE))
      expect(await columnsOf(fleet, name)).toEqual(['id', 'name', 'price'])
      await compensatePlanOnTarget(fleet.pools, work(t, ADD_PRICE))
      expect(await columnsOf(fleet, name)).toEqual(['id', 'name'])
    }
  })
})
