-- The undo of a creation: drops what nobody has put anything into, and sets aside what somebody has. Never CASCADE.

-- Returns the aside name, or null when the table was dropped.
CREATE OR REPLACE FUNCTION schema_saga_target.drop_unused_table_v1(p_namespace text, p_table text, p_aside text)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = off AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
  v_used boolean;
  v_aside text;
BEGIN
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', v_relation);
  EXECUTE format('SELECT EXISTS (SELECT FROM %s)', v_relation) INTO v_used;
  IF NOT v_used THEN
    BEGIN
      PERFORM schema_saga_target.keep_sequences_v1(v_relation, NULL);
      PERFORM schema_saga_target.run_ddl_v1(format('DROP TABLE %s', v_relation));
      RETURN NULL;
    EXCEPTION WHEN dependent_objects_still_exist THEN
      NULL; -- Something of the user's needs it: set it aside instead.
    END;
  END IF;
  v_aside := schema_saga_target.free_aside_v1(v_relation, 'table', p_aside);
  PERFORM schema_saga_target.hide_parts_v1(v_relation, NULL, v_aside);
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME TO %I', v_relation, v_aside));
  PERFORM schema_saga_target.record_aside_v1(p_namespace, 'table', p_table, NULL, v_aside, v_relation);
  RETURN v_aside;
END
$$;

-- Whether a column may hold something of somebody's: a value other than its own default (or than what it is a copy of), an
-- index over it and others, which DROP COLUMN would take along, or a table that is not tiny: its rows are not read under
-- a lock that keeps everybody out.
CREATE OR REPLACE FUNCTION schema_saga_target.column_in_use_v2(p_relation regclass, p_column text, p_copy_of text)
RETURNS boolean LANGUAGE plpgsql AS $$
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
  IF v_shared OR pg_relation_size(p_relation) > 8 * 1024 * 1024 THEN
    RETURN true;
  END IF;
  -- Compared as text, because json has no equality.
  EXECUTE format(
    'SELECT count(*) > 10000 OR coalesce(bool_or(v IS NOT NULL AND v::text IS DISTINCT FROM (%s)::text
            AND v::text IS DISTINCT FROM copied), false)
       FROM (SELECT %I AS v, (%s)::text AS copied FROM %s LIMIT 10001) first_rows',
    coalesce(v_default, 'NULL'), p_column, coalesce(p_copy_of, 'NULL'), p_relation) INTO v_used;
  RETURN v_used;
END
$$;

-- Returns the aside name, or null when the column was dropped. p_copy_of is an expression over the columns of the
-- table when the column began as a copy of it.
CREATE OR REPLACE FUNCTION schema_saga_target.drop_copied_column_v1(
  p_namespace text, p_table text, p_column text, p_aside text, p_copy_of text
) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = off AS $$
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
      PERFORM schema_saga_target.keep_sequences_v1(v_relation, v_number);
      PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s DROP COLUMN %I', v_relation, p_column));
      RETURN NULL;
    EXCEPTION WHEN dependent_objects_still_exist THEN
      NULL; -- Something of the user's needs it: set it aside instead.
    END;
  END IF;
  v_aside := schema_saga_target.free_aside_v1(v_relation, 'column', p_aside);
  PERFORM schema_saga_target.hide_parts_v1(v_relation, v_number, v_aside);
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT, ALTER COLUMN %I DROP NOT NULL', v_relation, p_column,
    p_column));
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME COLUMN %I TO %I', v_relation, p_column, v_aside));
  PERFORM schema_saga_target.record_aside_v1(p_namespace, 'column', p_table, p_column, v_aside, v_relation);
  RETURN v_aside;
END
$$;

-- The same for a column that is a copy of nothing.
CREATE OR REPLACE FUNCTION schema_saga_target.drop_unused_column_v1(
  p_namespace text, p_table text, p_column text, p_aside text
) RETURNS text LANGUAGE sql AS $$
  SELECT schema_saga_target.drop_copied_column_v1(p_namespace, p_table, p_column, p_aside, NULL)
$$;
