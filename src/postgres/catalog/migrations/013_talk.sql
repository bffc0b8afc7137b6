-- What people say and decide: an audit that stops no work, decisions that outlive a run, and a turn that ends with its operation.

-- A line that cannot be written (a right is missing, the table is locked) is told in the server's log; whoever wanted it
-- written goes on. The arguments are texts, so that the details are parsed where a failure is caught.
create function schema_saga.write_audit(project text, operation text, who text, what text, details text)
  returns boolean language plpgsql set lock_timeout = '1s' as $$
begin
  insert into schema_saga.audit (project_id, operation_id, actor, action, details) values ($1, $2, $3, $4, $5::jsonb);
  return true;
exception when others then
  raise warning 'an audit line of schema_saga could not be written: % (SQLSTATE %)', what, sqlstate;
  return false;
end
$$;
create index audit_refusals on schema_saga.audit (operation_id, id) where action = 'repair_ignored';

alter table schema_saga.operation
  -- Failed and parked tenants at which a wave was halted last: those that a person has decided about.
  add column halted_at int,
  -- Tenants at once over all servers, as a person has said since it began.
  add column parallel int;

-- Left by workflows that were ended from outside between their last two steps.
update schema_saga.operation set turn = 'released'
 where turn <> 'released' and status in ('committed', 'failed', 'cancelled');
