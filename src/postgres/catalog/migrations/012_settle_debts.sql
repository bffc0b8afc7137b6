-- What operations left active on tenants that could not be settled with the others: it is taken off first by whoever works
-- there next, and tried by the reconciler. Nothing that such an operation hid is purged there before.

create table schema_saga.settle_debt (
  project_id text not null,
  tenant_id text collate "C" not null,
  operation_id text not null,
  since timestamptz not null default now(),
  error text,
  error_code text,
  tries int not null default 0,
  try_after timestamptz,
  primary key (project_id, tenant_id, operation_id),
  foreign key (project_id, tenant_id) references schema_saga.tenant (project_id, id) on delete cascade
);
create index settle_debt_operation on schema_saga.settle_debt (operation_id);

-- Earlier releases settled active tenants only. What is there no longer is found so, and costs a look.
insert into schema_saga.settle_debt (project_id, tenant_id, operation_id)
select o.project_id, t.id, o.id
  from schema_saga.operation o
  join schema_saga.operation_plan p on p.operation_id = o.id and p.hash = o.plan_hash
  join schema_saga.operation_step s on s.operation_id = o.id and s.key = 'tenant_ddl' and s.scope <> ''
  join schema_saga.tenant t on t.project_id = o.project_id and t.id = s.scope
 where jsonb_array_length(coalesce(p.plan -> 'settle', '[]')) > 0 and t.state in ('parked', 'suspended')
   and o.status in ('committed', 'failed', 'cancelled') and s.tries > 0 and not s.undone
   and (o.persisted_at is not null or s.accepted);
