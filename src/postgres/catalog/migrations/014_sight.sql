-- What applications raise may hold values of rows: it is kept here, and the ledger and Temporal's history refer to it.
create table schema_saga.raised (
  id text primary key,
  words text not null,
  at timestamptz not null default now()
);

-- Who was the first to begin work on a target in this epoch; null where it is certain that nobody has, so that there is
-- nothing to undo. Of records that an earlier release began nothing is known.
alter table schema_saga.operation_step add column begun text default 'unknown';

-- What a try that is to be repeated waits for; it counts until the record ends.
alter table schema_saga.operation_step
  add column waits text,
  add column waits_code text,
  add column waits_at timestamptz;
