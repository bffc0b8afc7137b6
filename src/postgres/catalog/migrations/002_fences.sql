-- Which run reported last, operations that do not queue yet, every attempt's plan, and an audit that only grows.

alter table schema_saga.operation add column run_id text;
update schema_saga.operation set run_id = first_run_id;
alter table schema_saga.operation alter column run_id set not null;

-- Null: not queued yet, for example while it waits for an approval.
alter table schema_saga.operation alter column turn drop not null;

-- A revision is the work of one operation.
create unique index operation_by_revision on schema_saga.operation (project_id, revision) where persisted_at is not null;

-- Two attempts may make the same plan.
alter table schema_saga.operation_plan
  drop constraint operation_plan_pkey,
  add primary key (operation_id, attempt, hash);

create function schema_saga.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'schema_saga.% is append-only', tg_table_name;
end
$$;
create trigger audit_append_only before update or delete or truncate on schema_saga.audit
  for each statement execute function schema_saga.refuse_change();
