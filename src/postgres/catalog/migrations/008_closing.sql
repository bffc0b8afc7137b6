-- When a closing sweep was not the last one: until the schema is durable nobody may become active below its revision.

alter table schema_saga.operation add column closing_since timestamptz;
