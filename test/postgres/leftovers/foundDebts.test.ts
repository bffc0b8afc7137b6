import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '../../../src/contract.ts'
import { operationName } from '../../../src/physical/plan/operationName.ts'
import { recordFound } from '../../../src/postgres/catalog/debts/found.ts'
import { createProject } from '../../../src/postgres/catalog/projects/createProject.ts'
import { archiveProject } from '../../../src/postgres/catalog/projects/settings.ts'
import { removeTenant } from '../../../src/postgres/catalog/tenants/states.ts'
import { adds, bookkeepingOf, bringBack, FOOD, importAll, park, shown } from '../adoption/scene.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { atWork, begin, lookers, restoreBegun, settled, settleOn, toNumber } from './scene.ts'

let fleet: ProjectFleet
let bob: Target
let look: ReturnType<typeof lookers>
beforeAll(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  await fleet.addTenant('ada')
  bob = await fleet.addTenant('bob')
  look = lookers(fleet)
})
afterAll(() => fleet?.close())

const PROOF = 'ALTER TABLE shop_bob.food ADD CONSTRAINT _aside_proof_food_note CHECK (note IS NOT NULL) NOT VALID'
const onBob = () => atWork(fleet, 'shop_bob')
const owes = async () => (await shown(fleet, 'bob')).owes.map(({ operation, objects }) => [operation, objects])
const end = async (operationId: string, status: string) => {
  await fleet.catalog.query(`update schema_saga.operation set status = $2, turn = 'released' where id = $1`, [
    operationId,
    status,
  ])
}
const remove = (tenant: string) => removeTenant(fleet.catalog, { project: 'shop', tenant, actor: 'rosa', reason: null })

describe('what an operation that is over has left at work on a restored tenant', () => {
  it('is named by drift and the tenant, taken off by the reconciler, and harms no write any more', async () => {
    const id = await settled(fleet, toNumber('note'))
    await restoreBegun(fleet, bob, id)
    // Its column goes by another name by now, as after a later change.
    await fleet.alpha.query(`${PROOF}; ALTER TABLE shop_bob.food DROP COLUMN "_aside_${operationName(id)}_1_note"`)
    await expect(fleet.alpha.query(`INSERT INTO shop_bob.food (id) VALUES ('a')`)).rejects.toThrow('has no field')
    const sync = `schema_saga_sync_${operationName(id)}_1`
    const { drift } = await look.scanDrift()
    expect(drift).toMatchObject([{ tenants: ['bob'], differences: [{ kind: 'extra' }, { kind: 'extra' }] }])
    expect(await owes()).toEqual([
      [null, ['food: check _aside_proof_food_note']],
      [id, [`food: trigger of ${sync}`]],
    ])
    expect(await look.reconcile()).toMatchObject({ found: 1, done: 1, problems: [] })
    expect([await onBob(), await owes()]).toEqual([[], []])
    await fleet.alpha.query(`INSERT INTO shop_bob.food (id) VALUES ('a')`)
  })

  it('comes off before the next operation is begun, which otherwise waits and then names the tenant', async () => {
    await fleet.alpha.query(PROOF)
    const id = await fleet.begin(adds('Size'))
    await fleet.alpha.query('BEGIN; LOCK TABLE shop_bob.food IN ACCESS SHARE MODE')
    expect(await look.preflight(id)).toMatchObject([{ scope: 'bob', errorCode: 'LOCK_UNAVAILABLE' }])
    await fleet.alpha.query('ROLLBACK')
    expect(await look.preflight(id)).toEqual([])
    expect([await onBob(), await owes()]).toEqual([[], []])
    await end(id, 'cancelled')
  })

  it('is told with what undos have noted, if that is why something differs', async () => {
    await fleet.alpha.query(
      `ALTER TABLE shop_bob.food ALTER COLUMN name TYPE varchar;
       INSERT INTO schema_saga_target.drift (namespace, operation_id, object, what, rows_in_the_way)
       VALUES ('shop_bob', 'op-x', 'food.name', 'NOT NULL stays off', 2), ('shop_bob', 'op-x', 'food.note', 'unseen', 1)`,
    )
    const note = 'NOT NULL stays off (operation op-x)'
    expect((await look.scanDrift()).drift).toMatchObject([{ differences: [{ object: 'food.name', note }] }])
    expect((await look.reconcile()).problems).toMatchObject([{ error: `food.name is different (${note}).` }])
    await fleet.alpha.query(
      `ALTER TABLE shop_bob.food ALTER COLUMN name TYPE text; DELETE FROM schema_saga_target.drift`,
    )
  })

  it('comes off before what is missing is added', async () => {
    await fleet.alpha.query(`${PROOF}; ALTER TABLE shop_bob.food DROP COLUMN name`)
    expect(await look.repair(['bob'])).toMatchObject({ repaired: 1, failed: 0 })
    expect(await onBob()).toEqual([])
  })

  it('stays where that operation is still to be undone, which refuses others and is named with the way out', async () => {
    const failed = await fleet.begin(toNumber('name'))
    await begin(fleet, bob, failed)
    await end(failed, 'failed')
    const next = await fleet.begin(adds('Size'))
    expect(await look.preflight(next)).toMatchObject([
      {
        scope: 'bob',
        error: expect.stringMatching(`operation ${failed} has left work there .* park it, and .tenant unpark. `),
      },
    ])
    await end(next, 'cancelled')
    expect(await look.reconcile()).toMatchObject({ found: 1, done: 0, left: 1 })
    expect(await onBob()).toHaveLength(1)
    await park(fleet, 'bob')
    expect(await bringBack(fleet, 'bob')).toMatchObject({ revision: 2 })
    expect([await onBob(), await owes()]).toEqual([[], []])
  })

  it('is told of the operation that has a long id, too', async () => {
    const id = `${fleet.project}-an-operation-with-a-long-id`
    await fleet.catalog.query(
      `insert into schema_saga.operation select (jsonb_populate_record(o, jsonb_build_object('id', $1::text, 'seq', 999))).*
         from schema_saga.operation o where o.status = 'cancelled' limit 1`,
      [id],
    )
    await recordFound(fleet.catalog, 'shop', [{ scope: 'bob', operationName: operationName(id), object: 'x' }])
    expect(await owes()).toEqual([[id, ['x']]])
  })
})

describe('a tenant that was let go of while an operation had left something there', () => {
  const imported = async (project = 'shop') => await importAll(fleet, { like: 'shop_bob', project })

  it('is imported when it owes, and what was left comes off with that', async () => {
    await settled(fleet, adds('Size'))
    const id = await fleet.commit(toNumber('name'))
    for (const scope of ['', 'ada']) await settleOn(fleet, scope, id)
    expect(await onBob()).toHaveLength(1)
    await remove('bob')
    expect(await imported()).toMatchObject({ matched: [{ tenant: 'shop_bob' }] })
    expect(await onBob()).toEqual([])
  })

  it('is imported when an operation was half-way there, which is taken back first', async () => {
    await park(fleet, 'shop_bob')
    const id = await fleet.commit(toNumber('size'), ['ada'])
    const { incarnation } = (await bookkeepingOf(fleet, 'shop_bob')).target[0] as { incarnation: string }
    await begin(fleet, { ...bob, incarnation }, id)
    await remove('shop_bob')
    expect(await imported()).toMatchObject({
      parked: [{ differences: [expect.stringContaining('Its tables are those of revision 4')] }],
    })
    expect(await onBob()).toEqual([])
    expect(await bringBack(fleet, 'shop_bob')).toEqual({ revision: 5, found: 4 })
  })

  it('is imported as it is where nobody knows the operation any more and a person says so', async () => {
    await remove('shop_bob')
    await fleet.alpha.query(
      `INSERT INTO schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
       SELECT namespace, incarnation, 'far', 0, 1, 'started', 'p' FROM schema_saga_target.target WHERE namespace = 'shop_bob'`,
    )
    expect((await imported()).refused).toMatchObject([{ reason: expect.stringContaining('--take-over shop') }])
    expect(await importAll(fleet, { like: 'shop_bob', takeOver: 'shop' })).toMatchObject({
      matched: [{ tenant: 'shop_bob' }],
    })
  })

  it('is imported into another project when its own was archived', async () => {
    await fleet.alpha.query(PROOF)
    await archiveProject(fleet.catalog, { id: 'shop', actor: 'rosa' })
    await createProject(fleet.catalog, { id: 'other', base: null, actor: 'rosa' })
    expect(await importAll(fleet, { like: 'shop_bob', project: 'other', baseline: 'shop_bob' })).toMatchObject({
      matched: [{ tenant: 'shop_bob' }],
    })
    expect(await onBob()).toEqual([])
  })
})
