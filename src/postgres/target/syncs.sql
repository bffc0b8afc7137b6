-- The triggers that keep columns in step: whatever role and setting writes, they fire.

-- Makes every sync of a namespace fire in sessions that replicate or load as well; a lock is only asked for where one
-- does not yet, as those do that a worker of an earlier release has made.
CREATE OR REPLACE FUNCTION schema_saga_target.keep_syncs_firing_v1(p_namespace text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog SET enable_seqscan = off AS $$
DECLARE
  v_trigger record;
BEGIN
  FOR v_trigger IN
    SELECT t.tgname, t.tgrelid::regclass AS relation
      FROM pg_depend f
      JOIN pg_proc p ON p.oid = f.objid AND p.proname LIKE 'schema\_saga\_sync\_%'
      JOIN pg_depend d ON d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid AND d.classid = 'pg_trigger'::regclass
      JOIN pg_trigger t ON t.oid = d.objid AND t.tgparentid = 0 AND t.tgenabled <> 'A'
     WHERE f.refclassid = 'pg_namespace'::regclass AND f.refobjid = to_regnamespace(quote_ident(p_namespace))
       AND f.classid = 'pg_proc'::regclass
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', v_trigger.relation, v_trigger.tgname);
  END LOOP;
END
$$;
