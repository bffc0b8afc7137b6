/** Everything that an operation leaves in catalog and targets, in a form in which two projects can be compared. */
import type pg from 'pg'
import { dumpAll } from '../fixtures/dump.ts'
import { type Databases, type Place, placesOf } from '../whole/fleet.ts'

/** The end of one operation; nothing in it names the project or the operation. */
export interface Snapshot {
  readonly operation: unknown
  readonly project: unknown
  readonly steps: readonly unknown[]
  readonly tenants: readonly unknown[]
  readonly targets: Readonly<Record<string, unknown>>
}

/** Reads the end of an operation. */
export async function takeSnapshot(
  stack: Databases,
  project: string,
  tenants: readonly string[],
  operationId: string,
): Promise<Snapshot> {
  const { catalog } = stack
  const targets: Record<string, unknown> = {}
  for (const place of placesOf(stack, project, tenants)) targets[place.name] = await targetOf(place, operationId)
  return {
    operation: (await ask(catalog, OPERATION, [operationId]))[0],
    project: (await ask(catalog, PROJECT, [project]))[0],
    steps: await ask(catalog, STEPS, [operationId]),
    tenants: await ask(catalog, TENANTS, [project]),
    targets,
  }
}

const OPERATION = `select status, attempt, turn, held, error_code, revision, persisted_at is not null as persisted,
                          ended_at is not null as ended from schema_saga.operation where id = $1`
const PROJECT = `select p.revision, c.generation from schema_saga.project p
                   left join schema_saga.cache_document c on c.project_id = p.id where p.id = $1`
const STEPS = `select key, scope, state, undone, error_code, started_at is not null as started, ended_at is not null as ended
                 from schema_saga.operation_step where operation_id = $1 order by key, scope`
const TENANTS = `select id, state, cause, revision, changed from schema_saga.tenant where project_id = $1 order by id`
const MARKERS = `select stage, epoch, state from schema_saga_target.marker
                  where namespace = $1 and operation_id = $2 order by epoch, stage`
const STANDING = `select revision from schema_saga_target.target where namespace = $1`
const STATEMENTS = `select tag, count(*)::int as times from public.statements_seen where namespace = $1 group by tag order by tag`

async function targetOf({ client, namespace }: Place, operationId: string): Promise<unknown> {
  return {
    markers: await ask(client, MARKERS, [namespace, operationId]),
    standing: await ask(client, STANDING, [namespace]),
    statements: await ask(client, STATEMENTS, [namespace]),
    dump: (await dumpAll(client, namespace)).replaceAll(/_aside_\w+/g, '_aside_'),
  }
}

async function ask(client: pg.Client, sql: string, values: readonly unknown[]): Promise<unknown[]> {
  return (await client.query<Record<string, unknown>>(sql, [...values])).rows
}

/**
 * From now on the DDL that committed is noted by namespace, and the tenants of that name refuse what `when` says. The next
 * story in the same database replaces it.
 */
export async function watchStatements(client: pg.Client, refusing: string, when: string): Promise<void> {
  await client.query(`
    create table if not exists public.statements_seen (namespace text, tag text);
    create index if not exists statements_seen_by_namespace on public.statements_seen (namespace);
    create or replace function public.see_statement() returns event_trigger language plpgsql as $$
    declare
      v_namespace text;
    begin
      for v_namespace in select distinct schema_name from pg_event_trigger_ddl_commands() where schema_name is not null loop
        if v_namespace like '%\\_${refusing}' then
          -- Looked at only here: where nothing is provisioned yet, there are no markers to ask.
          if ${when} then
            raise exception 'refused';
          end if;
        end if;
        insert into public.statements_seen values (v_namespace, tg_tag);
      end loop;
    end $$;
    drop event trigger if exists see_statement;
    create event trigger see_statement on ddl_command_end execute function public.see_statement()`)
}
