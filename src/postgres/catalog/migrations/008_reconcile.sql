-- What the reconciler found and did; and its hold on a project while it repairs drift, which operations wait for.

create table schema_saga.reconcile_run (
  id text primary key,
  trigger text not null check (trigger in ('schedule', 'person')),
  dry_run boolean not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  results jsonb not null default '[]'
);

alter table schema_saga.project
  add column maintenance_by text,
  add column maintenance_until timestamptz;
