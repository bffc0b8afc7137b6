/** The facts of a fleet in the middle of something, read by plain SQL from its catalog and its target databases. */
import type pg from 'pg'

/** Rows as they are, without what is different in every recording: times, hashes, incarnations and runs. */
export interface Facts {
  readonly operations: readonly Row[]
  readonly steps: readonly Row[]
  /** The numbers of stages of every stored plan. */
  readonly plans: readonly Row[]
  readonly projects: readonly Row[]
  readonly tenants: readonly Row[]
  readonly purged: readonly Row[]
  /** By server. */
  readonly targets: Readonly<Record<string, TargetFacts>>
}

/** What the bookkeeping of one target database says, and what is in its namespaces. */
export interface TargetFacts {
  readonly revisions: readonly Row[]
  readonly markers: readonly Row[]
  readonly set_aside: readonly Row[]
  readonly backfills: readonly Row[]
  readonly filled_rows: readonly Row[]
  readonly misfits: readonly Row[]
  readonly drift: readonly Row[]
  /** `namespace.table.column type`, and for indexes, triggers and constraints `namespace.table: name`. */
  readonly objects: readonly string[]
  /** `namespace.table: rows as JSON`. */
  readonly rows: Readonly<Record<string, unknown>>
}

type Row = Readonly<Record<string, unknown>>

const CATALOG = {
  operations: `select id, project_id as project, type, status, attempt, start_count as starts, turn, base_revision, revision,
      unchanged, paused, held, error_code, cause_code, ends_as, persisted_at is not null as durable
    from schema_saga.operation`,
  steps: `select operation_id as operation, key, scope, state, error_code, epoch, undone, wave, accepted
    from schema_saga.operation_step`,
  plans: `select operation_id as operation, attempt, jsonb_array_length(plan -> 'forward') as stages
    from schema_saga.operation_plan`,
  projects: `select id, revision, base_server, base_namespace, base_ready, settings from schema_saga.project`,
  tenants: `select project_id as project, id, server_id as server, namespace, state, cause, changed, reason_code, revision,
      operation_id as operation, parked_by from schema_saga.tenant`,
  purged: `select operation_id as operation, stage, aside_name from schema_saga.purged_object`,
} as const

const TARGET = {
  revisions: 'select namespace, project_id as project, revision from schema_saga_target.target',
  markers: `select namespace, operation_id as operation, epoch, stage, state, undone_in
    from schema_saga_target.marker`,
  set_aside: `select namespace, operation_id as operation, stage, direction, kind, table_name, column_name, aside_name,
      case when purged_at is not null then 'purged' when restored_at is not null then 'restored' else 'held' end as state,
      kind <> 'column' or relation = to_regclass(format('%I.%I', namespace, table_name)) as found
    from schema_saga_target.set_aside`,
  backfills: `select namespace, operation_id as operation, epoch, stage, direction, last_key, rows_done::int
    from schema_saga_target.backfill`,
  filled_rows: `select namespace, fill, count(*)::int as rows from schema_saga_target.filled_row group by 1, 2`,
  misfits: 'select namespace, sync, direction, row_id from schema_saga_target.misfit',
  drift: `select namespace, operation_id as operation, object, what, rows_in_the_way::int as rows
    from schema_saga_target.drift`,
} as const

const IS_TENANTS = `n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'schema_saga_target', 'public')`

const OBJECTS = `
  select format('%s.%s.%s %s', n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod))
      || case when a.attnotnull then ' not null' else '' end as object
    from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and ${IS_TENANTS}
  union all
  select format('%s.%s: index %s%s', n.nspname, c.relname, i.relname, case when x.indisvalid then '' else ' (invalid)' end)
    from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
    join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and ${IS_TENANTS}
  union all
  select format('%s.%s: trigger %s', n.nspname, c.relname, t.tgname)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
   where not t.tgisinternal and ${IS_TENANTS}
  union all
  select format('%s.%s: constraint %s%s', n.nspname, c.relname, k.conname, case when k.convalidated then '' else ' (not valid)' end)
    from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
   -- What Postgres 18 keeps of NOT NULL here is part of the columns above.
   where k.contype <> 'n' and ${IS_TENANTS}
 `

const TABLES = `select n.nspname as namespace, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and ${IS_TENANTS}`

/** Reads everything; `targets` are sessions on the target databases, by server. */
export async function factsOf(catalog: pg.Client, targets: Readonly<Record<string, pg.Client>>): Promise<Facts> {
  const each: Record<string, TargetFacts> = {}
  for (const [server, client] of Object.entries(targets)) each[server] = await targetFactsOf(client)
  return { ...(await answersTo(catalog, CATALOG)), targets: each }
}

async function targetFactsOf(client: pg.Client): Promise<TargetFacts> {
  const objects = await client.query<{ object: string }>(OBJECTS)
  const tables = await client.query<{ namespace: string; name: string }>(TABLES)
  const rows: Record<string, unknown> = {}
  for (const { namespace, name } of tables.rows) {
    const { rows: found } = await client.query<{ row: unknown }>(
      `select to_jsonb(t) as row from "${namespace}"."${name}" t`,
    )
    rows[`${namespace}.${name}`] = sorted(found.map(({ row }) => row))
  }
  return { ...(await answersTo(client, TARGET)), objects: sorted(objects.rows.map(({ object }) => object)), rows }
}

async function answersTo<K extends string>(
  client: pg.Client,
  questions: Readonly<Record<K, string>>,
): Promise<Record<K, Row[]>> {
  const answers: Partial<Record<K, Row[]>> = {}
  for (const [name, sql] of Object.entries(questions) as [K, string][]) {
    answers[name] = sorted((await client.query<Record<string, unknown>>(sql)).rows)
  }
  return answers as Record<K, Row[]>
}

/** In an order that no collation of a server has a say in. */
function sorted<T>(rows: readonly T[]): T[] {
  const keyed = rows.map((row) => ({ row, key: JSON.stringify(row) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ row }) => row)
}
