-- Budgets of sessions that several worker processes share, and where the tables of a database per tenant are.

-- A row is there while its holder wants or has sessions. since: when it began to have some, or to wait for the first.
create table schema_saga.session_lease (
  server_id text not null references schema_saga.server (id) on delete cascade,
  holder text not null,
  sessions int not null check (sessions >= 0),
  wanted int not null check (wanted >= 0),
  since timestamptz not null,
  expires_at timestamptz not null,
  primary key (server_id, holder)
);

-- Null where tenants share databases: each has a namespace of its own then.
alter table schema_saga.server add column tables_in text;
update schema_saga.server set tables_in = 'public' where database_per_tenant;
alter table schema_saga.server add check (database_per_tenant = (tables_in is not null));
