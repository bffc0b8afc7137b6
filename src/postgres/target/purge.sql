-- What becomes of something that is set aside for good: purged, or its values put where there is a place for them now.

-- The row of something that is still set aside, locked until the transaction ends; no row when it is not (any more).
CREATE OR REPLACE FUNCTION schema_saga_target.lock_aside_v1(p_namespace text, p_incarnation text, p_id bigint)
RETURNS SETOF schema_saga_target.set_aside LANGUAGE sql AS $$
  SELECT * FROM schema_saga_target.set_aside s
   WHERE s.id = p_id AND s.namespace = p_namespace AND s.incarnation = p_incarnation
     AND s.restored_at IS NULL AND s.purged_at IS NULL
     FOR UPDATE
$$;

-- Drops one object, never with CASCADE: 'purged'; 'gone' when it is not set aside any more; 'in_use' when something of
-- the user's depends on it. An index over a column and others would go with the column, so that counts as well.
CREATE OR REPLACE FUNCTION schema_saga_target.purge_aside_v1(p_namespace text, p_incarnation text, p_id bigint)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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
