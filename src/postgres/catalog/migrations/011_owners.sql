-- Whose the registrations on targets are: the name of this catalog, and what was let go of.

create table schema_saga.identity (
  only_row boolean primary key default true check (only_row),
  id text not null
);
insert into schema_saga.identity (id) values (gen_random_uuid()::text);

-- Targets that belong to nobody any more. A tenant that was removed, or whose project was archived, is marked as released
-- in its own database as well, as soon as that answers (marked_at). An `abandoned` one was never made.
create table schema_saga.released_target (
  incarnation text primary key,
  project_id text not null,
  scope text collate "C" not null,
  server_id text not null,
  namespace text not null,
  why text not null check (why in ('removed', 'archived', 'abandoned')),
  at timestamptz not null default now(),
  marked_at timestamptz,
  tried_at timestamptz
);
create index released_target_unmarked on schema_saga.released_target (at) where marked_at is null;
create index released_target_by_place on schema_saga.released_target (server_id, namespace);

-- A registration is told from its incarnation.
create index tenant_by_incarnation on schema_saga.tenant (incarnation);
