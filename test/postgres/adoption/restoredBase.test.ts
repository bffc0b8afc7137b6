import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Target } from '../../../src/contract.ts'
import { schemaHashOf } from '../../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { loadPlan } from '../../../src/postgres/catalog/operations/plans.ts'
import { readSchema } from '../../../src/postgres/catalog/projects/projects.ts'
import { preflightFleet } from '../../../src/postgres/preflight/preflightFleet.ts'
import { applyPlanToTarget } from '../../../src/postgres/target/execute.ts'
import { dumpSchema } from '../../fixtures/dump.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { adds, alters, bringBaseBack, FOOD, preflight, restore } from './scene.ts'

let fleet: ProjectFleet
beforeEach(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  await fleet.addTenant('ada')
})
afterEach(() => fleet.close())

const DRINK = { type: 'create_model', name: 'drink' }
const base = () => fleet.targets.get('') as Target
const isLikeAda = async () =>
  (await dumpSchema(fleet.alpha, 'shop_base')) === (await dumpSchema(fleet.alpha, 'shop_ada'))

/** The bookkeeping as it was at that revision, as a backup of the whole database has it. */
async function forget(revision: number): Promise<void> {
  const { schema } = await readSchema(fleet.catalog, fleet.project, revision)
  await fleet.alpha.query(`DELETE FROM schema_saga_target.marker WHERE namespace = 'shop_base'`)
  await fleet.alpha.query(
    `UPDATE schema_saga_target.target SET revision = $1, schema_hash = $2 WHERE namespace = 'shop_base'`,
    [revision, schemaHashOf(revision, schema)],
  )
}

describe('a base that was restored from a backup', () => {
  beforeEach(async () => {
    for (const mutation of [adds('Size'), alters('rename', 'name', 'Title')]) await fleet.commit(mutation)
    await restore(fleet, base(), 2)
  })

  it('beside its bookkeeping is refused by name of what brings it up, and is brought up by that', async () => {
    expect(await preflight(fleet, DRINK)).toMatchObject([
      { scope: '', error: expect.stringMatching(/look like those of revision 2: `project catch-up`/) },
    ])
    await expect(bringBaseBack(fleet)).rejects.toThrow('waits for op-4')
    await fleet.catalog.query(`update schema_saga.operation set status = 'failed', turn = 'released' where id = 'op-4'`)
    expect(await bringBaseBack(fleet)).toEqual({ revision: 3, found: 2 })
    expect(await isLikeAda()).toBe(true)
    expect(await bringBaseBack(fleet)).toEqual({ revision: 3, found: 3 })
  })

  it('with its bookkeeping is so, too', async () => {
    await forget(2)
    expect(await bringBaseBack(fleet)).toEqual({ revision: 3, found: 2 })
    expect(await isLikeAda()).toBe(true)
  })

  it('and looks like no revision stays as it is, with the differences to the nearest', async () => {
    await fleet.alpha.query('ALTER TABLE shop_base.food ADD COLUMN odd integer')
    await expect(bringBaseBack(fleet)).rejects.toMatchObject({ code: 'TARGET_DRIFTED', details: { nearest: 2 } })
  })

  it('or is an empty namespace is made anew', async () => {
    await fleet.alpha.query('DROP SCHEMA shop_base CASCADE; CREATE SCHEMA shop_base')
    expect(await bringBaseBack(fleet)).toEqual({ revision: 3, found: 0 })
    expect(await isLikeAda()).toBe(true)
  })
})

it('a base that is gone says what brings it up, wherever that is noticed, and one that was renamed how it gets its name back', async () => {
  const renamed = expect.stringMatching(/RENAME TO "shop_base" brings it back\.$/)
  const cured = expect.stringMatching(
    /its namespace does not exist\. Restore it from a backup, or create it empty: `project catch-up` brings it up then\.$/,
  )
  const operationId = await fleet.begin(adds('Colour'))
  const { rows } = await fleet.catalog.query('select plan_hash as hash from schema_saga.operation where id = $1', [
    operationId,
  ])
  const { plan } = await loadPlan(fleet.catalog, operationId, rows[0].hash)
  const work = { target: base(), projectId: 'shop', operationId, epoch: 1, plan }
  const expected = projectSchema((await readSchema(fleet.catalog, fleet.project, 1)).schema)
  for (const [statement, message] of [
    ['ALTER SCHEMA shop_base RENAME TO elsewhere', renamed],
    ['DROP SCHEMA elsewhere CASCADE', cured],
  ] as const) {
    await fleet.alpha.query(statement)
    await expect(applyPlanToTarget(fleet.pools, work)).rejects.toMatchObject({ code: 'TARGET_GONE', message })
    await expect(bringBaseBack(fleet)).rejects.toMatchObject({ code: 'TARGET_GONE', message })
    const [problem] = await preflightFleet(fleet.pools, [base()], { plan, expected })
    expect(problem).toMatchObject({ errorCode: 'TARGET_GONE', error: message })
  }
})

it('what a failed operation has left half-way on the base is undone first', async () => {
  const operationId = await fleet.begin(adds('Colour'))
  const { rows } = await fleet.catalog.query('select plan_hash as hash from schema_saga.operation where id = $1', [
    operationId,
  ])
  const { plan } = await loadPlan(fleet.catalog, operationId, rows[0].hash)
  await applyPlanToTarget(fleet.pools, { target: base(), projectId: 'shop', operationId, epoch: 1, plan })
  const sql = `update schema_saga.operation set status = 'failed', turn = 'released' where id = $1`
  await fleet.catalog.query(sql, [operationId])
  expect(await bringBaseBack(fleet)).toMatchObject({ revision: 1 })
  expect(await isLikeAda()).toBe(true)
})
