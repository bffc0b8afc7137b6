-- Copies of bases on which a change is proven with commits. Each is noted before it is made: whoever finds a name here, and the
-- token in the comment on the namespace, knows that a worker of this catalog made it, and may drop it once nobody proves there.

create table schema_saga.sql_copy (
  namespace text primary key,
  token text not null,
  project_id text not null,
  -- Where it is: the base beside which it was made.
  base jsonb not null,
  at timestamptz not null default now()
);
