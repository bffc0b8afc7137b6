-- What the reconciler remembers: its runs, its tries, and that it holds a project's turn while it repairs drift.

create table schema_saga.reconcile_run (
  id text primary key,
  trigger text not null check (trigger in ('schedule', 'person')),
  actor text not null,
  -- Null: all projects.
  project_id text,
  dry_run boolean not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  -- One entry for each project, with what each duty found, did and left.
  results jsonb not null default '[]'
);
create index reconcile_run_started on schema_saga.reconcile_run (started_at desc);

alter table schema_saga.operation
  add column auto_repair_tries int not null default 0,
  add column auto_repair_at timestamptz;
create index operation_open on schema_saga.operation (project_id, seq)
  where status not in ('committed', 'failed', 'cancelled');

-- When the reconciler last started a catch-up that has not ended yet.
alter table schema_saga.tenant add column catch_up_started_at timestamptz;

alter table schema_saga.project
  -- Projects that were looked at longest ago come first.
  add column reconciled_at timestamptz,
  -- Whoever is named holds the turn until then, without an operation.
  add column maintenance_by text,
  add column maintenance_until timestamptz;
