import { afterAll, beforeAll, expect, test } from 'vitest'
import { pruneDuty } from '../../../src/activities/reconcile/pruneDuty.ts'
import type { Target } from '../../../src/contract.ts'
import { signTarget } from '../../../src/postgres/adoption/register.ts'
import { loadPlan } from '../../../src/postgres/catalog/operations/plans.ts'
import { closePurge, purgedAmong, recordPurge } from '../../../src/postgres/catalog/setAside/purges.ts'
import { findAsideObjects } from '../../../src/postgres/setAside/objects.ts'
import { purgePastHold, purgeSetAside } from '../../../src/postgres/setAside/purge.ts'
import { purgeVerdict } from '../../../src/postgres/setAside/purgeVerdict.ts'
import { restoreSetAside } from '../../../src/postgres/setAside/restore.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../../src/postgres/target/execute.ts'
import { columnsOf } from '../fleet.ts'
import { openProjectFleet, type ProjectFleet } from '../projectFleet.ts'

let fleet: ProjectFleet
let ann: Target
let bob: Target
beforeAll(async () => {
  fleet = await openProjectFleet()
  ann = await fleet.addTenant('ann')
  bob = await fleet.addTenant('bob')
  await fleet.commit({ type: 'create_model', name: 'food', single_word: true })
  for (const field_label of ['Late', 'Failed', 'Undone', 'Half', 'Forgotten', 'Again', 'Anew', 'Jump']) {
    await fleet.commit({ type: 'add_field', model_name: 'food', field_label, field_type: 'text' })
  }
  await fleet.alpha.query(`
    INSERT INTO shop_ann.food (id, late, failed, undone, half, forgotten, again, anew)
      VALUES ('1', 'l', 'f', 'u', 'h', 'g', 'a', 'n');
    INSERT INTO shop_bob.food (id, late, failed, undone, half, forgotten, again, anew)
      VALUES ('1', 'l', 'f', 'u', 'h', 'g', 'a', 'n')`)
})
afterAll(() => fleet?.close())

const access = () => ({ catalog: fleet.catalog, targetPools: fleet.pools })
const remove = (field: string) => ({
  type: 'model_field_operation',
  operation: 'delete',
  model_name: 'food',
  field_name: field,
})

async function columns(target: Target): Promise<string[]> {
  return await columnsOf({ client: fleet.alpha } as Parameters<typeof columnsOf>[0], target.namespace)
}

/** Eight days have gone by, by the clock of this target. */
async function age(...targets: Target[]): Promise<void> {
  const namespaces = targets.map(({ namespace }) => namespace)
  await fleet.alpha.query(
    `UPDATE schema_saga_target.set_aside SET at = at - interval '8 days' WHERE namespace = ANY ($1)`,
    [namespaces],
  )
}

async function apply(operationId: string, target: Target, stages?: number) {
  const { rows } = await fleet.catalog.query('select plan_hash as hash from schema_saga.operation where id = $1', [
    operationId,
  ])
  const { plan } = await loadPlan(fleet.catalog, operationId, rows[0].hash)
  const work = { target, projectId: fleet.project, operationId, epoch: 0, plan }
  await applyPlanToTarget(fleet.pools, { ...work, plan: { ...plan, forward: plan.forward.slice(0, stages) } })
  return work
}

/** The operation is over without having committed. */
async function fail(operationId: string): Promise<void> {
  await fleet.catalog.query(
    `update schema_saga.operation set status = 'failed', turn = 'released', ended_at = now() - interval '8 days' where id = $1`,
    [operationId],
  )
}

/** As a release left it which took an error for the proof that the namespace was gone. */
async function takeForGone(operationId: string): Promise<void> {
  await fleet.alpha.query(`UPDATE schema_saga_target.marker SET state = 'compensated' WHERE operation_id = $1`, [
    operationId,
  ])
  await fleet.alpha.query(
    `UPDATE schema_saga_target.target t SET revision = o.revision, schema_hash = o.schema_hash
       FROM schema_saga_target.target o WHERE t.namespace = 'shop_ann' AND o.namespace = 'shop_bob'`,
  )
}

const purge = async () => await purgePastHold(access(), { project: fleet.project, actor: 'test' })

async function objectOf(operationId: string) {
  const { objects } = await findAsideObjects(access(), fleet.project)
  const found = objects.find((each) => each.operationId === operationId)
  if (found === undefined) throw new Error(`Nothing of ${operationId} is set aside.`)
  return { ...found, id: `${found.operationId}/${found.stage}/${found.asideName}` }
}

test('a tenant that catches up after the hold keeps what it hid for as long as any other', async () => {
  const setState = (state: string) =>
    fleet.catalog.query(`update schema_saga.tenant set state = $1, cause = null where id = 'bob'`, [state])
  await setState('suspended')
  const id = await fleet.commit(remove('late'), ['ann'])
  await fleet.catalog.query(`update schema_saga.operation set ended_at = now() - interval '8 days' where id = $1`, [id])
  await age(fleet.targets.get('') as Target, ann)
  await apply(id, bob)
  expect((await purge()).purged).toMatchObject([{ object: 'food.late', purged: 2, kept: 0 }])
  expect(await columns(ann)).not.toContain(`_aside_${id}_1_late`)
  expect(await columns(bob)).toContain(`_aside_${id}_1_late`)
  await fleet.catalog.query(
    `update schema_saga.tenant t set state = 'active', revision = p.revision, schema_hash = p.schema_hash
       from schema_saga.project p where p.id = t.project_id and t.id = 'bob'`,
  )
  await age(bob)
  expect((await purge()).purged).toMatchObject([{ object: 'food.late', purged: 3, kept: 0 }])
  expect(await columns(bob)).not.toContain(`_aside_${id}_1_late`)
})

test('what an operation hid that did not commit is never dropped, is named, and can be brought back', async () => {
  const id = await fleet.begin(remove('failed'))
  await apply(id, ann)
  await fail(id)
  await age(ann)
  await takeForGone(id)
  expect((await purge()).purged).toEqual([])
  const object = await objectOf(id)
  expect(object).toMatchObject({ purgeableFrom: null, rows: [{ verdict: { when: 'never' } }] })
  const asked = { project: fleet.project, id: object.id, actor: 'test' }
  await expect(purgeSetAside(access(), { ...asked, now: true })).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
  expect(await restoreSetAside(access(), asked)).toMatchObject({ restored: 1, rows_placed: 1, problems: [] })
  expect((await fleet.alpha.query('SELECT failed FROM shop_ann.food')).rows).toEqual([{ failed: 'f' }])
  await expect(objectOf(id)).rejects.toThrow('Nothing')
})

test('what an operation hid that did not commit is not dropped for another one of its id, which once made a revision', async () => {
  const id = await fleet.begin(remove('again'))
  await apply(id, ann)
  await fail(id)
  await age(ann)
  await takeForGone(id)
  await fleet.catalog.query('update schema_saga.schema_revision set operation_id = $1 where revision = 0', [id])
  expect((await purge()).purged).toEqual([])
  expect(await objectOf(id)).toMatchObject({ rows: [{ verdict: { when: 'never' } }] })
  const { rows } = await fleet.alpha.query(`SELECT "_aside_${id}_1_again" AS again FROM shop_ann.food`)
  expect(rows).toEqual([{ again: 'a' }])
  await restoreSetAside(access(), { project: fleet.project, id: (await objectOf(id)).id, actor: 'test' })
})

test('a clock that has jumped ends no hold by itself', async () => {
  const id = await fleet.commit(remove('jump'))
  await age(ann)
  const { objects, facts } = await findAsideObjects(access(), fleet.project)
  const row = objects.find(({ operationId }) => operationId === id)?.rows.find(({ target }) => target.scope === 'ann')
  if (row === undefined) throw new Error('Nothing is set aside.')
  const apart = (ms: number, more: object = {}) =>
    purgeVerdict({ ...row, clockMs: facts.clockMs + ms }, { ...facts, ...more })
  expect(apart(0)).toMatchObject({ when: 'held', due: true })
  expect(apart(3_600_000)).toMatchObject({ when: 'held', due: true })
  for (const days of [8, -8]) {
    expect(apart(days * 86_400_000)).toMatchObject({ when: 'asked', why: expect.stringContaining('are 8 days apart') })
  }
  expect(apart(3_600_000, { holdMs: 3_600_000 })).toMatchObject({
    why: expect.stringContaining('are 60 minutes apart'),
  })
  expect(apart(8 * 86_400_000, { holdMs: 30 * 86_400_000 })).toMatchObject({ when: 'held', due: false })
  expect((await purge()).purged).toMatchObject([{ object: 'food.jump', purged: 1 }])
  await age(fleet.targets.get('') as Target, bob)
  expect((await purge()).purged).toMatchObject([{ object: 'food.jump', purged: 3 }])
})

test('what comes back with tables of a backup is held anew from when somebody has looked at them', async () => {
  const id = await fleet.commit(remove('anew'))
  const aside = `_aside_${id}_1_anew`
  await age(fleet.targets.get('') as Target, ann, bob)
  // Tables and bookkeeping of one dump, in which tables have other numbers.
  await fleet.alpha.query(`
    CREATE TABLE shop_ann.dumped (LIKE shop_ann.food INCLUDING ALL);
    INSERT INTO shop_ann.dumped SELECT * FROM shop_ann.food;
    DROP TABLE shop_ann.food;
    ALTER TABLE shop_ann.dumped RENAME TO food;
    ALTER TABLE shop_ann.food RENAME CONSTRAINT dumped_pkey TO food_pkey`)
  const [done] = (await purge()).purged
  expect(done).toMatchObject({ object: 'food.anew', purged: 2, kept: 1 })
  expect(done?.problems[0]).toMatchObject({ tenant: 'ann', error: expect.stringContaining('put there anew') })
  const sign = { target: ann, projectId: fleet.project, catalogId: 'c' }
  await signTarget(fleet.pools, sign)
  expect((await purge()).purged).toEqual([])
  expect(await columns(ann)).toContain(aside)
  await age(ann)
  expect((await purge()).purged).toMatchObject([{ object: 'food.anew', purged: 3, kept: 0 }])
  expect(await columns(ann)).not.toContain(aside)
})

test('what an undo set aside because it was in use goes after its hold there', async () => {
  const id = await fleet.begin({ type: 'add_field', model_name: 'food', field_label: 'Price', field_type: 'text' })
  const works = [await apply(id, ann), await apply(id, bob)]
  await fleet.alpha.query(`UPDATE shop_ann.food SET price = '7'; UPDATE shop_bob.food SET price = '7'`)
  for (const work of works) await compensatePlanOnTarget(fleet.pools, work)
  await age(bob)
  expect((await purge()).purged).toEqual([])
  await fail(id)
  expect((await purge()).purged).toMatchObject([{ object: 'food.price', purged: 1 }])
  const { id: object } = await objectOf(id)
  const asked = { project: fleet.project, id: object, actor: 'test', now: true }
  expect(await purgeSetAside(access(), asked)).toMatchObject({ targets: 2, purged: 2, kept: 0 })
})

test('what a tenant hid half-way stays until it has got there, however long that takes', async () => {
  const id = await fleet.commit(
    {
      type: 'publish_schema_changeset',
      mutations: [
        remove('half'),
        { type: 'add_field', model_name: 'food', field_label: 'Code', field_type: 'text', enable_indexing: true },
      ],
    },
    ['ann', 'bob'],
  )
  // As if bob had been left behind after the first stage, and nobody could reach it since.
  await fleet.alpha.query(
    `UPDATE schema_saga_target.target SET revision = revision - 1, schema_hash = $1 WHERE namespace = 'shop_bob'`,
    [
      (
        await fleet.catalog.query(
          'select schema_hash as hash from schema_saga.schema_revision order by revision desc offset 1',
        )
      ).rows[0].hash,
    ],
  )
  await age(fleet.targets.get('') as Target, ann, bob)
  expect((await purge()).purged).toMatchObject([{ object: 'food.half', purged: 2 }])
  expect(await columns(bob)).toContain(`_aside_${id}_1_half`)
  await fleet.alpha.query(
    `UPDATE schema_saga_target.target t SET revision = o.revision, schema_hash = o.schema_hash
       FROM schema_saga_target.target o WHERE t.namespace = 'shop_bob' AND o.namespace = 'shop_ann'`,
  )
  expect((await purge()).purged).toMatchObject([{ object: 'food.half', purged: 3 }])
})

test('what a forgotten operation hid goes when its revision stayed, and otherwise only when somebody asks', async () => {
  const id = await fleet.commit(remove('forgotten'))
  await age(fleet.targets.get('') as Target, ann, bob)
  await fleet.catalog.query('delete from schema_saga.operation_plan where operation_id = $1', [id])
  await fleet.catalog.query('delete from schema_saga.operation where id = $1', [id])
  await fleet.alpha.query(
    `UPDATE schema_saga_target.set_aside SET operation_id = 'nobody' WHERE operation_id = $1
    AND namespace = 'shop_bob'`,
    [id],
  )
  expect((await purge()).purged).toMatchObject([{ object: 'food.forgotten', purged: 2 }])
  const unknown = await objectOf('nobody')
  expect(unknown).toMatchObject({ rows: [{ verdict: { when: 'asked' } }] })
  const asked = { project: fleet.project, id: unknown.id, actor: 'test' }
  await expect(purgeSetAside(access(), { ...asked, now: false })).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
  expect(await purgeSetAside(access(), { ...asked, now: true })).toMatchObject({ purged: 1, kept: 0 })
})

test('what the targets remember of an operation goes with it, unless something has yet to come back', async () => {
  const stuck = await fleet.begin(remove('undone'))
  await apply(stuck, ann)
  await fail(stuck)
  await takeForGone(stuck)
  await fleet.commit({
    type: 'add_field',
    is_update: true,
    model_name: 'food',
    field_label: 'Code',
    field_type: 'text',
    validation: { required: true, default: 'none' },
  })
  await fleet.commit({ type: 'create_model', name: 'last' })
  await fleet.alpha.query(`INSERT INTO schema_saga_target.drift (namespace, operation_id, object, what, rows_in_the_way)
    SELECT namespace, operation_id, 'food.code', 'NOT NULL stays off', 1 FROM schema_saga_target.marker`)
  const left = async () => {
    const { rows } = await fleet.alpha.query<Record<string, number>>(
      `SELECT (SELECT count(*) FROM schema_saga_target.filled_row)::int AS filled,
              (SELECT count(*) FROM schema_saga_target.set_aside WHERE purged_at IS NOT NULL)::int AS purged,
              (SELECT count(DISTINCT operation_id) FROM schema_saga_target.drift)::int AS notes`,
    )
    return rows[0]
  }
  expect(await left()).toMatchObject({ filled: 2, purged: expect.any(Number), notes: expect.any(Number) })
  await fleet.catalog.query(`update schema_saga.operation set ended_at = now() - interval '500 days'`)
  // What a release left behind that had forgotten the operation, but not this.
  await fleet.alpha.query(`UPDATE schema_saga_target.set_aside SET purged_at = purged_at - interval '500 days';
    UPDATE schema_saga_target.drift SET at = at - interval '500 days'`)
  const duty = { project: fleet.project, dryRun: false, actor: 'test' }
  await pruneDuty(access() as Parameters<typeof pruneDuty>[0], duty)
  // The last revision's operation stays, and what an operation hid that did not commit is still named.
  expect(await left()).toEqual({ filled: 0, purged: 0, notes: 1 })
  expect(await objectOf(stuck)).toMatchObject({ status: 'failed', rows: [{ verdict: { when: 'never' } }] })
})

test('of two purges at once, the one that dropped nothing does not forget what the other may be dropping', async () => {
  const { catalog, project } = fleet
  const name = '_aside_two_purges_x'
  const key = { operationId: 'two-purges', stage: 1, asideName: name, hiddenBy: ['two-purges'] }
  const record = (actor: string) => recordPurge(catalog, project, key, { actor, above: 0 })
  const close = (actor: string, forget: string | null) =>
    closePurge(catalog, project, key, { actor, object: 'x', purged: 0, kept: 1, forget })
  const first = await record('ana')
  const second = await record('bea')
  await close('bea', second.aloneAt)
  expect(await purgedAmong(catalog, project, [name])).toEqual([name])
  await close('ana', first.aloneAt)
  expect(await purgedAmong(catalog, project, [name])).toEqual([name])
  // Both are long gone.
  await catalog.query(`update schema_saga.purged_object set at = at - interval '2 hours' where aside_name = $1`, [name])
  const third = await record('cem')
  await close('cem', third.aloneAt)
  expect(await purgedAmong(catalog, project, [name])).toEqual([])
})
