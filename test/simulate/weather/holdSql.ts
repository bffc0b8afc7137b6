/** What the weather puts into a database so that a target's work stands still for a moment before a stage begins. */
import pg from 'pg'
import { isAway } from '../world/away.ts'

/** The first key of the locks that whoever stands still has; the second stands for the namespace. */
const LOCK = 5_144_112
/** The longest that anything stands still, in seconds: nobody may be there to write. */
const LONGEST_S = 2.5

/** Once for each database; nobody stands still before a row says so. */
export const INSTALL = `
  create schema if not exists sim_weather;
  create table if not exists sim_weather.held (namespace text, name text, refuse_from integer);
  create table if not exists sim_weather.passed (work text, namespace text);
  grant usage on schema sim_weather to public;
  create or replace function sim_weather.hold() returns trigger language plpgsql security definer as $$
  declare
    v_until timestamptz := clock_timestamp() + make_interval(secs => ${LONGEST_S});
    v_work text;
  begin
    if new.state = 'compensated' or not exists (select from sim_weather.held h where h.namespace = new.namespace) then
      return new;
    end if;
    select virtualtransaction into v_work from pg_locks where pid = pg_backend_pid() limit 1;
    perform pg_advisory_xact_lock_shared(${LOCK}, hashtext(new.namespace));
    while clock_timestamp() < v_until
      and not exists (select from sim_weather.passed p where p.work = v_work and p.namespace = new.namespace)
    loop
      perform pg_sleep(0.005);
    end loop;
    return new;
  end $$;
  drop trigger if exists sim_weather_hold on schema_saga_target.marker;
  create trigger sim_weather_hold before insert on schema_saga_target.marker
    for each row execute function sim_weather.hold();
  create or replace function sim_weather.refuse() returns event_trigger language plpgsql security definer as $$
  begin
    if current_setting('application_name') !~ '^(saga/|schema-saga)' then return; end if;
    -- Work that undoes has no marker of its own before its statements.
    if exists (select from sim_weather.held h join schema_saga_target.marker m using (namespace)
                where m.stage >= h.refuse_from and m.state in ('started', 'applied')
                  and m.xmin::text::bigint = txid_current() % 4294967296) then
      raise 'nothing more may be changed here today';
    end if;
  end $$;
  do $$ begin
    create event trigger sim_weather_refuse on ddl_command_end execute function sim_weather.refuse();
  exception when duplicate_object then null; end $$`

/** Those who stand still in this database, by the namespaces of \`$1\` in which they do. */
export const STANDING = `
  select distinct l.virtualtransaction as work, n.namespace
    from pg_locks l join unnest($1::text[]) as n (namespace) on l.objid::bigint = hashtext(n.namespace)::bigint & 4294967295
   where l.locktype = 'advisory' and l.classid = ${LOCK}
     and l.database = (select oid from pg_database where datname = current_database())
     and not exists (select from sim_weather.passed p where p.work = l.virtualtransaction and p.namespace = n.namespace)`

/** Lets one go on. */
export const PASS = 'insert into sim_weather.passed (work, namespace) values ($1, $2)'

/** Puts the trigger there, if that is possible now. */
export async function install(client: pg.Client): Promise<boolean> {
  try {
    await client.query(`set lock_timeout = '300ms'`)
    await client.query(INSTALL)
    return true
  } catch (error) {
    // Somebody is at work there; or no tenant has ever been there; or all have just been thrown out.
    if (isAway(error)) return false
    if (error instanceof pg.DatabaseError && ['55P03', '40P01', '3F000', '42P01'].includes(error.code ?? ''))
      return false
    throw error
  }
}
