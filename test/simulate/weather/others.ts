/** Weather that other people make on a tenant. */
import fc from 'fast-check'
import pg from 'pg'
import { type WeatherPlace, weatherKind } from './kind.ts'
import { placeAt } from './placeAt.ts'
import { connect } from './visitor.ts'

const NOTHING = async (): Promise<void> => {}

interface Spot {
  readonly url: string
  /** The namespace of the tables. */
  readonly namespace: string
}

async function spotOf(place: WeatherPlace, number: number): Promise<Spot | undefined> {
  const found = await placeAt(place, number)
  if (found === undefined) return undefined
  const { at, server } = found
  return { url: server.urls(at.namespace).superuser, namespace: server.tablesIn(at.namespace) }
}

/** Somebody has a table open, in which nothing can be altered meanwhile, though everybody reads and writes. */
export const lockHeld = weatherKind<{ tenant: number; table: number; forMs: number; mode: string }>({
  weight: 6,
  arguments: fc.record({
    tenant: fc.nat(20),
    table: fc.nat(5),
    forMs: fc.constantFrom(150, 600, 2_300, 4_500),
    mode: fc.constantFrom('access share', 'row exclusive'),
  }),
  begin: (place, { tenant, table, forMs, mode }) =>
    locking(place, { tenant, forMs, mode }, (tables) => tables.slice(table % Math.max(1, tables.length)).slice(0, 1)),
})

/** Somebody dumps a tenant: all its tables are open, and what is to be altered waits while the application goes on. */
export const dumpRuns = weatherKind<{ tenant: number; forMs: number }>({
  weight: 6,
  long: true,
  arguments: fc.record({ tenant: fc.nat(20), forMs: fc.constantFrom(600, 1_200, 2_300) }),
  begin: (place, given) => locking(place, { ...given, mode: 'access share' }, (tables) => tables),
})

async function locking(
  place: WeatherPlace,
  { tenant, forMs, mode }: { tenant: number; forMs: number; mode: string },
  choose: (tables: readonly string[]) => readonly string[],
): Promise<() => Promise<void>> {
  const spot = await spotOf(place, tenant)
  const client = spot === undefined ? null : await connect(place.world, spot.url)
  if (spot === undefined || client === null) return NOTHING
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname = $1 and tablename !~ '^_aside_' order by tablename`,
    [spot.namespace],
  )
  const tables = choose(rows.map(({ name }) => name))
  if (tables.length > 0) await client.query(`begin; lock table ${tables.join(', ')} in ${mode} mode`)
  let over: Promise<void> | undefined
  const release = (): Promise<void> => {
    over ??= client.end().catch(() => undefined)
    return over
  }
  const timer = setTimeout(release, forMs)
  return async () => {
    clearTimeout(timer)
    await release()
  }
}

/** Our DDL is refused on one tenant, for a reason that nobody has thought of. */
export const ddlRefused = weatherKind<{ tenant: number }>({
  weight: 6,
  arguments: fc.record({ tenant: fc.nat(20) }),
  begin: async (place, { tenant }) => {
    const spot = await spotOf(place, tenant)
    if (spot === undefined) return NOTHING
    const client = await connect(place.world, spot.url)
    if (client === null) return NOTHING
    refusals += 1
    const name = `refuse_${refusals}`
    await client.query(refusing(name, spot.namespace))
    await client.end()
    return async () => {
      // Who made it may have been thrown out meanwhile; what is away comes back before this is over.
      const again = await connect(place.world, spot.url)
      await again?.query(
        `drop event trigger ${name}; drop event trigger ${name}_drop; drop function sim_weather.${name}()`,
      )
      await again?.end()
    }
  },
})

let refusals = 0

/** Outside of all tenants, so that nobody takes it for theirs. */
function refusing(name: string, namespace: string): string {
  const where = pg.escapeLiteral(namespace)
  return `
    create schema if not exists sim_weather;
    create function sim_weather.${name}() returns event_trigger language plpgsql as $$
    begin
      if current_setting('application_name') !~ '^(saga/|schema-saga)' then return; end if;
      if tg_event = 'sql_drop' then
        if exists (select from pg_event_trigger_dropped_objects() where schema_name = ${where}) then
          raise 'nothing may be dropped here today';
        end if;
      elsif exists (select from pg_event_trigger_ddl_commands() where schema_name = ${where}) then
        raise 'nothing may be changed here today';
      end if;
    end $$;
    grant usage on schema sim_weather to public;
    create event trigger ${name} on ddl_command_end execute function sim_weather.${name}();
    create event trigger ${name}_drop on sql_drop execute function sim_weather.${name}()`
}
