-- The undo half of the marker protocol.

-- Undoes one stage of an operation, whichever epoch ran it, and leaves `compensated` for the current epoch in any case,
-- so that a forward try still in flight can never land. p_statements are those of a transactional undo.
CREATE OR REPLACE FUNCTION schema_saga_target.compensate_stage_v1(
  p_try jsonb, p_statements text[], OUT outcome text, OUT touched boolean, OUT put_aside text[]
) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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

-- Markers of this stage that are not undone yet, of any epoch.
CREATE OR REPLACE FUNCTION schema_saga_target.open_markers_v1(p_try schema_saga_target.stage_try_v1)
RETURNS SETOF schema_saga_target.marker LANGUAGE sql STABLE AS $$
  SELECT * FROM schema_saga_target.marker m
   WHERE m.namespace = (p_try).namespace AND m.incarnation = (p_try).incarnation
     AND m.operation_id = (p_try).operation_id AND m.stage = (p_try).stage AND m.state IN ('started', 'applied')
$$;

-- Refuses (SS002) the undo of what another plan did, or of a target that is elsewhere by now.
CREATE OR REPLACE FUNCTION schema_saga_target.require_undoable_v1(
  p_try schema_saga_target.stage_try_v1, p_target schema_saga_target.target, p_applied boolean
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM schema_saga_target.open_markers_v1(p_try) m WHERE m.plan_hash <> p_try.plan_hash) THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('stage %s was run by another plan.', p_try.stage);
  END IF;
  IF p_try.last AND p_applied THEN
    PERFORM schema_saga_target.require_revision_v1(p_target, p_try.next_revision, p_try.next_hash);
  ELSE
    PERFORM schema_saga_target.require_revision_v1(p_target, p_try.base_revision, p_try.base_hash);
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION schema_saga_target.undo_stage_v1(
  p_try schema_saga_target.stage_try_v1, p_target schema_saga_target.target, p_applied boolean, p_statements text[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_statement text;
BEGIN
  PERFORM schema_saga_target.require_undoable_v1(p_try, p_target, p_applied);
  PERFORM schema_saga_target.enter_stage_v2(p_try, 'compensate');
  UPDATE schema_saga_target.set_aside s SET restored_at = now()
   WHERE s.namespace = p_try.namespace AND s.incarnation = p_try.incarnation AND s.operation_id = p_try.operation_id
     AND s.stage = p_try.stage AND s.direction = 'forward' AND s.restored_at IS NULL;
  FOREACH v_statement IN ARRAY p_statements LOOP
    PERFORM schema_saga_target.run_statement_v1(p_try.namespace, v_statement);
  END LOOP;
  IF array_to_string(p_statements, ' ') LIKE '%schema\_saga\_sync\_%' THEN
    PERFORM schema_saga_target.keep_syncs_firing_v1(p_try.namespace);
  END IF;
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

-- An undo that comes when the operation has gone forward again in a later epoch is stale, as a forward try would be: it
-- must not take back what that epoch did.
CREATE OR REPLACE FUNCTION schema_saga_target.require_latest_epoch_v1(p_try schema_saga_target.stage_try_v1)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM schema_saga_target.marker m
     WHERE m.namespace = p_try.namespace AND m.incarnation = p_try.incarnation
       AND m.operation_id = p_try.operation_id AND m.epoch > p_try.epoch
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'SS001', MESSAGE = format('epoch %s has been succeeded by another.', p_try.epoch);
  END IF;
END
$$;

-- As compensate_stage_v1, for the latest epoch only.
CREATE OR REPLACE FUNCTION schema_saga_target.compensate_stage_v2(
  p_try jsonb, p_statements text[], OUT outcome text, OUT touched boolean, OUT put_aside text[]
) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_target schema_saga_target.target := schema_saga_target.lock_target_v1(v_try);
BEGIN
  PERFORM schema_saga_target.require_latest_epoch_v1(v_try);
  SELECT c.outcome, c.touched, c.put_aside INTO outcome, touched, put_aside
    FROM schema_saga_target.compensate_stage_v1(p_try, p_statements) c;
END
$$;

-- Whether the stage left anything that is not undone yet; asked before an undo that is not one transaction.
CREATE OR REPLACE FUNCTION schema_saga_target.has_open_markers_v1(p_try jsonb)
RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
BEGIN
  PERFORM schema_saga_target.require_latest_epoch_v1(v_try);
  RETURN EXISTS (SELECT FROM schema_saga_target.open_markers_v1(v_try));
END
$$;
