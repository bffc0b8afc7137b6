-- A base owes as tenants do (tenant_id ''), and what was only found by its name is on record too: objects says what stands
-- there, operation_id is '' where the ledger knows no operation that may have left it.

alter table schema_saga.settle_debt drop constraint settle_debt_project_id_tenant_id_fkey;
alter table schema_saga.settle_debt
  add column objects text[],
  add column tenant text collate "C" generated always as (nullif(tenant_id, '')) stored,
  add foreign key (project_id, tenant) references schema_saga.tenant (project_id, id) on delete cascade;
