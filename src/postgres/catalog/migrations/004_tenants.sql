-- Tries to bring a tenant up to its project again, and when the next one is due.
alter table schema_saga.tenant
  add column catch_up_tries int not null default 0,
  add column catch_up_after timestamptz;
