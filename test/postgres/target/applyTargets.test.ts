import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { applyTargets } from '../../../src/postgres/target/stage/protocol.ts'
import { ADD_PRICE, columnsOf, markersOf, openFleet, plan, revisionOf, type TestFleet, target, work } from '../fleet.ts'

let fleet: TestFleet
let session: pg.Client
beforeAll(async () => {
  fleet = await openFleet()
  session = await fleet.connect()
})
afterAll(() => fleet.close())

describe('many targets in one call', () => {
  it('are done one by one, up to the first that fails', async () => {
    const all = [await target(fleet, 'first'), await target(fleet, 'second'), await target(fleet, 'third')]
    await fleet.client.query(`UPDATE schema_saga_target.target SET revision = 7 WHERE namespace = 'second'`)
    const works = all.map((each) => work(each, ADD_PRICE))
    await expect(applyTargets(session, works)).rejects.toThrow(/at revision 7/)
    expect([await markersOf(fleet, 'first'), await revisionOf(fleet, 'first')]).toEqual([['1/1 applied'], 2])
    expect([await markersOf(fleet, 'second'), await columnsOf(fleet, 'second')]).toEqual([[], ['id', 'name']])
    expect([await markersOf(fleet, 'third'), await revisionOf(fleet, 'third')]).toEqual([[], 1])
  })

  it('leave alone what an earlier try has committed', async () => {
    const [done, open] = [await target(fleet, 'done'), await target(fleet, 'open')]
    await applyTargets(session, [work(done, ADD_PRICE)])
    await applyTargets(session, [work(done, ADD_PRICE), work(open, ADD_PRICE)])
    expect([await markersOf(fleet, 'done'), await revisionOf(fleet, 'done')]).toEqual([['1/1 applied'], 2])
    expect([await markersOf(fleet, 'open'), await revisionOf(fleet, 'open')]).toEqual([['1/1 applied'], 2])
  })

  it('leave the settings of the session as they were, for whoever has it next', async () => {
    await applyTargets(session, [work(await target(fleet, 'settings'), ADD_PRICE)])
    const { rows } = await session.query('SHOW enable_seqscan')
    expect(rows).toEqual([{ enable_seqscan: 'on' }])
  })

  it('are refused to a late try, and keep the undo that came before it', async () => {
    const late = await target(fleet, 'late')
    await compensatePlanOnTarget(fleet.pools, work(late, ADD_PRICE))
    await expect(applyTargets(session, [work(late, ADD_PRICE)])).rejects.toThrow(/is compensated already/)
    expect([await columnsOf(fleet, 'late'), await revisionOf(fleet, 'late')]).toEqual([['id', 'name'], 1])
  })

  it('are refused to an epoch that another one has succeeded', async () => {
    const old = await target(fleet, 'old')
    const { operationId, epoch, plan: made } = work(old, ADD_PRICE)
    await fleet.client.query(
      `INSERT INTO schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
       VALUES ('old', $1, $2, $3, 1, 'compensated', $4)`,
      [old.incarnation, operationId, epoch + 1, made.hash],
    )
    await expect(applyTargets(session, [work(old, ADD_PRICE)])).rejects.toThrow(/has been succeeded by another/)
    expect([await columnsOf(fleet, 'old'), await revisionOf(fleet, 'old')]).toEqual([['id', 'name'], 1])
  })

  it('are not done where the namespace is gone, even by statements that would not mind', async () => {
    const gone = await target(fleet, 'went')
    await fleet.client.query('DROP SCHEMA went CASCADE')
    const quiet = plan([{ sql: ['DROP INDEX IF EXISTS :"ns"."nothing"'] }, { sql: [] }])
    await expect(applyTargets(session, [work(gone, quiet)])).rejects.toMatchObject({ code: 'SS004' })
    expect([await markersOf(fleet, 'went'), await revisionOf(fleet, 'went')]).toEqual([[], 1])
  })

  it('keep the name of the table of what is set aside', async () => {
    const renamed = await target(fleet, 'renamed', {
      statements: ['CREATE TABLE :"ns"."food" ("id" text PRIMARY KEY, "_aside_1_price" text)'],
    })
    await fleet.client.query(
      `INSERT INTO schema_saga_target.set_aside (namespace, incarnation, operation_id, epoch, stage, direction, kind,
         table_name, column_name, aside_name, relation)
       VALUES ('renamed', $1, 'earlier', 0, 1, 'forward', 'column', 'food', 'price', '_aside_1_price', 'renamed.food'::regclass)`,
      [renamed.incarnation],
    )
    const rename = plan([{ sql: ['ALTER TABLE :"ns"."food" RENAME TO "dish"'] }, { sql: [] }])
    await applyTargets(session, [work(renamed, rename)])
    const { rows } = await fleet.client.query(
      `SELECT table_name FROM schema_saga_target.set_aside WHERE namespace = 'renamed'`,
    )
    expect(rows).toEqual([{ table_name: 'dish' }])
  })
})
