-- The forward half of the marker protocol for what is not one transaction: index builds and backfills.

-- Before a statement that cannot run in a transaction: 'started', 'found_started' or 'found_applied'.
-- The index must not be there yet when it is to be built, and must be there when it is to be dropped.
CREATE OR REPLACE FUNCTION schema_saga_target.start_stage_v1(p_try jsonb, p_index text, p_builds boolean)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_found text := schema_saga_target.begin_stage_v1(v_try, 'started');
BEGIN
  IF v_found <> 'found_applied' THEN
    PERFORM schema_saga_target.keep_syncs_firing_v1(v_try.namespace);
  END IF;
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

CREATE OR REPLACE FUNCTION schema_saga_target.finish_stage_v1(p_try jsonb, p_asides jsonb)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
