-- The forward half of the marker protocol. SS001: a stale try; SS002: the target is not what the plan expects;
-- SS004: its namespace is not there.

-- The name that a registered namespace has now, where somebody has renamed it; else null.
CREATE OR REPLACE FUNCTION schema_saga_target.renamed_to_v1(p_namespace text)
RETURNS name LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT n.nspname FROM schema_saga_target.target t JOIN pg_namespace n ON n.oid = t.namespace_oid
   WHERE t.namespace = p_namespace AND n.nspname <> p_namespace
     AND t.bookkeeping_oid = 'schema_saga_target'::regnamespace::oid
$$;

-- Locks the target's row, so that tries on one namespace come one after the other.
CREATE OR REPLACE FUNCTION schema_saga_target.lock_target_v1(p_try schema_saga_target.stage_try_v1)
RETURNS schema_saga_target.target LANGUAGE plpgsql AS $$
DECLARE
  v_target schema_saga_target.target;
  v_name name;
BEGIN
  IF to_regnamespace(quote_ident(p_try.namespace)) IS NULL THEN
    v_name := schema_saga_target.renamed_to_v1(p_try.namespace);
    RAISE EXCEPTION USING ERRCODE = 'SS004', MESSAGE = 'its namespace does not exist' ||
      CASE WHEN v_name IS NULL THEN '' ELSE format(': somebody has renamed it to "%1$s": ALTER SCHEMA "%1$s" RENAME TO "%2$s" brings it back',
        replace(v_name, '"', '""'), replace(p_try.namespace, '"', '""')) END || '.';
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

CREATE OR REPLACE FUNCTION schema_saga_target.require_revision_v1(
  p_target schema_saga_target.target, p_revision integer, p_hash text
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_target.revision <> p_revision OR p_target.schema_hash <> p_hash THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      'the target is at revision %s (%s), not at revision %s (%s).',
      p_target.revision, left(p_target.schema_hash, 12), p_revision, left(p_hash, 12));
  END IF;
END
$$;

-- Inserts the marker first; 'new', or how an earlier try left it: 'found_started', 'found_applied'.
-- enable_seqscan: a session keeps the plans that it made while the tables were still empty.
CREATE OR REPLACE FUNCTION schema_saga_target.begin_stage_v1(p_try schema_saga_target.stage_try_v1, p_state text)
RETURNS text LANGUAGE plpgsql SET enable_seqscan = off AS $$
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
  IF EXISTS (
    SELECT FROM schema_saga_target.undo_part u
     WHERE u.namespace = p_try.namespace AND u.incarnation = p_try.incarnation
       AND u.operation_id = p_try.operation_id AND u.stage = p_try.stage
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'SS001', MESSAGE = format(
      'the undo of stage %s has begun; a late try may not go on.', p_try.stage);
  END IF;
  IF v_marker.plan_hash <> p_try.plan_hash THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      'stage %s of epoch %s was run by another plan (%s).', p_try.stage, p_try.epoch, left(v_marker.plan_hash, 12));
  END IF;
  RETURN 'found_' || v_marker.state;
END
$$;

-- What the drop_unused functions need for the rows they may have to write.
CREATE OR REPLACE FUNCTION schema_saga_target.enter_stage_v2(p_try schema_saga_target.stage_try_v1, p_direction text)
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN set_config('schema_saga.stage', jsonb_build_object(
    'incarnation', p_try.incarnation, 'operation_id', p_try.operation_id, 'epoch', p_try.epoch,
    'stage', p_try.stage, 'direction', p_direction)::text, true);
END
$$;

-- Rows of set_aside name the table of a column as it is called now.
CREATE OR REPLACE FUNCTION schema_saga_target.follow_renames_v1(p_namespace text)
RETURNS void LANGUAGE sql AS $$
  UPDATE schema_saga_target.set_aside s SET table_name = c.relname
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
   WHERE s.namespace = p_namespace AND s.kind = 'column' AND s.restored_at IS NULL AND s.purged_at IS NULL
     AND c.oid = s.relation
     AND n.nspname = p_namespace AND a.attname = s.aside_name AND NOT a.attisdropped AND c.relname <> s.table_name
$$;

-- The table that a stage has set aside (p_aside), or in which it has set a column aside: the same stage may have set the table
-- itself aside (p_later) or renamed it. A name of a plan is given once, so that any table with such a column is the one.
CREATE OR REPLACE FUNCTION schema_saga_target.hidden_in_v1(p_namespace text, p_kind text, p_aside text, p_table text, p_later text)
RETURNS oid LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN p_kind = 'table' THEN to_regclass(format('%I.%I', p_namespace, p_aside))::oid ELSE coalesce(
    (SELECT a.attrelid FROM pg_attribute a
      WHERE a.attrelid IN (to_regclass(format('%I.%I', p_namespace, p_table)),
                           to_regclass(format('%I.%I', p_namespace, coalesce(p_later, p_table))))
        AND a.attname = p_aside AND NOT a.attisdropped LIMIT 1),
    (SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = p_aside AND NOT a.attisdropped
      WHERE c.relnamespace = to_regnamespace(quote_ident(p_namespace)) AND c.relkind IN ('r', 'p') LIMIT 1)) END
$$;

-- Records what was set aside; the last stage moves the target to the next revision.
CREATE OR REPLACE FUNCTION schema_saga_target.end_stage_v1(p_try schema_saga_target.stage_try_v1, p_asides jsonb)
RETURNS void LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  IF p_asides <> '[]' THEN
    INSERT INTO schema_saga_target.set_aside (namespace, incarnation, operation_id, epoch, stage, direction, kind,
      table_name, column_name, aside_name, relation)
    SELECT p_try.namespace, p_try.incarnation, p_try.operation_id, p_try.epoch, p_try.stage, 'forward', a.kind,
           a."table", a."column", a."asideName",
           schema_saga_target.hidden_in_v1(p_try.namespace, a.kind, a."asideName", a."table", t."asideName")
      FROM jsonb_to_recordset(p_asides) AS a(kind text, "table" text, "column" text, "asideName" text)
      LEFT JOIN jsonb_to_recordset(p_asides) AS t(kind text, "table" text, "asideName" text)
        ON a.kind = 'column' AND t.kind = 'table' AND t."table" = a."table";
  END IF;
  -- Most targets have nothing set aside, and looking through the catalog of Postgres is dear.
  IF EXISTS (SELECT FROM schema_saga_target.set_aside s
              WHERE s.namespace = p_try.namespace AND s.kind = 'column' AND s.restored_at IS NULL AND s.purged_at IS NULL) THEN
    PERFORM schema_saga_target.follow_renames_v1(p_try.namespace);
  END IF;
  IF p_try.last THEN
    -- Preflight has let it pass: from now on these are the tables that were worked on last, by whoever has them.
    PERFORM schema_saga_target.follow_tables_v1(p_try.namespace);
    UPDATE schema_saga_target.target t
       SET revision = p_try.next_revision, schema_hash = p_try.next_hash, updated_at = now(), released_at = NULL,
           catalog_id = coalesce(t.catalog_id, nullif(current_setting('schema_saga.catalog', true), '')),
           namespace_oid = to_regnamespace(quote_ident(p_try.namespace))::oid,
           bookkeeping_oid = 'schema_saga_target'::regnamespace::oid
     WHERE t.namespace = p_try.namespace AND t.revision = p_try.base_revision AND t.schema_hash = p_try.base_hash;
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = 'the target''s revision moved under the operation.';
    END IF;
  END IF;
END
$$;

-- A transactional stage: 'applied', or 'found_applied' when an earlier try committed.
CREATE OR REPLACE FUNCTION schema_saga_target.run_stage_v1(
  p_try schema_saga_target.stage_try_v1, p_statements text[], p_asides jsonb
) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
    PERFORM schema_saga_target.run_statement_v1(p_try.namespace, v_statement);
  END LOOP;
  -- Plans of earlier releases make a sync that sessions which replicate do not fire.
  IF array_to_string(p_statements, ' ') LIKE '%schema\_saga\_sync\_%' THEN
    PERFORM schema_saga_target.keep_syncs_firing_v1(p_try.namespace);
  END IF;
  PERFORM schema_saga_target.end_stage_v1(p_try, p_asides);
  RETURN 'applied';
END
$$;

-- One stage on one target, in one call.
CREATE OR REPLACE FUNCTION schema_saga_target.apply_stage_v1(p_try jsonb, p_statements text[], p_asides jsonb)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  RETURN schema_saga_target.run_stage_v1(
    jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try), p_statements, p_asides);
END
$$;

-- All stages on many targets in one call, each stage of each target in a transaction of its own. The first one that
-- fails ends the call; what was committed before stays, and says so by its markers. p_stages: {stage, last, statements
-- (their number), asides} of each; p_statements: those of all stages, target by target.
CREATE OR REPLACE PROCEDURE schema_saga_target.apply_targets_v1(
  p_try jsonb, p_namespaces text[], p_incarnations text[], p_epochs integer[], p_stages jsonb, p_statements text[]
) LANGUAGE plpgsql AS $$
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

-- As apply_targets_v1, and quicker where a plan has one stage that sets nothing aside, which most have: what is usual takes
-- one update, one insert and the statements; for everything else the target is begun anew, with all questions asked.
-- The call waits for the disk once, with its last commit: whoever sees a marker earlier waits himself (waitForDisk).
CREATE OR REPLACE PROCEDURE schema_saga_target.apply_targets_v2(
  p_try jsonb, p_namespaces text[], p_incarnations text[], p_epochs integer[], p_stages jsonb, p_statements text[]
) LANGUAGE plpgsql AS $$
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
  -- Statements that call functions of ours have more to be told; of rules, what is said of them is kept; and
  -- event triggers of the application see the search path that they expect.
  IF jsonb_array_length(p_stages) <> 1 OR p_stages -> 0 -> 'asides' <> '[]' OR v_count = 0
     OR array_to_string(p_statements[: v_count], ' ') ~ 'schema_saga_target|(ADD|DROP) CONSTRAINT'
     OR EXISTS (SELECT FROM pg_event_trigger e WHERE e.evtenabled IN ('O', 'A')) THEN
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
    -- Locks the target's row; it is there, the one that was worked on last, ours, where the plan begins, and has nothing set aside that follows a renaming.
    UPDATE schema_saga_target.target t
       SET revision = v_next, schema_hash = v_next_hash, updated_at = now(), released_at = NULL,
           catalog_id = coalesce(t.catalog_id, nullif(current_setting('schema_saga.catalog', true), ''))
     WHERE t.namespace = v_namespace AND t.incarnation = v_incarnation AND t.project_id = v_project
       AND t.revision = v_base AND t.schema_hash = v_base_hash
       AND t.namespace_oid = to_regnamespace(quote_ident(v_namespace))::oid
       AND t.bookkeeping_oid = 'schema_saga_target'::regnamespace::oid
       AND NOT EXISTS (SELECT FROM schema_saga_target.set_aside s
                        WHERE s.namespace = v_namespace AND s.restored_at IS NULL AND s.purged_at IS NULL);
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
