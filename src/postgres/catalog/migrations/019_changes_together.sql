-- Changes by SQL that are made together: the texts of each, under whose names they count as applied.

alter table schema_saga.sql_revision add column parts jsonb;
