/** Refusals of DDL that no preflight can foresee: an event trigger of the tenant's own database. */
import type pg from 'pg'

/** From now on, DDL in that namespace fails with a message that holds a customer's value. */
export async function freeze(client: pg.Client, namespace: string): Promise<void> {
  await client.query(`
    create table if not exists public.frozen (namespace text primary key);
    create or replace function public.refuse_frozen() returns event_trigger language plpgsql as $$
    begin
      if exists (select from pg_event_trigger_ddl_commands() c join public.frozen f on f.namespace = c.schema_name) then
        raise exception 'frozen because of guest g2, Nils';
      end if;
    end $$;
    drop event trigger if exists refuse_frozen;
    create event trigger refuse_frozen on ddl_command_end execute function public.refuse_frozen()`)
  await client.query('insert into public.frozen values ($1)', [namespace])
}

/** DDL in that namespace is allowed again. */
export async function thaw(client: pg.Client, namespace: string): Promise<void> {
  await client.query('delete from public.frozen where namespace = $1', [namespace])
}
