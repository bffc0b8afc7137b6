-- What new tenants of a project of SQL are made of, once for each revision and printing: proven before it is kept.

create table schema_saga.sql_template (
  project_id text not null,
  revision int not null,
  printing jsonb not null,
  sha256 text not null references schema_saga.sql_text (sha256),
  -- How the text is to be read, and whose the objects are of which it was made.
  reading jsonb not null,
  at timestamptz not null default now(),
  primary key (project_id, revision, printing),
  foreign key (project_id, revision) references schema_saga.sql_revision (project_id, revision) on delete cascade
);
