-- The triggers that keep columns in step: whatever role and setting writes, they fire.

-- Syncs that were met switched off, or no longer firing for everybody, as `ENABLE TRIGGER ALL` leaves one that was switched
-- off: rows may have been written past it, and its columns are no longer taken to hold the same.
CREATE TABLE IF NOT EXISTS schema_saga_target.sync_gap (
  namespace text NOT NULL,
  sync_function name NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (namespace, sync_function)
);

CREATE OR REPLACE FUNCTION schema_saga_target.note_sync_gap_v1(p_namespace text, p_function name)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO schema_saga_target.sync_gap (namespace, sync_function) VALUES (p_namespace, p_function) ON CONFLICT DO NOTHING
$$;

-- Makes every sync of a namespace fire in sessions that replicate or load as well; a lock is only asked for where one
-- does not yet, as those do that a worker of an earlier release has made. Such a one may have been switched off meanwhile.
CREATE OR REPLACE FUNCTION schema_saga_target.keep_syncs_firing_v1(p_namespace text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog SET enable_seqscan = off AS $$
DECLARE
  v_trigger record;
BEGIN
  FOR v_trigger IN
    SELECT t.tgname, t.tgrelid::regclass AS relation, p.proname,
           t.xmin::text::bigint = txid_current() % 4294967296 AS is_new
      FROM pg_depend f
      JOIN pg_proc p ON p.oid = f.objid AND p.proname LIKE 'schema\_saga\_sync\_%'
      JOIN pg_depend d ON d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid AND d.classid = 'pg_trigger'::regclass
      JOIN pg_trigger t ON t.oid = d.objid AND t.tgparentid = 0 AND t.tgenabled <> 'A'
     WHERE f.refclassid = 'pg_namespace'::regclass AND f.refobjid = to_regnamespace(quote_ident(p_namespace))
       AND f.classid = 'pg_proc'::regclass
  LOOP
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', v_trigger.relation, v_trigger.tgname));
    -- One that a plan of an earlier release makes in this transaction has missed nothing.
    IF NOT v_trigger.is_new THEN
      PERFORM schema_saga_target.note_sync_gap_v1(p_namespace, v_trigger.proname);
    END IF;
  END LOOP;
END
$$;

-- Refuses (SS005) to turn a sync round that was switched off since it was made: asked under the lock of its table.
CREATE OR REPLACE FUNCTION schema_saga_target.require_in_step_v1(p_namespace text, p_function text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_trigger text;
BEGIN
  SELECT t.tgname INTO v_trigger FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
   WHERE p.pronamespace = to_regnamespace(quote_ident(p_namespace)) AND p.proname = p_function::name
     AND t.tgparentid = 0
     AND (t.tgenabled <> 'A' OR EXISTS (
       SELECT FROM schema_saga_target.sync_gap g WHERE g.namespace = p_namespace AND g.sync_function = p.proname));
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'SS005', MESSAGE = format(
      'trigger %s was switched off while its table was changed, and rows may have been written past it: leave it on, and try again.',
      v_trigger);
  END IF;
END
$$;

-- Has the batches of a stage run again from the first row, with the sync firing from now on.
CREATE OR REPLACE FUNCTION schema_saga_target.reopen_batches_v1(p_try jsonb, p_function text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
BEGIN
  PERFORM schema_saga_target.begin_stage_v1(v_try, 'started');
  UPDATE schema_saga_target.marker m SET state = 'started', at = now()
   WHERE m.namespace = v_try.namespace AND m.incarnation = v_try.incarnation
     AND m.operation_id = v_try.operation_id AND m.epoch = v_try.epoch AND m.stage = v_try.stage;
  DELETE FROM schema_saga_target.backfill b
   WHERE b.namespace = v_try.namespace AND b.incarnation = v_try.incarnation AND b.operation_id = v_try.operation_id
     AND b.epoch = v_try.epoch AND b.stage = v_try.stage AND b.direction = 'forward';
  PERFORM schema_saga_target.keep_syncs_firing_v1(v_try.namespace);
  DELETE FROM schema_saga_target.sync_gap g
   WHERE g.namespace = v_try.namespace AND g.sync_function = p_function::name;
END
$$;
