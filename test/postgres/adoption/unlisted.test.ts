import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadPlan } from '../../../src/postgres/catalog/operations/plans.ts'
import { removeTenant } from '../../../src/postgres/catalog/tenants/states.ts'
import { scanDrift } from '../../../src/postgres/drift/drift.ts'
import { findAsideObjects } from '../../../src/postgres/setAside/objects.ts'
import { purgeSetAside } from '../../../src/postgres/setAside/purge.ts'
import { findUnlisted } from '../../../src/postgres/setAside/unlisted.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'
import { adds, alters, bringBack, FOOD, importAll, park } from './scene.ts'

let fleet: ProjectFleet
let deleted: string
beforeAll(async () => {
  fleet = await openProjectFleet()
  await fleet.commit(FOOD)
  for (const id of ['ada', 'bob', 'eve']) {
    await fleet.addTenant(id)
    await fleet.alpha.query(`INSERT INTO shop_${id}.food (id, name, note) VALUES ('a', 'x', 'precious')`)
  }
  deleted = await fleet.commit(alters('delete', 'note'))
})
afterAll(() => fleet?.close())

/** What `pg_dump -n` does not take along: the tables are there, and nothing that was said of them. */
async function lose(tenant: string, { registration }: { registration: boolean }): Promise<void> {
  await fleet.alpha.query(
    `DELETE FROM schema_saga_target.set_aside WHERE namespace = 'shop_${tenant}' AND table_name = 'food'`,
  )
  if (!registration) return
  await fleet.alpha.query(`DELETE FROM schema_saga_target.marker WHERE namespace = 'shop_${tenant}'`)
  await fleet.alpha.query(`DELETE FROM schema_saga_target.target WHERE namespace = 'shop_${tenant}'`)
}

const access = () => ({ catalog: fleet.catalog, targetPools: fleet.pools })
const drifted = async (tenant: string) =>
  (await scanDrift({ catalog: fleet.catalog, pools: fleet.pools, project: fleet.project, tenant })).drift.flatMap(
    ({ differences }) => differences.map(({ object, kind }) => `${object} ${kind}`),
  )
const objectOn = async (tenant: string) =>
  (await findAsideObjects(access(), fleet.project)).objects.find(({ rows }) =>
    rows.some(({ target }) => target.namespace === `shop_${tenant}`),
  )

/** What a revert of the deletion finds on a target. */
const revives = (tenant: string, kind = 'column', name = `_aside_${deleted}_1_note`) =>
  fleet.alpha.query(`SELECT schema_saga_target.revive_v1('shop_${tenant}', $1, $2, true, '{}', '{}') AS there`, [
    kind,
    name,
  ])

describe('what is set aside', () => {
  it('is in no doubt where one stage sets a column aside, and then its table', async () => {
    const visit = { model_name: 'visit', field_name: 'seats' }
    await fleet.commit({
      type: 'publish_schema_changeset',
      mutations: [
        { type: 'create_model', name: 'visit' },
        { type: 'add_field', model_name: 'visit', field_label: 'Seats', field_type: 'text' },
      ],
    })
    const gone = await fleet.commit({
      type: 'publish_schema_changeset',
      mutations: [
        { type: 'model_field_operation', operation: 'delete', ...visit },
        { type: 'delete_model', model_name: 'visit' },
      ],
    })
    expect(await drifted('ada')).toEqual([])
    const { rows } = await fleet.alpha.query(
      `SELECT relation = to_regclass(format('%I.%I', namespace, table_name)) AS found, table_name <> 'visit' AS hidden
         FROM schema_saga_target.set_aside
        WHERE namespace = 'shop_ada' AND operation_id = $1 AND kind = 'column'`,
      [gone],
    )
    expect(rows).toEqual([{ found: true, hidden: true }])
  })
})

describe('what is set aside in tables that came without their bookkeeping', () => {
  it('is listed by an import, so that a revert brings it back and purge holds it', async () => {
    await removeTenant(fleet.catalog, { project: 'shop', tenant: 'bob', actor: 'rosa', reason: null })
    await lose('bob', { registration: true })
    expect((await importAll(fleet, { like: 'shop_bob' })).matched).toHaveLength(1)
    expect(await objectOn('bob')).toMatchObject({ operationId: deleted, direction: 'forward', name: 'food.note' })
    const object = await objectOn('bob')
    const row = object?.rows.find(({ target }) => target.namespace === 'shop_bob')
    expect(row?.verdict).toMatchObject({ when: 'held', due: false })
    expect((await revives('bob')).rows).toEqual([{ there: true }])
  })

  it('is told by drift, keeps a revert from making an empty column, and is listed when the tenant comes back', async () => {
    await lose('ada', { registration: false })
    expect(await drifted('ada')).toEqual([`food._aside_${deleted}_1_note extra`])
    await expect(revives('ada')).rejects.toThrow('is there, and in no list of what is set aside')
    await park(fleet, 'ada')
    await bringBack(fleet, 'ada')
    expect(await drifted('ada')).toEqual([])
    expect((await revives('ada')).rows).toEqual([{ there: true }])
  })

  it('by an undo, because it was used meanwhile, is known by the plan too', async () => {
    const id = await fleet.begin(adds('Size'))
    const { rows } = await fleet.catalog.query('select plan_hash as hash from schema_saga.operation where id = $1', [
      id,
    ])
    const { plan } = await loadPlan(fleet.catalog, id, rows[0].hash)
    const target = fleet.targets.get('eve')
    if (target === undefined) throw new Error('no eve')
    const work = { target, projectId: fleet.project, operationId: id, epoch: 0, plan }
    await applyPlanToTarget(fleet.pools, work)
    await fleet.alpha.query(`UPDATE shop_eve.food SET size = '7'`)
    await compensatePlanOnTarget(fleet.pools, work)
    await fleet.catalog.query(
      `update schema_saga.operation set status = 'failed', turn = 'released', ended_at = now() where id = $1`,
      [id],
    )
    await lose('eve', { registration: false })
    await park(fleet, 'eve')
    await bringBack(fleet, 'eve')
    expect(await drifted('eve')).toEqual([])
    const { objects } = await findAsideObjects(access(), fleet.project)
    expect(objects.find(({ operationId }) => operationId === id)).toMatchObject({
      direction: 'compensate',
      name: 'food.size',
    })
  })

  it('and that nobody knows is a finding, and stays whatever is purged', async () => {
    await fleet.alpha.query(
      'ALTER TABLE shop_eve.food ADD COLUMN _aside_other_1_x text; CREATE TABLE shop_eve._aside_other_2_y (id text)',
    )
    await park(fleet, 'eve')
    await bringBack(fleet, 'eve')
    expect(await drifted('eve')).toEqual(['food._aside_other_1_x extra', '_aside_other_2_y extra'])
    const listed = (await findUnlisted(access(), fleet.project)).filter(({ tenant }) => tenant === 'eve')
    expect(listed).toMatchObject([
      { tenant: 'eve', object: 'food._aside_other_1_x', error_code: 'KEPT_ASIDE' },
      { tenant: 'eve', object: '_aside_other_2_y', error_code: 'KEPT_ASIDE' },
    ])
    const id = `${deleted}/1/_aside_${deleted}_1_note`
    await purgeSetAside(access(), { project: fleet.project, id, actor: 'rosa', now: true })
    expect(await findUnlisted(access(), fleet.project)).toEqual(expect.arrayContaining([...listed]))
  })
})
