import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { markersOf, placesOf, shapesOf } from './fleet.ts'
import { createFleet, createStack, type Stack } from './stack.ts'

const TENANTS = ['ada', 'bob', 'cleo']
let stack: Stack
beforeAll(async () => {
  stack = await createStack()
}, 120_000)
afterAll(async () => {
  await stack?.stop()
})

/** Counts the ALTER TABLE statements on the table, in the words of Postgres itself. */
async function countDdl(namespace: string): Promise<void> {
  await stack.alpha.query(`
    create table if not exists public.ddl_seen (at timestamptz default clock_timestamp(), tag text, object text);
    create or replace function public.note_ddl() returns event_trigger language plpgsql as $$
    begin
      insert into public.ddl_seen (tag, object)
      select command_tag, object_identity from pg_event_trigger_ddl_commands()
       where object_identity like '${namespace}.%';
    end $$;
    create event trigger note_ddl on ddl_command_end execute function public.note_ddl();`)
}

describe('a worker that is killed', () => {
  test('A22: between base and tenants: the next worker commits, and base DDL ran once', async () => {
    const worker = await stack.startWorker()
    await createFleet(stack, 'diner', TENANTS)
    await stack.client.run('diner', { type: 'create_model', name: 'guest' })
    await countDdl('diner_base')

    // Every tenant is held by a reader, so that the operation cannot go beyond the base.
    await stack.alpha.query('begin; lock table diner_ada.guest in access share mode')
    await stack.alpha.query('lock table diner_cleo.guest in access share mode')
    await stack.beta.query('begin; lock table diner_bob.guest in access share mode')
    const mutation = { type: 'add_field', model_name: 'guest', field_label: 'Name', field_type: 'text' }
    const handle = await stack.client.apply('diner', mutation, { operationId: 'name-1' })
    await expect
      .poll(async () => (await handle.show()).steps.find((step) => step.key === 'base_project_ddl')?.state, {
        timeout: 30_000,
      })
      .toBe('succeeded')
    worker.kill('SIGKILL')
    await once(worker, 'exit')
    await stack.alpha.query('rollback')
    await stack.beta.query('rollback')

    await stack.startWorker()
    const operation = await handle.result()
    expect(operation).toMatchObject({ status: 'committed', revision: 2, tenants: { succeeded: 3 } })
    const places = placesOf(stack, 'diner', TENANTS)
    expect(await shapesOf(places)).toHaveLength(1)
    for (const place of places) {
      expect(await markersOf(place, 'name-1')).toEqual([{ stage: 1, state: 'applied' }])
    }
    const { rows } = await stack.alpha.query('select tag, object from public.ddl_seen')
    expect(rows).toEqual([{ tag: 'ALTER TABLE', object: 'diner_base.guest' }])
  }, 120_000)

  test('A8: a client that disconnects after submitting changes nothing about the end', async () => {
    const cli = stack.start(['apply', 'diner', '-', '--id', 'gone-1', '--json'])
    cli.stdin?.end(JSON.stringify({ type: 'create_model', name: 'food' }))
    await expect
      .poll(
        async () => (await stack.catalog.query("select 1 from schema_saga.operation where id = 'gone-1'")).rowCount,
        {
          timeout: 30_000,
        },
      )
      .toBe(1)
    cli.kill('SIGKILL')
    const operation = await (await stack.client.operation('gone-1')).result()
    expect(operation.status).toBe('committed')
  })
})
