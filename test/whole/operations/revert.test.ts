import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dumpFleet, type Place } from '../fleet.ts'
import { createShops, remove, text } from '../shops.ts'
import { apply, type Stack } from '../stack.ts'

let stack: Stack
let createShop: (project: string) => Promise<Place[]>
beforeAll(async () => {
  const shops = await createShops({ validation: { required: true } })
  stack = shops.stack
  createShop = shops.open
})
afterAll(async () => {
  await stack?.stop()
})

async function commit(project: string, mutation: unknown, operationId?: string): Promise<void> {
  await stack.client.run(project, mutation, operationId === undefined ? {} : { operationId })
}

const revert = (id: string, ...flags: string[]) => stack.cli(['operation', 'revert', id, '--json', ...flags])

describe('operation revert', () => {
  test('brings values back on old tenants, and is empty on a new one, which the plan has said', async () => {
    const places = await createShop('back')
    const before = await dumpFleet(places)
    await commit('back', remove('note'), 'back-delete')
    const deleted = await dumpFleet(places)
    await stack.client.addTenant('back', { id: 'new', server: 'alpha' })
    await stack.alpha.query("insert into back_new.food (id) values ('1')")

    const dry = await revert('back-delete', '--dry-run')
    expect(dry.exitCode).toBe(0)
    expect(dry.json().plan).toMatchObject({
      base_revision: 2,
      next_revision: 3,
      hazards: expect.arrayContaining([
        {
          name: 'RESTORES_EMPTY',
          detail: 'food.note is created empty on 1 tenant made later than operation back-delete',
        },
      ]),
    })
    expect(await dumpFleet(places)).toEqual(deleted)

    const done = await revert('back-delete', '--id', 'back-again')
    expect(done.exitCode).toBe(0)
    expect(done.json().operation).toMatchObject({
      id: 'back-again',
      type: 'revert',
      status: 'committed',
      base_revision: 2,
      revision: 3,
      request: { type: 'revert', operation_id: 'back-delete' },
    })
    expect(await dumpFleet(places)).toEqual(before)
    expect((await stack.alpha.query('select note from back_new.food')).rows).toEqual([{ note: '' }])
    expect((await stack.client.listSetAside('back')).set_aside).toEqual([])
    const schemas = await Promise.all([1, 3].map((revision) => stack.client.showSchema('back', revision)))
    expect(schemas[1]?.schema).toEqual(schemas[0]?.schema)

    const twice = await revert('back-delete')
    expect(twice).toMatchObject({ exitCode: 3 })
    expect(twice.json().operation).toMatchObject({ status: 'failed', error_code: 'REVERT_BLOCKED' })
    await (await stack.client.revert('back-again')).result()
    expect(await dumpFleet(places)).toEqual(deleted)
  })

  test('goes over the tenants as it is told, like any other operation', async () => {
    await createShop('steered')
    await commit('steered', text('extra'), 'steered-extra')
    await stack.alpha.query('alter table steered_ada.food drop column name')
    const refused = await revert('steered-extra')
    expect(refused.json().operation).toMatchObject({ status: 'failed', error_code: 'TARGET_DRIFTED' })
    const done = await revert('steered-extra', '--on-tenant-failure', 'park', '--max-parked', '1')
    expect(done.exitCode).toBe(5)
    expect(done.json().operation).toMatchObject({ status: 'committed', tenants: { succeeded: 1, parked: 1 } })
  })

  test('keeps what has been written since a type was changed', async () => {
    await createShop('types')
    await stack.alpha.query(
      "update types_ada.food set note = '007'; insert into types_ada.food (id, note) values ('2', '4')",
    )
    await stack.beta.query("update types_bob.food set note = ' 8 '")
    await commit(
      'types',
      {
        type: 'model_field_operation',
        operation: 'change_type',
        model_name: 'food',
        field_name: 'note',
        changed_type: 'number',
        input_type: 'int',
      },
      'types-1',
    )
    await stack.alpha.query(
      "update types_ada.food set note = 5 where id = '2'; insert into types_ada.food (id, note) values ('3', 9)",
    )
    await (await stack.client.revert('types-1')).result()
    expect((await stack.alpha.query('select note from types_ada.food order by id')).rows).toEqual([
      { note: '007' },
      { note: '5' },
      { note: '9' },
    ])
    expect((await stack.beta.query('select note from types_bob.food')).rows).toEqual([{ note: ' 8 ' }])
  })

  test('leaves later changes of other objects alone, and is blocked by those of the same', async () => {
    await createShop('later')
    await commit('later', remove('note'), 'later-delete')
    await commit('later', text('price'), 'later-price')
    await commit('later', { type: 'create_model', name: 'shelf' })
    await commit('later', { ...text('name'), is_update: true, field_description: 'as on the menu' }, 'later-name')
    await (await stack.client.revert('later-delete', { operationId: 'later-back' })).result()
    const { schema } = await stack.client.showSchema('later')
    expect(schema.models.map(({ name }) => name)).toEqual(['food', 'shelf'])
    expect(schema.models[0]?.fields.map(({ identifier }) => identifier)).toEqual(['note', 'name', 'price'])
    expect((await stack.alpha.query('select note from later_ada.food')).rows).toEqual([{ note: 'ada' }])

    await commit('later', { type: 'rename_model', model_name: 'food', new_name: 'dish' }, 'later-rename')
    const blocked = await revert('later-price')
    expect(blocked.exitCode).toBe(3)
    expect(blocked.json().operation).toMatchObject({
      error_code: 'REVERT_BLOCKED',
      error: 'Operation "later-price" cannot be reverted: operation "later-rename" has changed food since.',
    })
    // What has been taken back itself blocks nothing.
    await (await stack.client.revert('later-rename')).result()
    expect((await revert('later-price')).exitCode).toBe(0)
  })

  test('is blocked once what was set aside has been purged', async () => {
    await createShop('purged')
    await commit('purged', remove('note'), 'purged-delete')
    const [object] = (await stack.client.listSetAside('purged')).set_aside
    await stack.client.purgeSetAside('purged', `${object?.id}`, { now: true })
    const blocked = await revert('purged-delete')
    expect(blocked.exitCode).toBe(3)
    expect(blocked.json().operation).toMatchObject({
      error_code: 'REVERT_BLOCKED',
      error: 'Operation "purged-delete" cannot be reverted: food.note, which it had set aside, has been purged.',
    })
  })

  test('makes no sense for an operation that failed, changed nothing, or never was', async () => {
    await createShop('senseless')
    const twice = await stack.client.apply('senseless', text('note'), { operationId: 'senseless-twice' })
    await expect(twice.result()).rejects.toThrow()
    await commit('senseless', { ...text('note'), is_update: true }, 'senseless-same')
    for (const id of ['senseless-twice', 'senseless-same']) {
      const refused = await revert(id)
      expect(refused.exitCode).toBe(3)
      expect(refused.json().operation).toMatchObject({ status: 'failed', error_code: 'NOT_APPLICABLE' })
    }
    const unknown = await revert('never-was')
    expect(unknown.exitCode).toBe(3)
    expect(unknown.json().error).toMatchObject({ code: 'OPERATION_NOT_FOUND' })
    const asMutation = await apply(stack, 'senseless', { type: 'revert', operation_id: 'x' })
    expect(asMutation.exitCode).toBe(2)
  })
})
