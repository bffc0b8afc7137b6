-- An undo of a stage that is more than one transaction: its parts run in their order under the target's lock, each of them
-- once, and the marker is closed with the last one. Which parts are done is kept until then.

CREATE TABLE IF NOT EXISTS schema_saga_target.undo_part (
  namespace text NOT NULL,
  incarnation text NOT NULL,
  operation_id text NOT NULL,
  stage integer NOT NULL,
  part integer NOT NULL,
  -- How far the batches of a part have come.
  last_key text NOT NULL DEFAULT '',
  rows_done bigint NOT NULL DEFAULT 0,
  done boolean NOT NULL DEFAULT false,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (namespace, incarnation, operation_id, stage, part)
);

-- How far a part has come; no row for one that has not begun.
CREATE OR REPLACE FUNCTION schema_saga_target.undo_part_of_v1(p_try jsonb, p_part integer)
RETURNS SETOF schema_saga_target.undo_part LANGUAGE sql STABLE AS $$
  SELECT u.* FROM schema_saga_target.undo_part u
   WHERE u.namespace = p_try ->> 'namespace' AND u.incarnation = p_try ->> 'incarnation'
     AND u.operation_id = p_try ->> 'operation_id' AND u.stage = (p_try ->> 'stage')::integer AND u.part = p_part
$$;

-- Keeps how far a part has come, in the transaction of what it did; a late try may not.
CREATE OR REPLACE FUNCTION schema_saga_target.note_undo_part_v1(
  p_try jsonb, p_part integer, p_last_key text, p_rows bigint, p_done boolean
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
BEGIN
  PERFORM schema_saga_target.require_latest_epoch_v1(v_try);
  IF NOT EXISTS (SELECT FROM schema_saga_target.open_markers_v1(v_try)) THEN
    RAISE EXCEPTION USING ERRCODE = 'SS001', MESSAGE = format('stage %s has been undone by another try.', v_try.stage);
  END IF;
  INSERT INTO schema_saga_target.undo_part AS u
         (namespace, incarnation, operation_id, stage, part, last_key, rows_done, done)
  VALUES (v_try.namespace, v_try.incarnation, v_try.operation_id, v_try.stage, p_part, p_last_key, p_rows, p_done)
  ON CONFLICT (namespace, incarnation, operation_id, stage, part)
  DO UPDATE SET last_key = excluded.last_key, rows_done = excluded.rows_done, done = u.done OR excluded.done, at = now();
END
$$;

-- A part that is a transaction; false when an earlier try has committed it.
CREATE OR REPLACE FUNCTION schema_saga_target.run_undo_part_v1(p_try jsonb, p_part integer, p_statements text[])
RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_target schema_saga_target.target := schema_saga_target.lock_target_v1(v_try);
  v_statement text;
BEGIN
  IF EXISTS (SELECT FROM schema_saga_target.undo_part_of_v1(p_try, p_part) u WHERE u.done) THEN
    RETURN false;
  END IF;
  PERFORM schema_saga_target.note_undo_part_v1(p_try, p_part, '', 0, true);
  PERFORM schema_saga_target.require_undoable_v1(v_try, v_target,
    (SELECT coalesce(bool_or(m.state = 'applied'), false) FROM schema_saga_target.open_markers_v1(v_try) m));
  PERFORM schema_saga_target.enter_stage_v2(v_try, 'compensate');
  FOREACH v_statement IN ARRAY p_statements LOOP
    PERFORM schema_saga_target.run_statement_v1(v_try.namespace, v_statement);
  END LOOP;
  -- What bears its own name again is not set aside any more.
  UPDATE schema_saga_target.set_aside s SET restored_at = now()
   WHERE s.namespace = v_try.namespace AND s.incarnation = v_try.incarnation AND s.operation_id = v_try.operation_id
     AND s.stage = v_try.stage AND s.direction = 'forward' AND s.restored_at IS NULL
     AND NOT EXISTS (
       SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = s.namespace AND CASE s.kind
          WHEN 'table' THEN c.relname = s.aside_name
          ELSE c.oid = s.relation AND EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = s.aside_name AND NOT a.attisdropped)
          END);
  RETURN true;
END
$$;

-- As compensate_stage_v2, once all of its earlier parts (p_parts) are done where there is anything to undo: 'unfinished' when
-- they are not, because the stage was run after they were looked for.
CREATE OR REPLACE FUNCTION schema_saga_target.compensate_stage_v3(
  p_try jsonb, p_statements text[], p_parts integer, OUT outcome text, OUT touched boolean, OUT put_aside text[]
) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_target schema_saga_target.target := schema_saga_target.lock_target_v1(v_try);
  v_done integer := (
    SELECT count(*) FROM schema_saga_target.undo_part u
     WHERE u.namespace = v_try.namespace AND u.incarnation = v_try.incarnation
       AND u.operation_id = v_try.operation_id AND u.stage = v_try.stage AND u.done);
BEGIN
  IF v_done < p_parts AND EXISTS (SELECT FROM schema_saga_target.open_markers_v1(v_try)) THEN
    outcome := 'unfinished';
    touched := false;
    put_aside := '{}';
    RETURN;
  END IF;
  SELECT c.outcome, c.touched, c.put_aside INTO outcome, touched, put_aside
    FROM schema_saga_target.compensate_stage_v2(p_try, p_statements) c;
  DELETE FROM schema_saga_target.undo_part u
   WHERE u.namespace = v_try.namespace AND u.incarnation = v_try.incarnation
     AND u.operation_id = v_try.operation_id AND u.stage = v_try.stage;
END
$$;
