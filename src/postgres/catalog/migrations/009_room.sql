-- Every operation updates each tenant's row once and its record twice: with room on the page no index has to follow.

alter table schema_saga.tenant set (fillfactor = 50);
alter table schema_saga.operation_step set (fillfactor = 50);
