import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Place } from '../fleet.ts'
import { createShops, remove, text } from '../shops.ts'
import { type Stack, succeed } from '../stack.ts'

let stack: Stack
let createShop: (project: string) => Promise<Place[]>
beforeAll(async () => {
  const shops = await createShops()
  stack = shops.stack
  createShop = shops.open
})
afterAll(async () => {
  await stack?.stop()
})

async function listed(project: string): Promise<Record<string, unknown>[]> {
  const result = await succeed(stack, ['set-aside', 'list', project, '--json'])
  return result.json().set_aside as Record<string, unknown>[]
}

describe('what a deletion sets aside', () => {
  test('is listed once for all targets, held, purged by a person, and then cannot be purged again', async () => {
    await createShop('held')
    await stack.client.run('held', remove('note'), { operationId: 'del-note' })
    const [object, ...others] = await listed('held')
    expect(others).toEqual([])
    const id = 'del-note/1/_aside_del-note_1_note'
    expect(object).toMatchObject({ id, object: 'food.note', kind: 'column', operation: 'del-note', targets: 3 })
    expect(Date.parse(`${object?.purgeable_from}`)).toBeGreaterThan(Date.now() + 6 * 86_400_000)

    const early = await stack.cli(['set-aside', 'purge', 'held', id])
    expect(early).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('NOT_APPLICABLE') })
    const restored = await stack.cli(['set-aside', 'restore', 'held', id])
    expect(restored).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('operation revert del-note') })

    await stack.beta.query('create view held_bob.notes as select "_aside_del-note_1_note" as note from held_bob.food')
    const purge = await stack.cli(['set-aside', 'purge', 'held', id, '--now', '--json', '--actor', 'ada'])
    expect(purge.exitCode).toBe(5)
    expect(purge.json()).toMatchObject({
      purged: { id, object: 'food.note', targets: 3, purged: 2, kept: 1, problems: [{ tenant: 'bob' }] },
    })
    await stack.beta.query('drop view held_bob.notes')
    expect(await listed('held')).toMatchObject([{ id, targets: 1 }])
    expect((await stack.cli(['set-aside', 'purge', 'held', id, '--now'])).exitCode).toBe(0)
    expect(await listed('held')).toEqual([])
    const gone = await stack.cli(['set-aside', 'purge', 'held', id, '--now', '--json'])
    expect(gone).toMatchObject({ exitCode: 3 })
    expect(gone.json().error).toMatchObject({ code: 'NOT_APPLICABLE' })

    const { rows } = await stack.catalog.query(
      "select actor, details from schema_saga.audit where action = 'set_aside_purge' order by id",
    )
    expect(rows).toMatchObject([
      { actor: 'ada', details: { object: 'food.note', purged: 2, kept: 1 } },
      { details: { object: 'food.note', purged: 3, kept: 0 } },
    ])
  })

  test('finds its place again when a field of that name is added', async () => {
    await createShop('again')
    await stack.client.run('again', remove('note'), { operationId: 'del' })
    await stack.client.run('again', text('note'))
    await stack.beta.query("update again_bob.food set note = 'newer'")
    const id = `${(await listed('again'))[0]?.id}`
    const restored = await stack.cli(['set-aside', 'restore', 'again', id, '--json'])
    expect(restored.exitCode).toBe(0)
    expect(restored.json()).toMatchObject({ restored: { targets: 3, restored: 3, rows_placed: 1, rows_left: 1 } })
    expect((await stack.alpha.query('select note from again_ada.food')).rows).toEqual([{ note: 'ada' }])
    expect((await stack.beta.query('select note from again_bob.food')).rows).toEqual([{ note: 'newer' }])
  })

  test('of a project that does not exist is refused', async () => {
    const result = await stack.cli(['set-aside', 'list', 'nowhere', '--json'])
    expect(result.exitCode).toBe(3)
    expect(result.json().error).toMatchObject({ code: 'PROJECT_NOT_FOUND' })
  })
})
