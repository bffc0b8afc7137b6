-- All records of an operation are written under its row, which is held, and deleted before it: to look it up again for each
-- of thousands was half of what it takes to open them (measured: 12 of 25 ms for 1,000 tenants).

alter table schema_saga.operation_step drop constraint operation_step_operation_id_fkey;
