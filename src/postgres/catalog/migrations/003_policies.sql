-- Outcome policies, resuming in the direction that the ledger says, waves, and what a parked tenant was left with.

-- Why an operation is undone, and how it is to end: a run that takes it up again must end it the same way.
alter table schema_saga.operation
  add column cause text,
  add column cause_code text,
  add column cause_type text,
  add column ends_as text check (ends_as in ('failed', 'cancelled')),
  -- True while a person is to decide whether to go forward (policy hold, a halted wave).
  add column held boolean not null default false;

alter table schema_saga.operation_step
  add column wave int not null default 0,
  -- A person took this target as it is, although its undo did not succeed.
  add column accepted boolean not null default false;

-- parked_by is the operation that parked the tenant. changed: whether DDL of it may be left there.
alter table schema_saga.tenant
  add column parked_by text,
  add column changed text check (changed in ('no', 'yes', 'unknown'));
create index tenant_not_active on schema_saga.tenant (project_id, id) where state <> 'active';
