import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { drawnTests } from '../../faults/draw.ts'
import { copyProject } from '../copyProject.ts'
import { createFleet, markersOf, type Place, placesOf, shapesOf } from '../fleet.ts'
import { kill } from '../realProgram.ts'
import { createStack, type Stack } from '../stack.ts'

const TENANTS = ['ada', 'bob', 'cleo']
const ROWS = 2_000
let stack: Stack
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await createFleet(stack, 'diner', [])
  await stack.client.run('diner', [
    { type: 'create_model', name: 'guest' },
    { type: 'create_model', name: 'visit' },
    { type: 'add_field', model_name: 'visit', field_label: 'Seats', field_type: 'text' },
  ])
  await stack.stopWorkers()
})
afterEach(async () => {
  await stack?.stopWorkers()
})
afterAll(async () => {
  await stack?.stop()
})

/** A project of three tenants at the revision of the first. */
async function fleetOf(project: string): Promise<Place[]> {
  await copyProject({ stack, project: 'diner', tenants: TENANTS }, [project])
  return placesOf(stack, project, TENANTS)
}

/** Counts the DDL commands in the namespace, in the words of Postgres itself. */
async function countDdl(namespace: string): Promise<void> {
  await stack.alpha.query(`
    create table public.ddl_seen (tag text, object text);
    create function public.note_ddl() returns event_trigger language plpgsql as $$
    begin
      insert into public.ddl_seen (tag, object)
      select command_tag, object_identity from pg_event_trigger_ddl_commands()
       where object_identity like '${namespace}.%';
    end $$;
    create event trigger note_ddl on ddl_command_end execute function public.note_ddl();`)
}

describe('a worker that is killed', () => {
  drawnTests('crash', 1, {
    'A22: between base and tenants: the next worker commits, and base DDL ran once': async () => {
      const worker = await stack.spawnWorker()
      const places = await fleetOf('inn')
      await countDdl('inn_base')

      // Every tenant is held by a reader, so that the operation cannot go beyond the base.
      await stack.alpha.query('begin; lock table inn_ada.guest, inn_cleo.guest in access share mode')
      await stack.beta.query('begin; lock table inn_bob.guest in access share mode')
      const mutation = { type: 'add_field', model_name: 'guest', field_label: 'Name', field_type: 'text' }
      const handle = await stack.client.apply('inn', mutation, { operationId: 'name-1' })
      const base = async () => (await handle.show()).steps.find((step) => step.key === 'base_project_ddl')?.state
      await expect.poll(base, { timeout: 30_000 }).toBe('succeeded')
      await kill(worker)
      await stack.alpha.query('rollback')
      await stack.beta.query('rollback')

      await stack.startWorker()
      const operation = await handle.result()
      expect(operation).toMatchObject({ status: 'committed', revision: 2, tenants: { succeeded: 3 } })
      expect(await shapesOf(places)).toHaveLength(1)
      for (const place of places) expect(await markersOf(place, 'name-1')).toEqual([{ stage: 1, state: 'applied' }])
      const { rows } = await stack.alpha.query('select tag, object from public.ddl_seen')
      expect(rows).toEqual([{ tag: 'ALTER TABLE', object: 'inn_base.guest' }])
    },

    'in the middle of a backfill: the next worker goes on where it stopped, and no row is written twice': async () => {
      const worker = await stack.spawnQuickWorker()
      await fleetOf('pub')
      await stack.alpha.query(`
        insert into pub_ada.visit select 'v' || lpad(n::text, 6, '0'), n::text from generate_series(1, ${ROWS}) n;
        -- So slow that it can be met in the middle.
        create table public.writes (id text);
        create function public.note_write() returns trigger language plpgsql as
          'begin insert into public.writes values (new.id); perform pg_sleep(0.002); return null; end';
        create trigger note_write after update on pub_ada.visit for each row execute function public.note_write()`)
      const retype = {
        type: 'model_field_operation',
        operation: 'change_type',
        model_name: 'visit',
        field_name: 'seats',
        changed_type: 'number',
      }
      const handle = await stack.client.apply('pub', retype, { operationId: 'seats-1' })
      const done = `select rows_done::int as n from schema_saga_target.backfill where namespace = 'pub_ada' and operation_id = 'seats-1'`
      const rowsDone = async (): Promise<number> => (await stack.alpha.query<{ n: number }>(done)).rows[0]?.n ?? 0
      await expect.poll(rowsDone, { timeout: 30_000 }).toBeGreaterThan(0)
      await kill(worker)
      expect(await rowsDone()).toBeLessThan(ROWS)

      await stack.startWorker({ quick: true })
      expect(await handle.result()).toMatchObject({ status: 'committed', tenants: { succeeded: 3 } })
      const { rows } = await stack.alpha.query(
        'select count(*)::int as writes, count(distinct id)::int as rows from public.writes',
      )
      expect(rows[0]).toEqual({ writes: ROWS, rows: ROWS })
      const sum = await stack.alpha.query(
        'select sum(seats)::int as sum, pg_typeof(min(seats))::text as type from pub_ada.visit',
      )
      expect(sum.rows[0]).toEqual({ sum: (ROWS * (ROWS + 1)) / 2, type: 'integer' })
    },
  })
})
