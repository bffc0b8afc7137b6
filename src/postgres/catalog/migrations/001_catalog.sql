-- The catalog: projects, servers, tenants, operations with their steps and plans, the cache document, the audit.

create schema if not exists schema_saga;

create table schema_saga.server (
  id text primary key,
  dsn_env text not null,
  max_sessions int not null default 8 check (max_sessions between 1 and 1000),
  database_per_tenant boolean not null default false,
  created_at timestamptz not null default now()
);

-- base_* are null for a project that has tenants only.
create table schema_saga.project (
  id text primary key,
  base_server text references schema_saga.server (id),
  base_namespace text,
  base_incarnation text,
  base_ready boolean not null default false,
  revision int not null default 0,
  schema jsonb not null,
  schema_hash text not null,
  settings jsonb not null default '{}',
  archived_at timestamptz,
  created_at timestamptz not null default now()
);

create table schema_saga.schema_revision (
  project_id text not null references schema_saga.project (id),
  revision int not null,
  schema jsonb not null,
  schema_hash text not null,
  operation_id text,
  at timestamptz not null default now(),
  primary key (project_id, revision)
);

create table schema_saga.tenant (
  project_id text not null references schema_saga.project (id),
  id text collate "C" not null,
  server_id text collate "C" not null references schema_saga.server (id),
  namespace text not null,
  incarnation text not null,
  state text not null check (state in ('provisioning', 'active', 'parked', 'suspended', 'deleting')),
  cause text check (cause in ('failure', 'operator', 'accepted')),
  reason text,
  reason_code text,
  revision int,
  schema_hash text,
  operation_id text,
  since timestamptz not null default now(),
  primary key (project_id, id)
);
create index tenant_by_server on schema_saga.tenant (project_id, server_id, id);

-- A namespace belongs to one target, base or tenant.
create table schema_saga.place (
  server_id text not null references schema_saga.server (id),
  namespace text not null,
  project_id text not null,
  scope text not null,
  primary key (server_id, namespace)
);

create table schema_saga.operation (
  id text primary key,
  seq bigserial not null unique,
  project_id text not null references schema_saga.project (id),
  type text not null,
  status text not null check (status in
    ('pending', 'applying', 'compensating', 'committed', 'failed', 'cancelled', 'needs_repair')),
  attempt int not null default 1,
  start_count int not null default 1,
  content_hash text not null,
  request jsonb not null,
  options jsonb not null,
  actor text not null,
  workflow_id text not null,
  first_run_id text not null,
  turn text not null default 'waiting' check (turn in ('waiting', 'holding', 'released')),
  base_revision int,
  revision int,
  plan_hash text,
  unchanged boolean not null default false,
  paused boolean not null default false,
  error text,
  error_code text,
  before_schema jsonb not null,
  after_schema jsonb,
  persisted_at timestamptz,
  submitted_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  reported_at timestamptz not null default now()
);
create unique index operation_one_holder on schema_saga.operation (project_id) where turn = 'holding';
create index operation_by_project on schema_saga.operation (project_id, seq desc);
create index operation_waiting on schema_saga.operation (project_id, seq) where turn = 'waiting';

-- Every plan of every attempt; what ran can always be recomputed from it.
create table schema_saga.operation_plan (
  operation_id text not null references schema_saga.operation (id),
  hash text not null,
  attempt int not null,
  plan jsonb not null,
  at timestamptz not null default now(),
  primary key (operation_id, hash)
);

-- scope is a tenant's id; empty for the aggregate and for the base.
create table schema_saga.operation_step (
  operation_id text not null references schema_saga.operation (id),
  key text not null,
  scope text collate "C" not null default '',
  state text not null check (state in
    ('pending', 'running', 'succeeded', 'failed', 'compensated', 'skipped', 'parked')),
  error text,
  error_code text,
  tries int not null default 0,
  epoch int not null default 0,
  -- Compensated or tombstoned in this epoch: forward work needs the next one.
  undone boolean not null default false,
  started_at timestamptz,
  ended_at timestamptz,
  primary key (operation_id, key, scope)
);

create table schema_saga.cache_document (
  project_id text primary key references schema_saga.project (id),
  generation int not null,
  document jsonb not null,
  at timestamptz not null default now()
);

-- Append-only.
create table schema_saga.audit (
  id bigserial primary key,
  at timestamptz not null default now(),
  project_id text,
  operation_id text,
  actor text not null,
  action text not null,
  details jsonb not null default '{}'
);
create index audit_by_project on schema_saga.audit (project_id, id);
