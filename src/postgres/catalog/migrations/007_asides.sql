-- What a person or the reconciler has purged: it can not come back, which a revert must know before it begins.

create table schema_saga.purged_object (
  project_id text not null references schema_saga.project (id),
  operation_id text not null,
  stage int not null,
  aside_name text not null,
  actor text not null,
  at timestamptz not null default now(),
  primary key (project_id, operation_id, stage, aside_name)
);
