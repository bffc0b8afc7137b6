/** DDL that takes its time, and a count of what ran with effect, by an event trigger of the tenants' own database. */
import type pg from 'pg'

/** From now on, each ALTER TABLE of the database takes that much longer and is noted. */
export async function slowDown(client: pg.Client, seconds: number): Promise<void> {
  await client.query(`
    create table if not exists public.ddl_seen (object text);
    create or replace function public.slow_ddl() returns event_trigger language plpgsql as $$
    begin
      insert into public.ddl_seen select object_identity from pg_event_trigger_ddl_commands();
      perform pg_sleep(${seconds});
    end $$;
    drop event trigger if exists slow_ddl;
    create event trigger slow_ddl on ddl_command_end when tag in ('ALTER TABLE') execute function public.slow_ddl()`)
}

/** How many objects were altered, and how often the one that was altered most. */
export async function alterations(client: pg.Client): Promise<{ objects: number; most: number }> {
  const { rows } = await client.query<{ objects: number; most: number }>(
    `select count(*)::int as objects, coalesce(max(times), 0)::int as most
       from (select object, count(*) as times from public.ddl_seen group by object) as seen`,
  )
  return rows[0] ?? { objects: 0, most: 0 }
}
