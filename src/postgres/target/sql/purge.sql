-- What becomes of something that is set aside for good: purged, or its values put where there is a place for them now.

-- The row of something that is still set aside, locked until the transaction ends; no row when it is not (any more).
CREATE OR REPLACE FUNCTION schema_saga_target.lock_aside_v1(p_namespace text, p_incarnation text, p_id bigint)
RETURNS SETOF schema_saga_target.set_aside LANGUAGE sql AS $$
  SELECT * FROM schema_saga_target.set_aside s
   WHERE s.id = p_id AND s.namespace = p_namespace AND s.incarnation = p_incarnation
     AND s.restored_at IS NULL AND s.purged_at IS NULL
     FOR UPDATE
$$;

-- What names an object in a text that Postgres does not follow: code, the arguments of a trigger, a sync of ours on a
-- table. Null when nothing does. Functions of other targets are left out: theirs bear the same names.
CREATE OR REPLACE FUNCTION schema_saga_target.named_by_v1(p_namespace text, p_relation regclass, p_name text, p_kind text)
RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
DECLARE
  v_pattern text := '(^|[^[:alnum:]_$])' || regexp_replace(p_name, '([^[:alnum:]_])', '\\\1', 'g') || '($|[^[:alnum:]_$])';
  v_by text;
BEGIN
  SELECT format('function %s', p.oid::regprocedure) INTO v_by
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
   WHERE strpos(p.prosrc, p_name) > 0 AND p.prosrc ~ v_pattern
     AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'schema_saga_target')
     AND (n.nspname = p_namespace
       OR NOT EXISTS (SELECT FROM schema_saga_target.target t WHERE t.namespace = n.nspname))
   ORDER BY 1 LIMIT 1;
  IF v_by IS NULL THEN
    SELECT format('trigger %I on %s', t.tgname, t.tgrelid::regclass) INTO v_by
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_proc f ON f.oid = t.tgfoid
     WHERE n.nspname = p_namespace AND NOT t.tgisinternal
       AND (replace(encode(t.tgargs, 'escape'), '\000', ' ') ~ v_pattern
         OR (p_kind = 'table' AND t.tgrelid = p_relation AND f.proname LIKE 'schema\_saga\_sync\_%'))
     ORDER BY 1 LIMIT 1;
  END IF;
  RETURN v_by;
END
$$;

-- What DROP COLUMN would take along without a word, although it is over other columns as well; null when nothing.
CREATE OR REPLACE FUNCTION schema_saga_target.shared_part_v1(p_relation regclass, p_number smallint)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT part FROM (
    SELECT format('index %s', i.indexrelid::regclass) AS part FROM pg_index i
     WHERE i.indrelid = p_relation AND i.indnatts > 1 AND p_number = ANY (i.indkey::smallint[])
    UNION ALL
    SELECT format('constraint %I', k.conname) FROM pg_constraint k
     WHERE k.conrelid = p_relation AND cardinality(k.conkey) > 1 AND p_number = ANY (k.conkey)
    UNION ALL
    -- An expression or a condition of an index over other columns.
    SELECT format('index %s', d.objid::regclass) FROM pg_depend d JOIN pg_index i ON i.indexrelid = d.objid
     WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_relation
       AND d.refobjsubid = p_number AND i.indrelid = p_relation
       AND EXISTS (SELECT FROM pg_depend o
                    WHERE o.classid = d.classid AND o.objid = d.objid AND o.refclassid = d.refclassid
                      AND o.refobjid = p_relation AND o.refobjsubid NOT IN (0, p_number))
    UNION ALL
    SELECT format('column %I', a.attname) FROM pg_depend d
      JOIN pg_attrdef f ON f.oid = d.objid JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
     WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_relation
       AND d.refobjsubid = p_number AND NOT (f.adrelid = p_relation AND f.adnum = p_number)
  ) parts ORDER BY 1 LIMIT 1
$$;

-- Drops what a row says, never with CASCADE, and says so in the row. Returns what keeps it, or null when it is gone.
CREATE OR REPLACE FUNCTION schema_saga_target.drop_aside_v1(p_row schema_saga_target.set_aside)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  -- A table that was renamed meanwhile has taken its columns along.
  v_relation regclass := schema_saga_target.find_aside_v1(p_row);
  v_number smallint;
  v_by text;
BEGIN
  SELECT a.attnum INTO v_number FROM pg_attribute a
   WHERE p_row.kind = 'column' AND a.attrelid = v_relation AND a.attname = p_row.aside_name AND NOT a.attisdropped;
  IF v_relation IS NOT NULL AND (p_row.kind = 'table' OR v_number IS NOT NULL) THEN
    v_by := coalesce(
      schema_saga_target.named_by_v1(p_row.namespace, v_relation, p_row.aside_name, p_row.kind),
      schema_saga_target.shared_part_v1(v_relation, v_number),
      (SELECT format('%s of %s', s.part, t)
         FROM schema_saga_target.below_v1(v_relation) t
         JOIN pg_attribute a ON a.attrelid = t AND a.attname = p_row.aside_name AND p_row.kind = 'column'
        CROSS JOIN LATERAL (SELECT schema_saga_target.shared_part_v1(t, a.attnum) AS part) s
        WHERE s.part IS NOT NULL LIMIT 1),
      -- Partitions bear their own names, were never hidden, and would go along without a word.
      (SELECT format('partition %s', t) FROM schema_saga_target.below_v1(v_relation) t WHERE p_row.kind = 'table' LIMIT 1));
    IF v_by IS NOT NULL THEN
      RETURN v_by;
    END IF;
    BEGIN
      PERFORM schema_saga_target.keep_sequences_v1(v_relation, v_number);
      PERFORM schema_saga_target.run_ddl_v1(CASE p_row.kind WHEN 'table' THEN format('DROP TABLE %s', v_relation)
                   ELSE format('ALTER TABLE %s DROP COLUMN %I', v_relation, p_row.aside_name) END);
    EXCEPTION WHEN dependent_objects_still_exist THEN
      GET STACKED DIAGNOSTICS v_by = PG_EXCEPTION_DETAIL;
      RETURN coalesce(nullif(left(v_by, 300), ''), 'another object');
    END;
  END IF;
  UPDATE schema_saga_target.set_aside s SET purged_at = clock_timestamp() WHERE s.id = p_row.id;
  -- A table that is gone with our knowledge is no sign of a restore.
  IF p_row.kind = 'table' THEN
    UPDATE schema_saga_target.set_aside s SET relation = NULL
     WHERE s.namespace = p_row.namespace AND s.relation = p_row.relation;
  END IF;
  RETURN NULL;
END
$$;

-- As workers of 0.4 call it: 'purged'; 'gone' when it is not set aside any more; 'in_use' when something needs it.
CREATE OR REPLACE FUNCTION schema_saga_target.purge_aside_v1(p_namespace text, p_incarnation text, p_id bigint)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_row schema_saga_target.set_aside;
BEGIN
  SELECT * INTO v_row FROM schema_saga_target.lock_aside_v1(p_namespace, p_incarnation, p_id);
  IF NOT FOUND THEN
    RETURN 'gone';
  END IF;
  RETURN CASE WHEN schema_saga_target.drop_aside_v1(v_row) IS NULL THEN 'purged' ELSE 'in_use' END;
END
$$;

-- Drops one object when this target itself says that nobody needs it any more, with the target's row locked, so that no
-- stage runs meanwhile. p_rule: {project_id, operation_id (which hid it), revision and schema_hash (where the target was
-- seen; null where that does not matter), hold_ms (null: without waiting)}; p_committed: the operations whose changes
-- stay, p_revisions: what they led to. 'moved': it is not as it was seen; 'open': an operation is not done here; 'held';
-- 'anew': its hold has not begun.
CREATE OR REPLACE FUNCTION schema_saga_target.purge_aside_v2(
  p_namespace text, p_incarnation text, p_id bigint, p_rule jsonb, p_committed text[], p_revisions integer[],
  OUT outcome text, OUT because text
) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_target schema_saga_target.target;
  v_row schema_saga_target.set_aside;
BEGIN
  SELECT * INTO v_target FROM schema_saga_target.target t
   WHERE t.namespace = p_namespace AND t.incarnation = p_incarnation AND t.project_id = p_rule ->> 'project_id'
     FOR NO KEY UPDATE;
  IF NOT FOUND OR v_target.revision <> (p_rule ->> 'revision')::integer
     OR v_target.schema_hash <> p_rule ->> 'schema_hash' THEN
    outcome := 'moved';
    RETURN;
  END IF;
  SELECT * INTO v_row FROM schema_saga_target.lock_aside_v1(p_namespace, p_incarnation, p_id);
  IF NOT FOUND THEN
    outcome := 'gone';
    RETURN;
  END IF;
  IF coalesce(v_row.hidden_by, v_row.operation_id) <> p_rule ->> 'operation_id' THEN
    outcome := 'moved';
    RETURN;
  END IF;
  -- A table that was put there anew, as from a backup, may have brought back what somebody missed. Its number stays as it
  -- was noted, as a sign of that, until somebody has looked; then its hold begins.
  IF p_rule ->> 'hold_ms' IS NOT NULL AND v_row.relation <> schema_saga_target.find_aside_v1(v_row) THEN
    outcome := 'anew';
    RETURN;
  END IF;
  -- By the clock that set it aside.
  IF v_row.at + (p_rule ->> 'hold_ms')::double precision * interval '1 millisecond' > clock_timestamp() THEN
    outcome := 'held';
    RETURN;
  END IF;
  SELECT m.operation_id INTO because FROM schema_saga_target.marker m
   WHERE m.namespace = p_namespace AND m.incarnation = p_incarnation
     AND (m.state = 'started' OR (m.state = 'applied' AND NOT EXISTS (
       SELECT FROM unnest(p_committed, p_revisions) AS c(operation_id, revision)
        WHERE c.operation_id = m.operation_id AND c.revision <= v_target.revision)))
   LIMIT 1;
  IF FOUND THEN
    outcome := 'open';
    RETURN;
  END IF;
  because := schema_saga_target.drop_aside_v1(v_row);
  outcome := CASE WHEN because IS NULL THEN 'purged' ELSE 'in_use' END;
END
$$;

-- Puts the values of what is set aside into the table or column that bears its old name now, where there is a place: a
-- row that is not there, a value that is missing or is the default. What is set aside stays as it is.
-- Without a search path of its own, because the rows fire the application's triggers.
CREATE OR REPLACE FUNCTION schema_saga_target.put_back_v1(
  p_namespace text, p_incarnation text, p_id bigint, OUT placed bigint, OUT left_out bigint
) LANGUAGE plpgsql SET row_security = off AS $$
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

-- As put_back_v1; p_returns: its operation has not committed, so that the object itself comes back where nothing bears
-- its name. Without a search path of its own, for the same reason.
CREATE OR REPLACE FUNCTION schema_saga_target.put_back_v2(
  p_namespace text, p_incarnation text, p_id bigint, p_returns boolean, OUT placed bigint, OUT left_out bigint
) LANGUAGE plpgsql SET row_security = off AS $$
DECLARE
  v_row schema_saga_target.set_aside;
  v_relation regclass;
BEGIN
  PERFORM FROM schema_saga_target.target t WHERE t.namespace = p_namespace FOR NO KEY UPDATE;
  SELECT * INTO v_row FROM schema_saga_target.lock_aside_v1(p_namespace, p_incarnation, p_id);
  v_relation := pg_catalog.to_regclass(format('%I.%I', p_namespace, v_row.table_name));
  IF NOT FOUND OR NOT p_returns OR (v_relation IS NULL) <> (v_row.kind = 'table') OR EXISTS (
    SELECT FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = v_relation AND a.attname = v_row.column_name AND NOT a.attisdropped) THEN
    SELECT r.placed, r.left_out INTO placed, left_out
      FROM schema_saga_target.put_back_v1(p_namespace, p_incarnation, p_id) r;
    RETURN;
  END IF;
  IF EXISTS (
    SELECT FROM schema_saga_target.marker m
     WHERE m.namespace = p_namespace AND m.incarnation = p_incarnation AND m.operation_id = v_row.operation_id
       AND m.state IN ('started', 'applied')
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      'operation %s is not undone here: its undo brings this back.', v_row.operation_id);
  END IF;
  IF v_row.kind = 'table' THEN
    EXECUTE format('SELECT count(*) FROM %I.%I', p_namespace, v_row.aside_name) INTO placed;
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %I.%I RENAME TO %I', p_namespace, v_row.aside_name, v_row.table_name));
  ELSE
    EXECUTE format('SELECT count(%I) FROM %s', v_row.aside_name, v_relation) INTO placed;
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME COLUMN %I TO %I', v_relation, v_row.aside_name, v_row.column_name));
  END IF;
  left_out := 0;
  UPDATE schema_saga_target.set_aside s SET restored_at = now() WHERE s.id = p_id;
END
$$;

CREATE OR REPLACE FUNCTION schema_saga_target.put_values_back_v1(
  p_namespace text, p_table text, p_column text, p_aside text, OUT placed bigint, OUT left_out bigint
) LANGUAGE plpgsql AS $$
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
$$;

CREATE OR REPLACE FUNCTION schema_saga_target.put_rows_back_v1(
  p_namespace text, p_table text, p_aside text, OUT placed bigint, OUT left_out bigint
) LANGUAGE plpgsql AS $$
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
$$;
