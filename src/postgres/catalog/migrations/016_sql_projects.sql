-- Projects that are described by SQL. Texts are kept by their sha256, so that mutations, plans and histories carry only that;
-- a revision has the record of the base that it left, and the chain of all texts that led to it.

alter table schema_saga.project add column kind text not null default 'models' check (kind in ('models', 'sql'));
-- What its base is to be made of: sha256 of the text, its source for messages, and how it is to be read.
alter table schema_saga.project add column baseline jsonb;

create table schema_saga.sql_text (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  text text not null,
  at timestamptz not null default now()
);

create table schema_saga.sql_revision (
  project_id text not null,
  revision int not null,
  name text not null,
  chain text not null,
  up text not null references schema_saga.sql_text (sha256),
  down text references schema_saga.sql_text (sha256),
  record jsonb not null,
  primary key (project_id, revision),
  foreign key (project_id, revision) references schema_saga.schema_revision (project_id, revision)
);
