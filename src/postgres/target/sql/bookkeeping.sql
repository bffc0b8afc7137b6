-- The bookkeeping of one target database: which operation did what in which namespace (the marker protocol).
-- Run by ensureBookkeeping under an advisory lock; every statement may be repeated.

-- Asked first: IF NOT EXISTS wants CREATE on the database also where there is nothing to create.
DO $$
BEGIN
  IF to_regnamespace('schema_saga_target') IS NULL THEN
    CREATE SCHEMA schema_saga_target;
  END IF;
END
$$;

-- DDL fires the event triggers of the application, which may rely on the search path of the role, as its other triggers do.
-- Where there are none, nothing but `pg_catalog` is in the path. Statements of plans and of ours name everything in full.
CREATE OR REPLACE FUNCTION schema_saga_target.run_ddl_v1(p_statement text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_path text := pg_catalog.current_setting('search_path');
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger e WHERE e.evtenabled IN ('O', 'A')) THEN
    EXECUTE p_statement;
    RETURN;
  END IF;
  PERFORM pg_catalog.set_config('search_path', s.reset_val, true) FROM pg_catalog.pg_settings s WHERE s.name = 'search_path';
  EXECUTE p_statement;
  PERFORM pg_catalog.set_config('search_path', v_path, true);
END
$$;

CREATE TABLE IF NOT EXISTS schema_saga_target.bookkeeping (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  version integer NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

-- Where each namespace stands. "At revision r" always compares both the number and the hash.
CREATE TABLE IF NOT EXISTS schema_saga_target.target (
  namespace text PRIMARY KEY,
  incarnation text NOT NULL,
  project_id text NOT NULL,
  revision integer NOT NULL,
  schema_hash text NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now()
);

-- Whose catalog registered it (null: one of an earlier release; the owner's next work fills it in), since when nobody
-- claims it any more, and which namespace beside which bookkeeping was registered: where the first is another one and the
-- second is not, somebody has made the namespace anew beside the rows about it.
ALTER TABLE schema_saga_target.target
  ADD COLUMN IF NOT EXISTS catalog_id text,
  ADD COLUMN IF NOT EXISTS released_at timestamptz,
  ADD COLUMN IF NOT EXISTS namespace_oid oid,
  ADD COLUMN IF NOT EXISTS bookkeeping_oid oid;

-- Every operation updates every row: with room on its page, no index has to follow.
ALTER TABLE schema_saga_target.target SET (fillfactor = 50);

CREATE TABLE IF NOT EXISTS schema_saga_target.marker (
  namespace text NOT NULL,
  incarnation text NOT NULL,
  operation_id text NOT NULL,
  epoch integer NOT NULL,
  stage integer NOT NULL,
  state text NOT NULL CHECK (state IN ('started', 'applied', 'compensated', 'accepted')),
  plan_hash text NOT NULL,
  -- The epoch whose compensation undid this; null in a tombstone, where nothing had run.
  undone_in integer,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (namespace, incarnation, operation_id, epoch, stage)
);

CREATE TABLE IF NOT EXISTS schema_saga_target.set_aside (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  namespace text NOT NULL,
  incarnation text NOT NULL,
  operation_id text NOT NULL,
  epoch integer NOT NULL,
  stage integer NOT NULL,
  direction text NOT NULL CHECK (direction IN ('forward', 'compensate')),
  kind text NOT NULL CHECK (kind IN ('table', 'column')),
  -- For a column: the table's present name; for a table: the name it had.
  table_name text NOT NULL,
  column_name text,
  aside_name text NOT NULL,
  -- Finds the table of a set-aside column again when it is renamed.
  relation oid,
  at timestamptz NOT NULL DEFAULT now(),
  restored_at timestamptz
);
-- Dropped for good; the row stays, so that nobody takes it for something that was never there.
ALTER TABLE schema_saga_target.set_aside ADD COLUMN IF NOT EXISTS purged_at timestamptz;
-- The operation which hid it again after another one had brought it back; null where that is the operation of the row.
ALTER TABLE schema_saga_target.set_aside ADD COLUMN IF NOT EXISTS hidden_by text;
CREATE INDEX IF NOT EXISTS set_aside_namespace ON schema_saga_target.set_aside (namespace);
-- What is still there: all that is read of it while nobody asks for more.
CREATE INDEX IF NOT EXISTS set_aside_there ON schema_saga_target.set_aside (namespace)
  WHERE restored_at IS NULL AND purged_at IS NULL;

-- One try of one stage: what every function of the protocol is told. A new shape is a new type with a new version.
DO $$
BEGIN
  IF to_regtype('schema_saga_target.stage_try_v1') IS NULL THEN
    CREATE TYPE schema_saga_target.stage_try_v1 AS (
      namespace text,
      incarnation text,
      project_id text,
      operation_id text,
      epoch integer,
      stage integer,
      plan_hash text,
      base_revision integer,
      base_hash text,
      next_revision integer,
      next_hash text,
      last boolean
    );
  END IF;
END
$$;
