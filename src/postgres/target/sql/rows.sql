-- What is remembered about rows while an operation works on them.

-- How far a backfill has come; written in the transaction of each batch.
CREATE TABLE IF NOT EXISTS schema_saga_target.backfill (
  namespace text NOT NULL,
  incarnation text NOT NULL,
  operation_id text NOT NULL,
  epoch integer NOT NULL,
  stage integer NOT NULL,
  direction text NOT NULL CHECK (direction IN ('forward', 'compensate')),
  last_key text NOT NULL,
  rows_done bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (namespace, incarnation, operation_id, epoch, stage, direction)
);

-- Rows whose empty places were filled, so that the undo empties these and no others.
CREATE TABLE IF NOT EXISTS schema_saga_target.filled_row (
  namespace text NOT NULL,
  fill text NOT NULL,
  row_id text NOT NULL,
  PRIMARY KEY (namespace, fill, row_id)
);

-- Rows with a value that did not fit into the column that is kept in step.
CREATE TABLE IF NOT EXISTS schema_saga_target.misfit (
  namespace text NOT NULL,
  sync text NOT NULL,
  direction text NOT NULL CHECK (direction IN ('forward', 'backward')),
  row_id text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (namespace, sync, direction, row_id)
);

-- Rules that an undo could not bring back, because rows written meanwhile break them.
CREATE TABLE IF NOT EXISTS schema_saga_target.drift (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  namespace text NOT NULL,
  operation_id text NOT NULL,
  object text NOT NULL,
  what text NOT NULL,
  rows_in_the_way bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);

CREATE OR REPLACE FUNCTION schema_saga_target.note_misfit_v1(p_namespace text, p_sync text, p_direction text, p_row text)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO schema_saga_target.misfit (namespace, sync, direction, row_id)
  VALUES (p_namespace, p_sync, p_direction, p_row) ON CONFLICT DO NOTHING
$$;

-- Refuses (SS003) while a row that was noted still does not fit; p_condition is over the row t. By the key of the table, never
-- through all of its rows: whoever asks holds a lock on it.
CREATE OR REPLACE FUNCTION schema_saga_target.require_fit_v1(
  p_namespace text, p_table text, p_sync text, p_condition text
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = off SET enable_seqscan = off AS $$
DECLARE
  v_count bigint;
  v_ids text[];
BEGIN
  EXECUTE format(
    'SELECT count(*), (array_agg(t."id"::text ORDER BY t."id"))[1:5] FROM %I.%I t
       JOIN schema_saga_target.misfit m ON m.row_id = t."id"::text
      WHERE m.namespace = $1 AND m.sync = $2 AND m.direction = ''forward'' AND (%s)', p_namespace, p_table, p_condition)
    INTO v_count, v_ids USING p_namespace, p_sync;
  IF v_count > 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'SS003', MESSAGE = format(
      '%s row(s) of %s hold a value that does not fit (ids %s).', v_count, p_table, array_to_string(v_ids, ', '));
  END IF;
  DELETE FROM schema_saga_target.misfit m
   WHERE m.namespace = p_namespace AND m.sync = p_sync AND m.direction = 'forward';
END
$$;

-- What is said of indexes and constraints of columns that an operation has hidden is said of those in their place as well,
-- if nothing is yet; so is that a table is clustered by one. They were built after the columns had changed places.
CREATE OR REPLACE FUNCTION schema_saga_target.carry_comments_v1(p_relation regclass, p_operation text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_part record;
  v_index name;
BEGIN
  SELECT p.name INTO v_index
    FROM schema_saga_target.parts_of_v1(p_relation) h
    JOIN schema_saga_target.parts_of_v1(p_relation) p ON p.index IS NOT NULL
     AND p.name = regexp_replace(substr(h.name, length('_aside_' || p_operation || '_') + 1), '^\d+_', '')
   WHERE h.clustered AND starts_with(h.name, '_aside_' || p_operation || '_');
  IF FOUND THEN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s CLUSTER ON %I', p_relation, v_index));
  END IF;
  FOR v_part IN
    WITH parts AS (
      SELECT 'pg_constraint'::regclass AS catalog, k.oid, k.conname AS name, 'CONSTRAINT' AS kind, format('%I ON %s', k.conname, p_relation) AS it
        FROM pg_constraint k WHERE k.conrelid = p_relation
       UNION ALL
      SELECT 'pg_class'::regclass, c.oid, c.relname, 'INDEX', c.oid::regclass::text
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = p_relation
    ), hidden AS (
      SELECT p.*, d.description, substr(p.name, length('_aside_' || p_operation || '_') + 1) AS rest
        FROM parts p JOIN pg_description d ON d.classoid = p.catalog AND d.objoid = p.oid AND d.objsubid = 0
       WHERE starts_with(p.name, '_aside_' || p_operation || '_')
    )
    SELECT h.description, p.kind, p.it FROM hidden h
      JOIN parts p ON p.kind = h.kind AND p.name = regexp_replace(h.rest, '^\d+_', '') AND p.name <> h.rest
     WHERE obj_description(p.oid, p.catalog::text) IS NULL
  LOOP
    PERFORM schema_saga_target.run_ddl_v1(format('COMMENT ON %s %s IS %L', v_part.kind, v_part.it, v_part.description));
  END LOOP;
END
$$;

-- Removes a sync; harmless when it is gone. An undo has yet to know whether it had been switched off.
CREATE OR REPLACE FUNCTION schema_saga_target.drop_sync_v1(p_namespace text, p_function text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_trigger record;
BEGIN
  FOR v_trigger IN
    SELECT t.tgname, t.tgrelid::regclass AS relation, t.tgenabled FROM pg_trigger t
      JOIN pg_proc p ON p.oid = t.tgfoid
      JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = p_namespace AND p.proname = p_function AND NOT t.tgisinternal
       -- Those of partitions go with the one of their parent.
       AND t.tgparentid = 0
  LOOP
    IF v_trigger.tgenabled <> 'A' AND current_setting('schema_saga.stage', true) <> '' THEN
      PERFORM schema_saga_target.note_sync_gap_v1(p_namespace, p_function);
    END IF;
    IF NOT schema_saga_target.is_undo_v1() THEN
      PERFORM schema_saga_target.carry_comments_v1(v_trigger.relation, regexp_replace(p_function, '^schema_saga_sync_(.+)_\d+$', '\1'));
    END IF;
    PERFORM schema_saga_target.run_ddl_v1(format('DROP TRIGGER IF EXISTS %I ON %s', v_trigger.tgname, v_trigger.relation));
  END LOOP;
  PERFORM schema_saga_target.run_ddl_v1(format('DROP FUNCTION IF EXISTS %I.%I()', p_namespace, p_function));
END
$$;

-- The undo of a column that a sync filled: what it holds is in other columns too, unless a value did not fit there or the
-- sync was switched off meanwhile. Returns the column's name when it had to stay, else null.
CREATE OR REPLACE FUNCTION schema_saga_target.drop_synced_column_v1(
  p_namespace text, p_table text, p_column text, p_sync text
) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = off SET enable_seqscan = off AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
  v_gap boolean;
  v_kept boolean;
  v_aside text;
BEGIN
  DELETE FROM schema_saga_target.sync_gap g
   WHERE g.namespace = p_namespace AND g.sync_function = ('schema_saga_sync_' || p_sync)::name;
  v_gap := FOUND;
  EXECUTE format(
    'SELECT EXISTS (SELECT FROM schema_saga_target.misfit m JOIN %s t ON t."id"::text = m.row_id
      WHERE m.namespace = $1 AND m.sync = $2 AND m.direction = ''backward'' AND t.%I IS NOT NULL)',
    v_relation, p_column) INTO v_kept USING p_namespace, p_sync;
  DELETE FROM schema_saga_target.misfit m WHERE m.namespace = p_namespace AND m.sync = p_sync;
  IF NOT v_gap AND NOT v_kept THEN
    BEGIN
      PERFORM schema_saga_target.keep_sequences_v1(v_relation, (SELECT a.attnum FROM pg_attribute a
        WHERE a.attrelid = v_relation AND a.attname = p_column AND NOT a.attisdropped));
      PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s DROP COLUMN %I', v_relation, p_column));
      RETURN NULL;
    EXCEPTION WHEN dependent_objects_still_exist THEN
      NULL; -- Something that was made for it meanwhile, and could not go back with the others.
    END;
  END IF;
  -- Under a name of its own, so that another attempt finds its own free.
  v_aside := schema_saga_target.free_aside_v1(v_relation, 'column', p_column);
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME COLUMN %I TO %I', v_relation, p_column, v_aside));
  PERFORM schema_saga_target.record_aside_v1(p_namespace, 'column', p_table, p_column, v_aside, v_relation);
  RETURN v_aside;
END
$$;

-- A namespace is made, or taken while it is empty: what is remembered of rows and rules of tables that bore its name before
-- would be taken for something of those that come, as keys and names are often the same.
CREATE OR REPLACE FUNCTION schema_saga_target.forget_tables_v1(p_namespace text)
RETURNS void LANGUAGE sql SET search_path = pg_catalog AS $$
  DELETE FROM schema_saga_target.filled_row f WHERE f.namespace = p_namespace;
  DELETE FROM schema_saga_target.misfit m WHERE m.namespace = p_namespace;
  DELETE FROM schema_saga_target.sync_gap g WHERE g.namespace = p_namespace;
  DELETE FROM schema_saga_target.drift d WHERE d.namespace = p_namespace;
  DELETE FROM schema_saga_target.part_words w WHERE w.namespace = p_namespace;
$$;
