import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { prepareSession } from '../../../src/postgres/target/stage/execution.ts'
import { applyTargets } from '../../../src/postgres/target/stage/protocol.ts'
import { type OwnedFleet, openOwnedFleet } from '../ownedFleet.ts'
import { BEFORE, DELETE, ON, OTHER_TYPE } from '../rows/onColumns.ts'
import { field, openShop } from '../rows/shop.ts'

/** An application that writes down all DDL, in a table that it finds by the search path of whoever does it. */
let fleet: OwnedFleet
beforeAll(async () => {
  fleet = await openOwnedFleet()
  await fleet.superuser.query(`
    create table public.ddl_log (tag text, path text); grant insert on public.ddl_log to public;
    create function public.on_ddl() returns event_trigger language plpgsql as $$ begin
      insert into ddl_log values (tg_tag, current_setting('search_path')); end $$;
    create event trigger logs on ddl_command_end execute function public.on_ddl();
    create event trigger logs_drops on sql_drop execute function public.on_ddl()`)
})
afterAll(() => fleet?.close())

/** What was done since it was asked last; wherever a statement was run from, the path was the one of the role. */
async function tags(): Promise<string[]> {
  const { rows } = await fleet.superuser.query<{ tag: string; path: string }>(
    'with gone as (delete from public.ddl_log returning *) select distinct tag, path from gone order by 1',
  )
  expect(rows.filter(({ path }) => path !== '"$user", public')).toEqual([])
  return rows.map(({ tag }) => tag)
}

const forget = () => fleet.superuser.query('delete from public.ddl_log')

const UNIQUE = { ...field('Note'), is_update: true, validation: { unique: true } } as Mutation

describe('event triggers of the application see the search path that they expect', () => {
  test.each<[string, Mutation, string]>([
    ['a field', field('Extra'), 'ALTER TABLE'],
    ['a unique field', UNIQUE, 'CREATE INDEX'],
    ['an index', { ...field('Note'), is_update: true, enable_indexing: true } as Mutation, 'CREATE INDEX'],
    ['another type', OTHER_TYPE, 'CREATE TRIGGER'],
    ['a field that goes', DELETE, 'ALTER TABLE'],
    [
      'a required field',
      { ...field('Note'), is_update: true, validation: { required: true, default: 'q' } } as Mutation,
      'ALTER TABLE',
    ],
    [
      'a renamed field',
      { ...ON, operation: 'rename', field_name: 'note', new_name: 'remark' } as Mutation,
      'ALTER TABLE',
    ],
    ['a model', { type: 'create_model', name: 'shelf' }, 'CREATE TABLE'],
    ['a model that goes', { type: 'delete_model', model_name: 'food' }, 'ALTER TABLE'],
  ])('%s, there, back and there again', async (name, mutation, tag) => {
    const shop = await openShop(fleet, name, BEFORE, mutation)
    await fleet.meanwhile(
      name,
      `set search_path = "${name}", public; comment on column food.price is 'net'; insert into food (id, price, note) values ('x', 7, 'a')`,
    )
    await forget()
    await shop.forward()
    expect(await tags()).toContain(tag)
    await shop.back()
    await shop.forward({ epoch: 1 })
    await shop.settle()
    expect((await tags()).length).toBeGreaterThan(0)
  })

  test('many targets in one call', async () => {
    const shop = await openShop(fleet, 'swept', BEFORE, field('Extra'))
    await forget()
    await fleet.pools.withClient(shop.target, async (client) => {
      await prepareSession(client, { operationId: 'op', target: null })
      await applyTargets(client, [
        { target: shop.target, projectId: 'p', operationId: 'op', epoch: 0, plan: shop.plan },
      ])
    })
    expect(await tags()).toEqual(['ALTER TABLE'])
  })

  test('one that refuses is named as the failure guide shows it', async () => {
    const shop = await openShop(fleet, 'frozen', BEFORE, field('Extra'))
    await fleet.superuser.query(`
      create function public.audit() returns event_trigger language plpgsql as $$ begin raise exception 'under audit'; end $$;
      create event trigger audit on ddl_command_end execute function public.audit()`)
    const refused = shop.forward()
    await expect(refused).rejects.toThrow('(SQLSTATE P0001, event trigger audit, function audit()).')
    await fleet.superuser.query('drop event trigger audit')
    await forget()
  })

  test('what is dropped for good', async () => {
    const shop = await openShop(fleet, 'purged', BEFORE, DELETE)
    await shop.forward()
    await forget()
    await fleet.client.query(
      `select schema_saga_target.drop_aside_v1(s) from schema_saga_target.set_aside s where s.namespace = 'purged'`,
    )
    expect(await tags()).toEqual(['ALTER TABLE'])
  })
})
