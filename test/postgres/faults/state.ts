/** What a target looks like, in one message: the independent dump, and everything that the protocol keeps of it. */
import type pg from 'pg'
import { OBJECTS } from '../../fixtures/dump.ts'

/** A target; two targets of the same course are equal in all of it. */
export interface TargetState {
  /** The independent dump of the schema, and all rows. */
  readonly dump: string
  /** Tables and columns that are set aside. */
  readonly asides: string
  readonly standing: string
  /** Those of the operation: `epoch/stage state`, and the epoch whose undo undid it. */
  readonly markers: readonly string[]
  /** Rows of `set_aside`, with whether they have been brought back. */
  readonly setAside: readonly string[]
  /** How far backfills came. */
  readonly backfills: readonly string[]
  /** How often a kind of DDL that created or altered something was committed. */
  readonly statements: readonly string[]
}

const SEEN = `
  create table public.statements_seen (namespace text, tag text);
  create index on public.statements_seen (namespace);
  create function public.see_statement() returns event_trigger language plpgsql as $$
  begin
    insert into public.statements_seen
    select c.schema_name, tg_tag from pg_event_trigger_ddl_commands() c where c.schema_name is not null;
  end $$;
  create event trigger see_statement on ddl_command_end execute function public.see_statement()`

const STATE = `
  create function public.objects_of(text) returns setof text language plpgsql stable set plan_cache_mode = force_generic_plan as $$
  begin
    return query ${OBJECTS};
  end $$;

  create function public.rows_of(p_namespace text) returns setof text language plpgsql stable as $$
  declare
    v_table text;
  begin
    for v_table in select relname from pg_class
                    where relnamespace = (select quote_ident(p_namespace)::regnamespace) and relkind = 'r' and relname !~ '^_aside_'
    loop
      return query execute format('select %L || to_jsonb(t)::text from %I.%I t', v_table || ': ', p_namespace, v_table);
    end loop;
  end $$;

  create function public.asides_of(text) returns setof text language plpgsql stable set plan_cache_mode = force_generic_plan as $$
  begin
    return query select c.relname::text from pg_class c
     where c.relnamespace = (select quote_ident($1)::regnamespace) and c.relkind = 'r' and c.relname ~ '^_aside_'
    union all
    select c.relname || '.' || a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = (select quote_ident($1)::regnamespace) and c.relkind = 'r' and a.attname ~ '^_aside_'
       and not a.attisdropped;
  end $$;

  create function public.state_of(p_namespace text, p_operation text) returns jsonb language plpgsql stable set plan_cache_mode = force_generic_plan as $$
  begin
    return jsonb_build_object(
      'dump', (select string_agg(line, E'\\n' order by line) from (
                 select replace(o, quote_ident(p_namespace) || '.', 'NS.') as line from public.objects_of(quote_ident(p_namespace)) o
                 union all select r from public.rows_of(p_namespace) r) l),
      'asides', (select coalesce(string_agg(a, ' ' order by a), '') from public.asides_of(p_namespace) a),
      'standing', (select revision || ' ' || schema_hash from schema_saga_target.target where namespace = p_namespace),
      'markers', array(select concat_ws(' ', epoch || '/' || stage, state, 'undone in ' || undone_in)
                         from schema_saga_target.marker where namespace = p_namespace and operation_id = p_operation order by epoch, stage),
      'setAside', array(select concat_ws(' ', epoch || '/' || stage, direction, kind, table_name, column_name, aside_name,
                                         case when restored_at is not null then 'restored' end)
                          from schema_saga_target.set_aside where namespace = p_namespace order by 1),
      'backfills', array(select concat_ws(' ', epoch || '/' || stage, direction, last_key, rows_done)
                           from schema_saga_target.backfill where namespace = p_namespace order by 1),
      'statements', array(select tag || ' ' || count(*) from public.statements_seen where namespace = p_namespace
                           group by tag order by tag));
  end $$`

/** From now on the DDL of targets is noted, and `statesOf` may be asked. */
export async function installState(client: pg.Client | pg.Pool): Promise<void> {
  await client.query(SEEN)
  await client.query(STATE)
}

/** The states of targets after an operation, in the order of their namespaces as given. */
export async function statesOf(
  client: pg.Client | pg.Pool,
  namespaces: readonly string[],
  operation: string,
): Promise<TargetState[]> {
  const { rows } = await client.query<{ state: TargetState }>(
    'select public.state_of(n, $2) as state from unnest($1::text[]) with ordinality as u(n, at) order by at',
    [namespaces, operation],
  )
  return rows.map(({ state }) => state)
}
