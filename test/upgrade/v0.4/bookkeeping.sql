--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: schema_saga_target; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA schema_saga_target;

--
-- Name: stage_try_v1; Type: TYPE; Schema: schema_saga_target; Owner: -
--

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

--
-- Name: apply_stage_v1(jsonb, text[], jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.apply_stage_v1(p_try jsonb, p_statements text[], p_asides jsonb) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  RETURN schema_saga_target.run_stage_v1(
    jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try), p_statements, p_asides);
END
$$;

--
-- Name: apply_targets_v1(jsonb, text[], text[], integer[], jsonb, text[]); Type: PROCEDURE; Schema: schema_saga_target; Owner: -
--

CREATE PROCEDURE schema_saga_target.apply_targets_v1(IN p_try jsonb, IN p_namespaces text[], IN p_incarnations text[], IN p_epochs integer[], IN p_stages jsonb, IN p_statements text[])
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_stages jsonb[] := ARRAY(SELECT s FROM jsonb_array_elements(p_stages) s);
  v_stage jsonb;
  v_from integer := 1;
  v_count integer;
  v_outcome text;
BEGIN
  FOR v_target IN 1 .. cardinality(p_namespaces) LOOP
    v_try.namespace := p_namespaces[v_target];
    v_try.incarnation := p_incarnations[v_target];
    v_try.epoch := p_epochs[v_target];
    FOREACH v_stage IN ARRAY v_stages LOOP
      v_try.stage := v_stage -> 'stage';
      v_try.last := v_stage -> 'last';
      v_count := v_stage -> 'statements';
      v_outcome := schema_saga_target.run_stage_v1(
        v_try, p_statements[v_from : v_from + v_count - 1], v_stage -> 'asides');
      COMMIT;
      v_from := v_from + v_count;
    END LOOP;
  END LOOP;
END
$$;

--
-- Name: apply_targets_v2(jsonb, text[], text[], integer[], jsonb, text[]); Type: PROCEDURE; Schema: schema_saga_target; Owner: -
--

CREATE PROCEDURE schema_saga_target.apply_targets_v2(IN p_try jsonb, IN p_namespaces text[], IN p_incarnations text[], IN p_epochs integer[], IN p_stages jsonb, IN p_statements text[])
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_count integer := p_stages -> 0 -> 'statements';
  -- What each row is compared with, in variables of their own: parts of a record or an array cost more in every statement.
  v_namespace text;
  v_incarnation text;
  v_epoch integer;
  v_project text := v_try.project_id;
  v_operation text := v_try.operation_id;
  v_plan text := v_try.plan_hash;
  v_stage integer := p_stages -> 0 -> 'stage';
  v_base integer := v_try.base_revision;
  v_base_hash text := v_try.base_hash;
  v_next integer := v_try.next_revision;
  v_next_hash text := v_try.next_hash;
  v_from integer;
  v_seqscan text := current_setting('enable_seqscan');
  v_set text;
  v_outcome text;
BEGIN
  -- Statements that call functions of ours have more to be told.
  IF jsonb_array_length(p_stages) <> 1 OR p_stages -> 0 -> 'asides' <> '[]' OR v_count = 0
     OR array_to_string(p_statements[: v_count], ' ') LIKE '%schema_saga_target%' THEN
    CALL schema_saga_target.apply_targets_v1(p_try, p_namespaces, p_incarnations, p_epochs, p_stages, p_statements);
    RETURN;
  END IF;
  v_try.stage := v_stage;
  v_try.last := true;
  FOR v_target IN 1 .. cardinality(p_namespaces) LOOP
    v_namespace := p_namespaces[v_target];
    v_incarnation := p_incarnations[v_target];
    v_epoch := p_epochs[v_target];
    v_from := (v_target - 1) * v_count + 1;
    -- A session keeps the plans that it made while the tables were still empty.
    v_set := set_config('enable_seqscan', 'off', true);
    IF v_target < cardinality(p_namespaces) THEN
      v_set := set_config('synchronous_commit', 'off', true);
    END IF;
    -- Locks the target's row; it is there, ours, where the plan begins, and has nothing set aside that follows a renaming.
    UPDATE schema_saga_target.target t
       SET revision = v_next, schema_hash = v_next_hash, updated_at = now()
     WHERE t.namespace = v_namespace AND t.incarnation = v_incarnation AND t.project_id = v_project
       AND t.revision = v_base AND t.schema_hash = v_base_hash
       AND to_regnamespace(quote_ident(v_namespace)) IS NOT NULL
       AND NOT EXISTS (SELECT FROM schema_saga_target.set_aside s WHERE s.namespace = v_namespace);
    IF FOUND THEN
      -- A statement of its own, so that it sees whatever was committed before the row was ours; the row keeps others out.
      INSERT INTO schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
      SELECT v_namespace, v_incarnation, v_operation, v_epoch, v_stage, 'applied', v_plan
       WHERE NOT EXISTS (
         SELECT FROM schema_saga_target.marker m
          WHERE m.namespace = v_namespace AND m.incarnation = v_incarnation
            AND m.operation_id = v_operation AND m.epoch >= v_epoch);
    END IF;
    IF FOUND THEN
      v_set := set_config('enable_seqscan', v_seqscan, true);
      FOR v_statement IN v_from .. v_from + v_count - 1 LOOP
        EXECUTE p_statements[v_statement];
      END LOOP;
    ELSE
      ROLLBACK;
      v_try.namespace := v_namespace;
      v_try.incarnation := v_incarnation;
      v_try.epoch := v_epoch;
      v_outcome := schema_saga_target.run_stage_v1(v_try, p_statements[v_from : v_from + v_count - 1], '[]');
    END IF;
    COMMIT;
  END LOOP;
END
$$;

--
-- Name: begin_stage_v1(schema_saga_target.stage_try_v1, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.begin_stage_v1(p_try schema_saga_target.stage_try_v1, p_state text) RETURNS text
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  v_target schema_saga_target.target;
  v_succeeded boolean;
  v_marker schema_saga_target.marker;
BEGIN
  SELECT * INTO v_target FROM schema_saga_target.target t
   WHERE t.namespace = p_try.namespace AND t.incarnation = p_try.incarnation AND t.project_id = p_try.project_id
     FOR NO KEY UPDATE;
  IF NOT FOUND OR to_regnamespace(quote_ident(p_try.namespace)) IS NULL THEN
    -- Says what is wrong with it.
    v_target := schema_saga_target.lock_target_v1(p_try);
  END IF;
  INSERT INTO schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
  VALUES (p_try.namespace, p_try.incarnation, p_try.operation_id, p_try.epoch, p_try.stage, p_state, p_try.plan_hash)
  ON CONFLICT DO NOTHING
  RETURNING EXISTS (
    SELECT FROM schema_saga_target.marker m
     WHERE m.namespace = p_try.namespace AND m.incarnation = p_try.incarnation
       AND m.operation_id = p_try.operation_id AND m.epoch > p_try.epoch
  ) INTO v_succeeded;
  IF FOUND THEN
    IF v_succeeded THEN
      RAISE EXCEPTION USING ERRCODE = 'SS001', MESSAGE = format('epoch %s has been succeeded by another.', p_try.epoch);
    END IF;
    IF v_target.revision <> p_try.base_revision OR v_target.schema_hash <> p_try.base_hash THEN
      PERFORM schema_saga_target.require_revision_v1(v_target, p_try.base_revision, p_try.base_hash);
    END IF;
    RETURN 'new';
  END IF;
  SELECT * INTO STRICT v_marker FROM schema_saga_target.marker m
   WHERE m.namespace = p_try.namespace AND m.incarnation = p_try.incarnation
     AND m.operation_id = p_try.operation_id AND m.epoch = p_try.epoch AND m.stage = p_try.stage;
  IF v_marker.state NOT IN ('started', 'applied') THEN
    RAISE EXCEPTION USING ERRCODE = 'SS001', MESSAGE = format(
      'stage %s of epoch %s is %s already; a late try may not run it.', p_try.stage, p_try.epoch, v_marker.state);
  END IF;
  IF v_marker.plan_hash <> p_try.plan_hash THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      'stage %s of epoch %s was run by another plan (%s).', p_try.stage, p_try.epoch, left(v_marker.plan_hash, 12));
  END IF;
  RETURN 'found_' || v_marker.state;
END
$$;

--
-- Name: column_in_use_v2(regclass, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.column_in_use_v2(p_relation regclass, p_column text, p_copy_of text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_default text;
  v_shared boolean;
  v_used boolean;
BEGIN
  SELECT pg_get_expr(d.adbin, d.adrelid),
         EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = p_relation AND i.indnatts > 1
                    AND a.attnum = ANY (i.indkey::smallint[]))
    INTO STRICT v_default, v_shared
    FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attrelid = p_relation AND a.attname = p_column AND NOT a.attisdropped;
  IF v_shared THEN
    RETURN true;
  END IF;
  -- Compared as text, because json has no equality.
  EXECUTE format(
    'SELECT count(*) > 100000 OR coalesce(bool_or(v IS NOT NULL AND v::text IS DISTINCT FROM (%s)::text
            AND v::text IS DISTINCT FROM copied), false)
       FROM (SELECT %I AS v, (%s)::text AS copied FROM %s LIMIT 100001) first_rows',
    coalesce(v_default, 'NULL'), p_column, coalesce(p_copy_of, 'NULL'), p_relation) INTO v_used;
  RETURN v_used;
END
$$;

--
-- Name: compensate_stage_v1(jsonb, text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.compensate_stage_v1(p_try jsonb, p_statements text[], OUT outcome text, OUT touched boolean, OUT put_aside text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_target schema_saga_target.target := schema_saga_target.lock_target_v1(v_try);
  v_ran boolean;
  v_applied boolean;
BEGIN
  SELECT count(*) > 0, coalesce(bool_or(m.state = 'applied'), false) INTO v_ran, v_applied
    FROM schema_saga_target.open_markers_v1(v_try) m;
  IF v_ran THEN
    PERFORM schema_saga_target.undo_stage_v1(v_try, v_target, v_applied, p_statements);
  END IF;
  INSERT INTO schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
  VALUES (v_try.namespace, v_try.incarnation, v_try.operation_id, v_try.epoch, v_try.stage, 'compensated',
          v_try.plan_hash)
  ON CONFLICT DO NOTHING;
  outcome := CASE WHEN v_ran THEN 'compensated' WHEN FOUND THEN 'tombstoned' ELSE 'found_compensated' END;
  -- Read from the rows, so that a try whose answer was lost is told the same again.
  touched := EXISTS (
    SELECT FROM schema_saga_target.marker m
     WHERE m.namespace = v_try.namespace AND m.incarnation = v_try.incarnation
       AND m.operation_id = v_try.operation_id AND m.stage = v_try.stage AND m.undone_in = v_try.epoch);
  put_aside := ARRAY(
    SELECT CASE s.kind WHEN 'table' THEN s.aside_name ELSE s.table_name || '.' || s.aside_name END
      FROM schema_saga_target.set_aside s
     WHERE s.namespace = v_try.namespace AND s.incarnation = v_try.incarnation
       AND s.operation_id = v_try.operation_id AND s.stage = v_try.stage AND s.epoch = v_try.epoch
       AND s.direction = 'compensate'
     ORDER BY s.id);
END
$$;

--
-- Name: drop_copied_column_v1(text, text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.drop_copied_column_v1(p_namespace text, p_table text, p_column text, p_aside text, p_copy_of text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
  v_number smallint;
  v_aside text;
BEGIN
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', v_relation);
  SELECT a.attnum INTO v_number FROM pg_attribute a
   WHERE a.attrelid = v_relation AND a.attname = p_column AND NOT a.attisdropped;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('column %s.%s is not there.', p_table, p_column);
  END IF;
  IF NOT schema_saga_target.column_in_use_v2(v_relation, p_column, p_copy_of) THEN
    BEGIN
      EXECUTE format('ALTER TABLE %s DROP COLUMN %I', v_relation, p_column);
      RETURN NULL;
    EXCEPTION WHEN dependent_objects_still_exist THEN
      NULL; -- Something of the user's needs it: set it aside instead.
    END;
  END IF;
  v_aside := schema_saga_target.free_aside_v1(v_relation, 'column', p_aside);
  PERFORM schema_saga_target.hide_parts_v1(v_relation, v_number, v_aside);
  EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT, ALTER COLUMN %I DROP NOT NULL', v_relation, p_column,
    p_column);
  EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', v_relation, p_column, v_aside);
  PERFORM schema_saga_target.record_aside_v1(p_namespace, 'column', p_table, p_column, v_aside, v_relation);
  RETURN v_aside;
END
$$;

--
-- Name: drop_sync_v1(text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.drop_sync_v1(p_namespace text, p_function text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_trigger record;
BEGIN
  FOR v_trigger IN
    SELECT t.tgname, t.tgrelid::regclass AS relation FROM pg_trigger t
      JOIN pg_proc p ON p.oid = t.tgfoid
      JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = p_namespace AND p.proname = p_function AND NOT t.tgisinternal
  LOOP
    EXECUTE format('DROP TRIGGER %I ON %s', v_trigger.tgname, v_trigger.relation);
  END LOOP;
  EXECUTE format('DROP FUNCTION IF EXISTS %I.%I()', p_namespace, p_function);
END
$$;

--
-- Name: drop_synced_column_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.drop_synced_column_v1(p_namespace text, p_table text, p_column text, p_sync text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $_$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
  v_kept boolean;
  v_aside text;
BEGIN
  EXECUTE format(
    'SELECT EXISTS (SELECT FROM schema_saga_target.misfit m JOIN %s t ON t."id"::text = m.row_id
      WHERE m.namespace = $1 AND m.sync = $2 AND m.direction = ''backward'' AND t.%I IS NOT NULL)',
    v_relation, p_column) INTO v_kept USING p_namespace, p_sync;
  IF v_kept THEN
    -- Under a name of its own, so that another attempt finds its own free.
    v_aside := schema_saga_target.free_aside_v1(v_relation, 'column', p_column);
    EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', v_relation, p_column, v_aside);
    PERFORM schema_saga_target.record_aside_v1(p_namespace, 'column', p_table, p_column, v_aside, v_relation);
    DELETE FROM schema_saga_target.misfit m WHERE m.namespace = p_namespace AND m.sync = p_sync;
    RETURN v_aside;
  END IF;
  EXECUTE format('ALTER TABLE %s DROP COLUMN %I', v_relation, p_column);
  DELETE FROM schema_saga_target.misfit m WHERE m.namespace = p_namespace AND m.sync = p_sync;
  RETURN NULL;
END
$_$;

--
-- Name: drop_unused_column_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.drop_unused_column_v1(p_namespace text, p_table text, p_column text, p_aside text) RETURNS text
    LANGUAGE sql
    AS $$
  SELECT schema_saga_target.drop_copied_column_v1(p_namespace, p_table, p_column, p_aside, NULL)
$$;

--
-- Name: drop_unused_table_v1(text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.drop_unused_table_v1(p_namespace text, p_table text, p_aside text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
  v_used boolean;
  v_aside text;
BEGIN
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', v_relation);
  EXECUTE format('SELECT EXISTS (SELECT FROM %s)', v_relation) INTO v_used;
  IF NOT v_used THEN
    BEGIN
      EXECUTE format('DROP TABLE %s', v_relation);
      RETURN NULL;
    EXCEPTION WHEN dependent_objects_still_exist THEN
      NULL; -- Something of the user's needs it: set it aside instead.
    END;
  END IF;
  v_aside := schema_saga_target.free_aside_v1(v_relation, 'table', p_aside);
  PERFORM schema_saga_target.hide_parts_v1(v_relation, NULL, v_aside);
  EXECUTE format('ALTER TABLE %s RENAME TO %I', v_relation, v_aside);
  PERFORM schema_saga_target.record_aside_v1(p_namespace, 'table', p_table, NULL, v_aside, v_relation);
  RETURN v_aside;
END
$$;

--
-- Name: end_stage_v1(schema_saga_target.stage_try_v1, jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.end_stage_v1(p_try schema_saga_target.stage_try_v1, p_asides jsonb) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
  IF p_asides <> '[]' THEN
    INSERT INTO schema_saga_target.set_aside (namespace, incarnation, operation_id, epoch, stage, direction, kind,
      table_name, column_name, aside_name, relation)
    SELECT p_try.namespace, p_try.incarnation, p_try.operation_id, p_try.epoch, p_try.stage, 'forward', a.kind,
           a."table", a."column", a."asideName",
           to_regclass(format('%I.%I', p_try.namespace, CASE a.kind WHEN 'table' THEN a."asideName" ELSE a."table" END))
      FROM jsonb_to_recordset(p_asides) AS a(kind text, "table" text, "column" text, "asideName" text);
  END IF;
  -- Most targets have nothing set aside, and looking through the catalog of Postgres is dear.
  IF EXISTS (SELECT FROM schema_saga_target.set_aside s
              WHERE s.namespace = p_try.namespace AND s.kind = 'column' AND s.restored_at IS NULL) THEN
    PERFORM schema_saga_target.follow_renames_v1(p_try.namespace);
  END IF;
  IF p_try.last THEN
    UPDATE schema_saga_target.target t
       SET revision = p_try.next_revision, schema_hash = p_try.next_hash, updated_at = now()
     WHERE t.namespace = p_try.namespace AND t.revision = p_try.base_revision AND t.schema_hash = p_try.base_hash;
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = 'the target''s revision moved under the operation.';
    END IF;
  END IF;
END
$$;

--
-- Name: enter_stage_v2(schema_saga_target.stage_try_v1, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.enter_stage_v2(p_try schema_saga_target.stage_try_v1, p_direction text) RETURNS text
    LANGUAGE plpgsql
    AS $$
BEGIN
  RETURN set_config('schema_saga.stage', jsonb_build_object(
    'incarnation', p_try.incarnation, 'operation_id', p_try.operation_id, 'epoch', p_try.epoch,
    'stage', p_try.stage, 'direction', p_direction)::text, true);
END
$$;

--
-- Name: finish_stage_v1(jsonb, jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.finish_stage_v1(p_try jsonb, p_asides jsonb) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_found text := schema_saga_target.begin_stage_v1(v_try, 'started');
BEGIN
  IF v_found = 'found_applied' THEN
    RETURN v_found;
  END IF;
  IF v_found <> 'found_started' THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('stage %s was never started.', v_try.stage);
  END IF;
  UPDATE schema_saga_target.marker m SET state = 'applied', at = now()
   WHERE m.namespace = v_try.namespace AND m.incarnation = v_try.incarnation
     AND m.operation_id = v_try.operation_id AND m.epoch = v_try.epoch AND m.stage = v_try.stage;
  PERFORM schema_saga_target.end_stage_v1(v_try, p_asides);
  RETURN 'applied';
END
$$;

--
-- Name: follow_renames_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.follow_renames_v1(p_namespace text) RETURNS void
    LANGUAGE sql
    AS $$
  UPDATE schema_saga_target.set_aside s SET table_name = c.relname
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
   WHERE s.namespace = p_namespace AND s.kind = 'column' AND s.restored_at IS NULL AND c.oid = s.relation
     AND n.nspname = p_namespace AND a.attname = s.aside_name AND NOT a.attisdropped AND c.relname <> s.table_name
$$;

--
-- Name: free_aside_v1(regclass, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.free_aside_v1(p_relation regclass, p_kind text, p_aside text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_number integer := coalesce((nullif(current_setting('schema_saga.stage', true), '')::jsonb ->> 'epoch')::integer, 2);
  v_name text := p_aside;
BEGIN
  WHILE EXISTS (
    SELECT FROM pg_catalog.pg_attribute a
     WHERE p_kind = 'column' AND a.attrelid = p_relation AND a.attname = v_name
    UNION ALL
    SELECT FROM pg_catalog.pg_class c
     WHERE p_kind = 'table' AND c.relname = v_name
       AND c.relnamespace = (SELECT r.relnamespace FROM pg_catalog.pg_class r WHERE r.oid = p_relation)
  ) LOOP
    v_name := schema_saga_target.shorten_v1(p_aside, '_e' || v_number);
    v_number := v_number + 1;
  END LOOP;
  RETURN v_name;
END
$$;

--
-- Name: hide_parts_v1(regclass, smallint, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.hide_parts_v1(p_relation regclass, p_column smallint, p_aside text) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_part record;
BEGIN
  FOR v_part IN
    SELECT k.conname, k.contype FROM pg_catalog.pg_constraint k
     WHERE k.conrelid = p_relation AND k.contype IN ('f', 'p', 'u', 'x', 'c')
       AND (p_column IS NULL OR p_column = ANY (k.conkey))
  LOOP
    IF v_part.contype = 'f' THEN
      EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', p_relation, v_part.conname);
    ELSE
      EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', p_relation, v_part.conname,
        schema_saga_target.shorten_v1(p_aside, '_' || left(md5(v_part.conname), 8)));
    END IF;
  END LOOP;
  FOR v_part IN
    SELECT i.indexrelid::regclass AS name, c.relname FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = p_relation AND (p_column IS NULL OR p_column = ANY (i.indkey::smallint[]))
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                        WHERE k.conindid = i.indexrelid AND k.conrelid = p_relation AND k.contype IN ('p', 'u', 'x'))
  LOOP
    EXECUTE format('ALTER INDEX %s RENAME TO %I', v_part.name,
      schema_saga_target.shorten_v1(p_aside, '_' || left(md5(v_part.relname), 8)));
  END LOOP;
END
$$;

--
-- Name: json_cast_v1(jsonb, text, text, boolean); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_cast_v1(p_value jsonb, p_from text, p_to text, p_back boolean) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_text text := p_value #>> '{}';
BEGIN
  IF jsonb_typeof(p_value) = 'null' OR p_from = p_to THEN
    RETURN p_value;
  END IF;
  IF p_back THEN
    RETURN CASE
      WHEN p_to = 'text' AND p_from IN ('list', 'object', 'repeated') THEN schema_saga_target.text_to_json_v1(v_text)
      WHEN p_to = 'list' AND p_from <> 'repeated' THEN p_value -> 0
      WHEN p_to = 'repeated' AND p_from = 'list' THEN schema_saga_target.repeated_to_list_v1(p_value)
      WHEN p_to = 'repeated' THEN p_value -> 0
      WHEN p_to = 'list' THEN p_value
      ELSE schema_saga_target.json_cast_v1(p_value, p_to, p_from, false) END;
  END IF;
  RETURN CASE p_to
    WHEN 'text' THEN to_jsonb(CASE WHEN jsonb_typeof(p_value) IN ('object', 'array') THEN p_value::text ELSE v_text END)
    WHEN 'list' THEN CASE p_from WHEN 'repeated' THEN p_value ELSE jsonb_build_array(p_value) END
    WHEN 'repeated' THEN CASE p_from WHEN 'list' THEN schema_saga_target.list_to_repeated_v1(p_value)
                                     ELSE jsonb_build_array(p_value) END
    WHEN 'boolean' THEN to_jsonb(schema_saga_target.text_to_boolean_v1(v_text))
    WHEN 'date' THEN to_jsonb(schema_saga_target.text_to_date_v1(v_text))
    ELSE to_jsonb(CASE
      WHEN jsonb_typeof(p_value) = 'boolean' THEN v_text::boolean::integer
      WHEN p_to = 'int' THEN schema_saga_target.numeric_to_int_v1(schema_saga_target.text_to_numeric_v1(v_text))
      ELSE schema_saga_target.text_to_numeric_v1(v_text) END) END;
END
$$;

--
-- Name: json_edit_object_v1(jsonb, jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_edit_object_v1(p_doc jsonb, p_edit jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_op text := p_edit ->> 'op';
  v_key text := coalesce(p_edit ->> 'key', p_edit ->> 'from');
  v_source text[];
  v_value jsonb;
BEGIN
  IF v_op = 'move' THEN
    v_source := ARRAY(SELECT jsonb_array_elements_text(p_edit -> 'src' -> 'keys'));
    RETURN schema_saga_target.json_put_v1(
      schema_saga_target.json_edit_v1(p_doc, v_source, jsonb_build_object('op', 'remove', 'key', v_key)),
      ARRAY(SELECT jsonb_array_elements_text(p_edit -> 'dst' -> 'keys')),
      ARRAY(SELECT jsonb_array_elements(p_edit -> 'dst' -> 'repeated'))::text[]::boolean[],
      v_key, schema_saga_target.json_get_v1(p_doc, v_source, v_key));
  END IF;
  IF NOT p_doc ? v_key THEN
    RETURN p_doc;
  END IF;
  v_value := p_doc -> v_key;
  IF v_op IN ('cast', 'uncast') THEN
    v_value := schema_saga_target.json_cast_v1(v_value, p_edit ->> 'from', p_edit ->> 'to', v_op = 'uncast');
    RETURN CASE WHEN v_value IS NOT NULL THEN p_doc || jsonb_build_object(v_key, v_value) END;
  END IF;
  RETURN CASE v_op
    WHEN 'rename' THEN (p_doc - v_key) || jsonb_build_object(p_edit ->> 'to', v_value)
    WHEN 'copy' THEN p_doc || jsonb_build_object(p_edit ->> 'to', v_value)
    WHEN 'remove' THEN p_doc - v_key END;
END
$$;

--
-- Name: json_edit_v1(jsonb, text[], jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_edit_v1(p_doc jsonb, p_path text[], p_edit jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_child jsonb;
BEGIN
  IF jsonb_typeof(p_doc) = 'array' THEN
    RETURN (SELECT CASE WHEN count(*) = count(r.item) THEN coalesce(jsonb_agg(r.item ORDER BY r.place), '[]') END
              FROM (SELECT schema_saga_target.json_edit_v1(e.value, p_path, p_edit) AS item, e.ordinality AS place
                      FROM jsonb_array_elements(p_doc) WITH ORDINALITY e) r);
  END IF;
  IF jsonb_typeof(p_doc) IS DISTINCT FROM 'object' THEN
    RETURN p_doc;
  END IF;
  IF cardinality(p_path) = 0 THEN
    RETURN schema_saga_target.json_edit_object_v1(p_doc, p_edit);
  END IF;
  IF NOT p_doc ? p_path[1] THEN
    RETURN p_doc;
  END IF;
  v_child := schema_saga_target.json_edit_v1(p_doc -> p_path[1], p_path[2:], p_edit);
  RETURN CASE WHEN v_child IS NOT NULL THEN p_doc || jsonb_build_object(p_path[1], v_child) END;
END
$$;

--
-- Name: json_get_v1(jsonb, text[], text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_get_v1(p_doc jsonb, p_path text[], p_key text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  IF p_doc IS NULL OR jsonb_typeof(p_doc) = 'array' AND jsonb_array_length(p_doc) = 0 THEN
    RETURN NULL;
  END IF;
  IF jsonb_typeof(p_doc) = 'array' THEN
    RETURN schema_saga_target.json_get_v1(p_doc -> 0, p_path, p_key);
  END IF;
  IF cardinality(p_path) = 0 THEN
    RETURN p_doc -> p_key;
  END IF;
  RETURN schema_saga_target.json_get_v1(p_doc -> p_path[1], p_path[2:], p_key);
END
$$;

--
-- Name: json_put_back_v1(jsonb, jsonb, text[], text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_put_back_v1(p_doc jsonb, p_older jsonb, p_path text[], p_key text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  IF jsonb_typeof(p_doc) = 'array' THEN
    RETURN (SELECT coalesce(jsonb_agg(schema_saga_target.json_put_back_v1(e.value, coalesce(
                     (SELECT o.value FROM jsonb_array_elements(CASE jsonb_typeof(p_older) WHEN 'array' THEN p_older END) o
                       WHERE o.value -> '_id' = e.value -> '_id' LIMIT 1),
                     p_older -> (e.ordinality - 1)::integer), p_path, p_key) ORDER BY e.ordinality), '[]')
              FROM jsonb_array_elements(p_doc) WITH ORDINALITY e);
  END IF;
  IF jsonb_typeof(p_doc) IS DISTINCT FROM 'object' OR jsonb_typeof(p_older) IS DISTINCT FROM 'object' THEN
    RETURN p_doc;
  END IF;
  IF cardinality(p_path) = 0 THEN
    RETURN CASE WHEN p_older ? p_key AND NOT p_doc ? p_key
                THEN p_doc || jsonb_build_object(p_key, p_older -> p_key) ELSE p_doc END;
  END IF;
  IF NOT p_doc ? p_path[1] THEN
    RETURN p_doc;
  END IF;
  RETURN p_doc || jsonb_build_object(p_path[1],
    schema_saga_target.json_put_back_v1(p_doc -> p_path[1], p_older -> p_path[1], p_path[2:], p_key));
END
$$;

--
-- Name: json_put_v1(jsonb, text[], boolean[], text, jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_put_v1(p_doc jsonb, p_path text[], p_repeated boolean[], p_key text, p_value jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_doc jsonb := CASE WHEN p_doc IS NULL OR jsonb_typeof(p_doc) = 'null'
                      THEN CASE WHEN NOT p_repeated[1] THEN '{}'::jsonb END ELSE p_doc END;
  v_child jsonb;
BEGIN
  IF p_value IS NULL THEN
    RETURN p_doc;
  END IF;
  IF jsonb_typeof(v_doc) = 'array' THEN
    RETURN (SELECT CASE WHEN count(*) = count(r.item) THEN jsonb_agg(r.item ORDER BY r.place) END
              FROM (SELECT schema_saga_target.json_put_v1(e.value, p_path, array_prepend(false, p_repeated[2:]), p_key,
                             p_value) AS item, e.ordinality AS place
                      FROM jsonb_array_elements(v_doc) WITH ORDINALITY e) r);
  END IF;
  IF jsonb_typeof(v_doc) IS DISTINCT FROM 'object' THEN
    RETURN NULL;
  END IF;
  IF cardinality(p_path) = 0 THEN
    RETURN v_doc || jsonb_build_object(p_key, p_value);
  END IF;
  v_child := schema_saga_target.json_put_v1(v_doc -> p_path[1], p_path[2:], p_repeated[2:], p_key, p_value);
  RETURN CASE WHEN v_child IS NOT NULL THEN v_doc || jsonb_build_object(p_path[1], v_child) END;
END
$$;

--
-- Name: json_to_boolean_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_boolean_v1(p_value jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT CASE jsonb_typeof(p_value) WHEN 'boolean' THEN (p_value #>> '{}')::boolean END
$$;

--
-- Name: json_to_date_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_date_v1(p_value jsonb) RETURNS date
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT schema_saga_target.text_to_date_v1(schema_saga_target.json_to_text_v1(p_value))
$$;

--
-- Name: json_to_int_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_int_v1(p_value jsonb) RETURNS integer
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT schema_saga_target.numeric_to_int_v1(schema_saga_target.json_to_numeric_v1(p_value))
$$;

--
-- Name: json_to_json_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_json_v1(p_value jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT CASE WHEN jsonb_typeof(p_value) <> 'null' THEN p_value END
$$;

--
-- Name: json_to_numeric_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_numeric_v1(p_value jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT CASE jsonb_typeof(p_value) WHEN 'number' THEN (p_value #>> '{}')::numeric END
$$;

--
-- Name: json_to_text_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_text_v1(p_value jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT CASE jsonb_typeof(p_value) WHEN 'string' THEN p_value #>> '{}' END
$$;

--
-- Name: list_to_repeated_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.list_to_repeated_v1(p_value jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT CASE
    WHEN p_value IS NULL OR jsonb_typeof(p_value) = 'null' THEN p_value
    WHEN jsonb_typeof(p_value) = 'array' THEN (SELECT coalesce(jsonb_agg(jsonb_build_object('value', e.value) ORDER BY e.ordinality), '[]')
                         FROM jsonb_array_elements(p_value) WITH ORDINALITY e)
    ELSE jsonb_build_array(jsonb_build_object('value', p_value)) END
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: set_aside; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.set_aside (
    id bigint NOT NULL,
    namespace text NOT NULL,
    incarnation text NOT NULL,
    operation_id text NOT NULL,
    epoch integer NOT NULL,
    stage integer NOT NULL,
    direction text NOT NULL,
    kind text NOT NULL,
    table_name text NOT NULL,
    column_name text,
    aside_name text NOT NULL,
    relation oid,
    at timestamp with time zone DEFAULT now() NOT NULL,
    restored_at timestamp with time zone,
    purged_at timestamp with time zone,
    CONSTRAINT set_aside_direction_check CHECK ((direction = ANY (ARRAY['forward'::text, 'compensate'::text]))),
    CONSTRAINT set_aside_kind_check CHECK ((kind = ANY (ARRAY['table'::text, 'column'::text])))
);

--
-- Name: lock_aside_v1(text, text, bigint); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.lock_aside_v1(p_namespace text, p_incarnation text, p_id bigint) RETURNS SETOF schema_saga_target.set_aside
    LANGUAGE sql
    AS $$
  SELECT * FROM schema_saga_target.set_aside s
   WHERE s.id = p_id AND s.namespace = p_namespace AND s.incarnation = p_incarnation
     AND s.restored_at IS NULL AND s.purged_at IS NULL
     FOR UPDATE
$$;

--
-- Name: target; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.target (
    namespace text NOT NULL,
    incarnation text NOT NULL,
    project_id text NOT NULL,
    revision integer NOT NULL,
    schema_hash text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50');

--
-- Name: lock_target_v1(schema_saga_target.stage_try_v1); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.lock_target_v1(p_try schema_saga_target.stage_try_v1) RETURNS schema_saga_target.target
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_target schema_saga_target.target;
BEGIN
  IF to_regnamespace(quote_ident(p_try.namespace)) IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = '3F000', MESSAGE = 'the namespace does not exist';
  END IF;
  SELECT * INTO v_target FROM schema_saga_target.target t WHERE t.namespace = p_try.namespace FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = 'the namespace is not registered as a target.';
  END IF;
  IF v_target.incarnation <> p_try.incarnation OR v_target.project_id <> p_try.project_id THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      'the namespace was provisioned anew (incarnation %s of project %s, not %s of %s).',
      v_target.incarnation, v_target.project_id, p_try.incarnation, p_try.project_id);
  END IF;
  RETURN v_target;
END
$$;

--
-- Name: note_drift_v1(text, text, text, regclass, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.note_drift_v1(p_namespace text, p_object text, p_what text, p_relation regclass, p_condition text) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_rows bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM %s t WHERE %s', p_relation, p_condition) INTO v_rows;
  INSERT INTO schema_saga_target.drift (namespace, operation_id, object, what, rows_in_the_way)
  VALUES (p_namespace,
    coalesce(nullif(current_setting('schema_saga.stage', true), '')::jsonb ->> 'operation_id', 'by hand'),
    p_object, p_what, v_rows);
END
$$;

--
-- Name: note_misfit_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.note_misfit_v1(p_namespace text, p_sync text, p_direction text, p_row text) RETURNS void
    LANGUAGE sql
    AS $$
  INSERT INTO schema_saga_target.misfit (namespace, sync, direction, row_id)
  VALUES (p_namespace, p_sync, p_direction, p_row) ON CONFLICT DO NOTHING
$$;

--
-- Name: numeric_to_int_v1(numeric); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.numeric_to_int_v1(p_value numeric) RETURNS integer
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT CASE WHEN p_value BETWEEN -2147483648 AND 2147483647 AND p_value = trunc(p_value) THEN p_value::integer END
$$;

--
-- Name: marker; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.marker (
    namespace text NOT NULL,
    incarnation text NOT NULL,
    operation_id text NOT NULL,
    epoch integer NOT NULL,
    stage integer NOT NULL,
    state text NOT NULL,
    plan_hash text NOT NULL,
    undone_in integer,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT marker_state_check CHECK ((state = ANY (ARRAY['started'::text, 'applied'::text, 'compensated'::text, 'accepted'::text])))
);

--
-- Name: open_markers_v1(schema_saga_target.stage_try_v1); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.open_markers_v1(p_try schema_saga_target.stage_try_v1) RETURNS SETOF schema_saga_target.marker
    LANGUAGE sql STABLE
    AS $$
  SELECT * FROM schema_saga_target.marker m
   WHERE m.namespace = (p_try).namespace AND m.incarnation = (p_try).incarnation
     AND m.operation_id = (p_try).operation_id AND m.stage = (p_try).stage AND m.state IN ('started', 'applied')
$$;

--
-- Name: purge_aside_v1(text, text, bigint); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.purge_aside_v1(p_namespace text, p_incarnation text, p_id bigint) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_row schema_saga_target.set_aside;
  v_relation regclass;
  v_number smallint;
BEGIN
  SELECT * INTO v_row FROM schema_saga_target.lock_aside_v1(p_namespace, p_incarnation, p_id);
  IF NOT FOUND THEN
    RETURN 'gone';
  END IF;
  v_relation := to_regclass(format('%I.%I', p_namespace,
    CASE v_row.kind WHEN 'table' THEN v_row.aside_name ELSE v_row.table_name END));
  SELECT a.attnum INTO v_number FROM pg_attribute a
   WHERE a.attrelid = v_relation AND a.attname = v_row.aside_name AND NOT a.attisdropped;
  BEGIN
    IF v_row.kind = 'table' AND v_relation IS NOT NULL THEN
      EXECUTE format('DROP TABLE %s', v_relation);
    ELSIF v_number IS NOT NULL THEN
      IF EXISTS (SELECT FROM pg_index i
                  WHERE i.indrelid = v_relation AND i.indnatts > 1 AND v_number = ANY (i.indkey::smallint[])) THEN
        RETURN 'in_use';
      END IF;
      EXECUTE format('ALTER TABLE %s DROP COLUMN %I', v_relation, v_row.aside_name);
    END IF;
  EXCEPTION WHEN dependent_objects_still_exist THEN
    RETURN 'in_use';
  END;
  UPDATE schema_saga_target.set_aside s SET purged_at = now() WHERE s.id = p_id;
  RETURN 'purged';
END
$$;

--
-- Name: put_back_v1(text, text, bigint); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.put_back_v1(p_namespace text, p_incarnation text, p_id bigint, OUT placed bigint, OUT left_out bigint) RETURNS record
    LANGUAGE plpgsql
    SET row_security TO 'off'
    AS $$
DECLARE
  v_row schema_saga_target.set_aside;
BEGIN
  SELECT * INTO v_row FROM schema_saga_target.lock_aside_v1(p_namespace, p_incarnation, p_id);
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF v_row.kind = 'table' THEN
    SELECT r.placed, r.left_out INTO placed, left_out
      FROM schema_saga_target.put_rows_back_v1(p_namespace, v_row.table_name, v_row.aside_name) r;
  ELSE
    SELECT r.placed, r.left_out INTO placed, left_out
      FROM schema_saga_target.put_values_back_v1(p_namespace, v_row.table_name, v_row.column_name, v_row.aside_name) r;
  END IF;
END
$$;

--
-- Name: put_rows_back_v1(text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.put_rows_back_v1(p_namespace text, p_table text, p_aside text, OUT placed bigint, OUT left_out bigint) RETURNS record
    LANGUAGE plpgsql
    AS $_$
DECLARE
  v_relation regclass := pg_catalog.to_regclass(format('%I.%I', p_namespace, p_table));
  v_aside regclass := pg_catalog.to_regclass(format('%I.%I', p_namespace, p_aside));
  v_columns text;
  v_fits boolean;
BEGIN
  -- Every column must have its place: half a row would look like a whole one.
  SELECT string_agg(format('%I', old.attname), ', '), bool_and(a.atttypid IS NOT NULL)
    INTO v_columns, v_fits
    FROM pg_catalog.pg_attribute old
    LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = v_relation AND a.attname = old.attname
          AND a.atttypid = old.atttypid AND a.atttypmod = old.atttypmod AND NOT a.attisdropped
   WHERE old.attrelid = v_aside AND old.attnum > 0 AND NOT old.attisdropped AND NOT starts_with(old.attname, '_aside_');
  IF v_relation IS NULL OR v_fits IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('there is no table %s with the same columns.', p_table);
  END IF;
  EXECUTE format('INSERT INTO %1$s (%3$s) SELECT %3$s FROM %2$s ON CONFLICT DO NOTHING', v_relation, v_aside, v_columns);
  GET DIAGNOSTICS placed = ROW_COUNT;
  EXECUTE format('SELECT count(*) - %2$s FROM %1$s', v_aside, placed) INTO left_out;
END
$_$;

--
-- Name: put_values_back_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.put_values_back_v1(p_namespace text, p_table text, p_column text, p_aside text, OUT placed bigint, OUT left_out bigint) RETURNS record
    LANGUAGE plpgsql
    AS $_$
DECLARE
  v_relation regclass := pg_catalog.to_regclass(format('%I.%I', p_namespace, p_table));
  v_default text;
  v_fits boolean;
BEGIN
  SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.atttypid = old.atttypid AND a.atttypmod = old.atttypmod
    INTO v_default, v_fits
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_attribute old ON old.attrelid = a.attrelid AND old.attname = p_aside AND NOT old.attisdropped
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE a.attrelid = v_relation AND a.attname = p_column AND NOT a.attisdropped;
  IF v_fits IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('there is no column %s.%s of the same type.', p_table, p_column);
  END IF;
  -- Compared as text, because json has no equality.
  EXECUTE format(
    'UPDATE %1$s t SET %2$I = %3$I WHERE t.%3$I IS NOT NULL AND t.%2$I::text IS DISTINCT FROM t.%3$I::text
        AND (t.%2$I IS NULL OR t.%2$I::text IS NOT DISTINCT FROM (%4$s)::text)',
    v_relation, p_column, p_aside, coalesce(v_default, 'NULL'));
  GET DIAGNOSTICS placed = ROW_COUNT;
  EXECUTE format('SELECT count(*) FROM %1$s t WHERE t.%3$I IS NOT NULL AND t.%2$I::text IS DISTINCT FROM t.%3$I::text',
    v_relation, p_column, p_aside) INTO left_out;
END
$_$;

--
-- Name: record_aside_v1(text, text, text, text, text, regclass); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.record_aside_v1(p_namespace text, p_kind text, p_table text, p_column text, p_aside text, p_relation regclass) RETURNS void
    LANGUAGE sql
    AS $$
  INSERT INTO schema_saga_target.set_aside (namespace, incarnation, operation_id, epoch, stage, direction, kind,
    table_name, column_name, aside_name, relation)
  SELECT p_namespace,
         coalesce(x.j ->> 'incarnation', (SELECT t.incarnation FROM schema_saga_target.target t
                                           WHERE t.namespace = p_namespace), ''),
         coalesce(x.j ->> 'operation_id', 'by hand'), coalesce((x.j ->> 'epoch')::integer, 0),
         coalesce((x.j ->> 'stage')::integer, 0), coalesce(x.j ->> 'direction', 'compensate'), p_kind,
         p_table, p_column, p_aside, p_relation
    FROM (SELECT nullif(pg_catalog.current_setting('schema_saga.stage', true), '')::jsonb AS j) x
$$;

--
-- Name: register_target_v1(text, text, text, integer, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.register_target_v1(p_namespace text, p_incarnation text, p_project_id text, p_revision integer, p_hash text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  IF EXISTS (
    SELECT FROM schema_saga_target.target t
     WHERE t.namespace = p_namespace AND t.incarnation = p_incarnation AND t.project_id = p_project_id
  ) THEN
    RETURN 'found';
  END IF;
  -- A namespace that was dropped and made again must never inherit "already applied".
  DELETE FROM schema_saga_target.marker m WHERE m.namespace = p_namespace;
  DELETE FROM schema_saga_target.set_aside s WHERE s.namespace = p_namespace;
  INSERT INTO schema_saga_target.target AS t (namespace, incarnation, project_id, revision, schema_hash)
  VALUES (p_namespace, p_incarnation, p_project_id, p_revision, p_hash)
  ON CONFLICT (namespace) DO UPDATE
    SET incarnation = excluded.incarnation, project_id = excluded.project_id, revision = excluded.revision,
        schema_hash = excluded.schema_hash, updated_at = now();
  RETURN 'registered';
END
$$;

--
-- Name: repeated_to_list_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.repeated_to_list_v1(p_value jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT CASE WHEN jsonb_typeof(p_value) <> 'array' THEN p_value
    ELSE (SELECT coalesce(jsonb_agg(coalesce(e.value -> 'value', e.value) ORDER BY e.ordinality), '[]')
            FROM jsonb_array_elements(p_value) WITH ORDINALITY e) END
$$;

--
-- Name: require_fit_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.require_fit_v1(p_namespace text, p_table text, p_sync text, p_condition text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $_$
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
$_$;

--
-- Name: require_revision_v1(schema_saga_target.target, integer, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.require_revision_v1(p_target schema_saga_target.target, p_revision integer, p_hash text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF p_target.revision <> p_revision OR p_target.schema_hash <> p_hash THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      'the target is at revision %s (%s), not at revision %s (%s).',
      p_target.revision, left(p_target.schema_hash, 12), p_revision, left(p_hash, 12));
  END IF;
END
$$;

--
-- Name: restore_check_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.restore_check_v1(p_namespace text, p_table text, p_name text, p_expression text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
BEGIN
  BEGIN
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK %s', v_relation, p_name, p_expression);
  EXCEPTION WHEN check_violation THEN
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK %s NOT VALID', v_relation, p_name, p_expression);
    PERFORM schema_saga_target.note_drift_v1(p_namespace, p_table || ': ' || p_name, 'CHECK holds for new rows only',
      v_relation, format('NOT (%s)', p_expression));
  END;
END
$$;

--
-- Name: restore_foreign_key_v1(text, text, text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.restore_foreign_key_v1(p_namespace text, p_table text, p_name text, p_column text, p_references text, p_on_delete text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
  v_key text := format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %I.%I ("id") ON DELETE %s',
    v_relation, p_name, p_column, p_namespace, p_references, CASE p_on_delete
      WHEN 'set_null' THEN 'SET NULL' WHEN 'cascade' THEN 'CASCADE' WHEN 'restrict' THEN 'RESTRICT' ELSE 'NO ACTION' END);
BEGIN
  BEGIN
    EXECUTE v_key;
  EXCEPTION WHEN foreign_key_violation THEN
    EXECUTE v_key || ' NOT VALID';
    PERFORM schema_saga_target.note_drift_v1(p_namespace, p_table || ': ' || p_name,
      'FOREIGN KEY holds for new rows only', v_relation,
      format('t.%I IS NOT NULL AND NOT EXISTS (SELECT FROM %I.%I r WHERE r."id" = t.%I)', p_column, p_namespace,
        p_references, p_column));
  END;
END
$$;

--
-- Name: restore_not_null_v1(text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.restore_not_null_v1(p_namespace text, p_table text, p_column text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
BEGIN
  EXECUTE format('UPDATE %s SET %I = DEFAULT WHERE %I IS NULL', v_relation, p_column, p_column);
  EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', v_relation, p_column);
EXCEPTION WHEN not_null_violation OR unique_violation OR check_violation THEN
  PERFORM schema_saga_target.note_drift_v1(p_namespace, p_table || '.' || p_column, 'NOT NULL stays off', v_relation,
    format('t.%I IS NULL', p_column));
END
$$;

--
-- Name: restore_unique_v1(text, text, text, text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.restore_unique_v1(p_namespace text, p_table text, p_name text, p_columns text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
  v_columns text := (SELECT string_agg(format('%I', c), ', ') FROM unnest(p_columns) c);
BEGIN
  EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE (%s)', v_relation, p_name, v_columns);
EXCEPTION WHEN unique_violation THEN
  PERFORM schema_saga_target.note_drift_v1(p_namespace, p_table || ': ' || p_name, 'UNIQUE stays off', v_relation,
    format('(%s) IN (SELECT %s FROM %s GROUP BY %s HAVING count(*) > 1)', v_columns, v_columns, v_relation, v_columns));
END
$$;

--
-- Name: revive_v1(text, text, text, boolean, text[], text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.revive_v1(p_namespace text, p_kind text, p_aside text, p_restores boolean, p_there text[], p_otherwise text[]) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_row schema_saga_target.set_aside;
  v_there boolean;
  v_statement text;
BEGIN
  SELECT * INTO v_row FROM schema_saga_target.set_aside s
   WHERE s.namespace = p_namespace AND s.kind = p_kind AND s.aside_name = p_aside AND s.direction = 'forward'
   ORDER BY s.id DESC LIMIT 1 FOR UPDATE;
  v_there := FOUND;
  IF v_there AND v_row.purged_at IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('%s was purged: it cannot come back.', p_aside);
  END IF;
  IF v_there AND (v_row.restored_at IS NULL) <> p_restores THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      CASE WHEN p_restores THEN '%s is not set aside any more.' ELSE '%s is set aside already.' END, p_aside);
  END IF;
  FOREACH v_statement IN ARRAY CASE WHEN v_there THEN p_there ELSE p_otherwise END LOOP
    EXECUTE format(v_statement, p_namespace);
  END LOOP;
  UPDATE schema_saga_target.set_aside s SET restored_at = CASE WHEN p_restores THEN now() END WHERE s.id = v_row.id;
  RETURN v_there;
END
$$;

--
-- Name: run_stage_v1(schema_saga_target.stage_try_v1, text[], jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.run_stage_v1(p_try schema_saga_target.stage_try_v1, p_statements text[], p_asides jsonb) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_found text := schema_saga_target.begin_stage_v1(p_try, 'applied');
  v_entered text;
  v_statement text;
BEGIN
  IF v_found = 'found_applied' THEN
    RETURN v_found;
  END IF;
  IF v_found <> 'new' THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('stage %s was left half-way.', p_try.stage);
  END IF;
  -- Only functions of ours read it.
  IF array_to_string(p_statements, ' ') LIKE '%schema_saga_target%' THEN
    v_entered := schema_saga_target.enter_stage_v2(p_try, 'forward');
  END IF;
  FOREACH v_statement IN ARRAY p_statements LOOP
    EXECUTE v_statement;
  END LOOP;
  PERFORM schema_saga_target.end_stage_v1(p_try, p_asides);
  RETURN 'applied';
END
$$;

--
-- Name: shorten_v1(text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.shorten_v1(p_name text, p_suffix text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    AS $$
DECLARE
  v_name text := p_name;
BEGIN
  WHILE octet_length(v_name || p_suffix) > 63 LOOP
    v_name := left(v_name, -1);
  END LOOP;
  RETURN v_name || p_suffix;
END
$$;

--
-- Name: start_stage_v1(jsonb, text, boolean); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.start_stage_v1(p_try jsonb, p_index text, p_builds boolean) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_found text := schema_saga_target.begin_stage_v1(v_try, 'started');
BEGIN
  IF v_found <> 'new' THEN
    RETURN v_found;
  END IF;
  IF p_index IS NOT NULL AND (to_regclass(format('%I.%I', v_try.namespace, p_index)) IS NOT NULL) = p_builds THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      CASE WHEN p_builds THEN 'index %s is there already.' ELSE 'index %s is not there.' END, p_index);
  END IF;
  RETURN 'started';
END
$$;

--
-- Name: text_to_boolean_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.text_to_boolean_v1(p_value text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT CASE WHEN lower(btrim(p_value)) IN ('true', '1', 'yes') THEN true
              WHEN lower(btrim(p_value)) IN ('false', '0', 'no') THEN false END
$$;

--
-- Name: text_to_date_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.text_to_date_v1(p_value text) RETURNS date
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $_$
DECLARE
  v_parts text[] := regexp_match(btrim(p_value), '^([0-9]{4})-([0-9]{2})-([0-9]{2})$');
BEGIN
  RETURN make_date(v_parts[1]::integer, v_parts[2]::integer, v_parts[3]::integer);
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
  RETURN NULL;
END
$_$;

--
-- Name: text_to_int_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.text_to_int_v1(p_value text) RETURNS integer
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $_$
  SELECT CASE WHEN btrim(p_value) ~ '^[+-]?[0-9]{1,12}$'
    THEN schema_saga_target.numeric_to_int_v1(btrim(p_value)::numeric) END
$_$;

--
-- Name: text_to_json_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.text_to_json_v1(p_value text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  RETURN p_value::jsonb;
EXCEPTION WHEN data_exception THEN
  RETURN NULL;
END
$$;

--
-- Name: text_to_numeric_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.text_to_numeric_v1(p_value text) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $_$
  SELECT CASE WHEN btrim(p_value) ~ '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$'
    THEN btrim(p_value)::numeric END
$_$;

--
-- Name: undo_stage_v1(schema_saga_target.stage_try_v1, schema_saga_target.target, boolean, text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.undo_stage_v1(p_try schema_saga_target.stage_try_v1, p_target schema_saga_target.target, p_applied boolean, p_statements text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_statement text;
BEGIN
  IF EXISTS (SELECT FROM schema_saga_target.open_markers_v1(p_try) m WHERE m.plan_hash <> p_try.plan_hash) THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('stage %s was run by another plan.', p_try.stage);
  END IF;
  IF p_try.last AND p_applied THEN
    PERFORM schema_saga_target.require_revision_v1(p_target, p_try.next_revision, p_try.next_hash);
  ELSE
    PERFORM schema_saga_target.require_revision_v1(p_target, p_try.base_revision, p_try.base_hash);
  END IF;
  PERFORM schema_saga_target.enter_stage_v2(p_try, 'compensate');
  UPDATE schema_saga_target.set_aside s SET restored_at = now()
   WHERE s.namespace = p_try.namespace AND s.incarnation = p_try.incarnation AND s.operation_id = p_try.operation_id
     AND s.stage = p_try.stage AND s.direction = 'forward' AND s.restored_at IS NULL;
  FOREACH v_statement IN ARRAY p_statements LOOP
    EXECUTE v_statement;
  END LOOP;
  IF EXISTS (SELECT FROM schema_saga_target.set_aside s
              WHERE s.namespace = p_try.namespace AND s.kind = 'column' AND s.restored_at IS NULL) THEN
    PERFORM schema_saga_target.follow_renames_v1(p_try.namespace);
  END IF;
  IF p_try.last AND p_applied THEN
    UPDATE schema_saga_target.target t
       SET revision = p_try.base_revision, schema_hash = p_try.base_hash, updated_at = now()
     WHERE t.namespace = p_try.namespace;
  END IF;
  UPDATE schema_saga_target.marker m SET state = 'compensated', undone_in = p_try.epoch, at = now()
   WHERE m.namespace = p_try.namespace AND m.incarnation = p_try.incarnation AND m.operation_id = p_try.operation_id
     AND m.stage = p_try.stage AND m.state IN ('started', 'applied');
END
$$;

--
-- Name: backfill; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.backfill (
    namespace text NOT NULL,
    incarnation text NOT NULL,
    operation_id text NOT NULL,
    epoch integer NOT NULL,
    stage integer NOT NULL,
    direction text NOT NULL,
    last_key text NOT NULL,
    rows_done bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT backfill_direction_check CHECK ((direction = ANY (ARRAY['forward'::text, 'compensate'::text])))
);

--
-- Name: bookkeeping; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.bookkeeping (
    only_row boolean DEFAULT true NOT NULL,
    version integer NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT bookkeeping_only_row_check CHECK (only_row)
);

--
-- Name: drift; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.drift (
    id bigint NOT NULL,
    namespace text NOT NULL,
    operation_id text NOT NULL,
    object text NOT NULL,
    what text NOT NULL,
    rows_in_the_way bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: drift_id_seq; Type: SEQUENCE; Schema: schema_saga_target; Owner: -
--

ALTER TABLE schema_saga_target.drift ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME schema_saga_target.drift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: filled_row; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.filled_row (
    namespace text NOT NULL,
    fill text NOT NULL,
    row_id text NOT NULL
);

--
-- Name: misfit; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.misfit (
    namespace text NOT NULL,
    sync text NOT NULL,
    direction text NOT NULL,
    row_id text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT misfit_direction_check CHECK ((direction = ANY (ARRAY['forward'::text, 'backward'::text])))
);

--
-- Name: set_aside_id_seq; Type: SEQUENCE; Schema: schema_saga_target; Owner: -
--

ALTER TABLE schema_saga_target.set_aside ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME schema_saga_target.set_aside_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: backfill backfill_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.backfill
    ADD CONSTRAINT backfill_pkey PRIMARY KEY (namespace, incarnation, operation_id, epoch, stage, direction);

--
-- Name: bookkeeping bookkeeping_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.bookkeeping
    ADD CONSTRAINT bookkeeping_pkey PRIMARY KEY (only_row);

--
-- Name: drift drift_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.drift
    ADD CONSTRAINT drift_pkey PRIMARY KEY (id);

--
-- Name: filled_row filled_row_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.filled_row
    ADD CONSTRAINT filled_row_pkey PRIMARY KEY (namespace, fill, row_id);

--
-- Name: marker marker_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.marker
    ADD CONSTRAINT marker_pkey PRIMARY KEY (namespace, incarnation, operation_id, epoch, stage);

--
-- Name: misfit misfit_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.misfit
    ADD CONSTRAINT misfit_pkey PRIMARY KEY (namespace, sync, direction, row_id);

--
-- Name: set_aside set_aside_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.set_aside
    ADD CONSTRAINT set_aside_pkey PRIMARY KEY (id);

--
-- Name: target target_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.target
    ADD CONSTRAINT target_pkey PRIMARY KEY (namespace);

--
-- Name: set_aside_namespace; Type: INDEX; Schema: schema_saga_target; Owner: -
--

CREATE INDEX set_aside_namespace ON schema_saga_target.set_aside USING btree (namespace);

--
-- PostgreSQL database dump complete
--

