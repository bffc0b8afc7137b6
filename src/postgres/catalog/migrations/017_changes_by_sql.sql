-- Changes by SQL. A name counts as applied by its last revision, which a revert makes pending again; what the base looked
-- like in the proof is kept beside the plan until its revision is durable.

alter table schema_saga.sql_revision add column applied boolean not null default true;
alter table schema_saga.sql_revision add column takes_back int;

create table schema_saga.sql_proof (
  operation_id text not null references schema_saga.operation (id) on delete cascade,
  hash text not null,
  record jsonb not null,
  primary key (operation_id, hash)
);
