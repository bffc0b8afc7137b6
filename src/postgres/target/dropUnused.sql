-- The undo of a creation: drops what nobody has put anything into, and sets aside what somebody has. Never CASCADE.

-- A free name: the one asked for unless an earlier epoch has taken it.
CREATE OR REPLACE FUNCTION schema_saga_target.free_aside_v1(p_relation regclass, p_kind text, p_aside text)
RETURNS text LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION schema_saga_target.shorten_v1(p_name text, p_suffix text)
RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  v_name text := p_name;
BEGIN
  WHILE octet_length(v_name || p_suffix) > 63 LOOP
    v_name := left(v_name, -1);
  END LOOP;
  RETURN v_name || p_suffix;
END
$$;

-- Drops foreign keys, which would go on acting, and renames what carries names; all of the table, or of one column.
CREATE OR REPLACE FUNCTION schema_saga_target.hide_parts_v1(p_relation regclass, p_column smallint, p_aside text)
RETURNS void LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION schema_saga_target.record_aside_v1(
  p_namespace text, p_kind text, p_table text, p_column text, p_aside text, p_relation regclass
) RETURNS void LANGUAGE sql AS $$
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

-- Whether a column may hold something of somebody's: a value other than its own default (or than what it is a copy of)
-- in the first 100,000 rows, more rows than that, or an index over it and others, which DROP COLUMN would take along.
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

-- The same for a column that is a copy of nothing.
CREATE OR REPLACE FUNCTION schema_saga_target.drop_unused_column_v1(
  p_namespace text, p_table text, p_column text, p_aside text
) RETURNS text LANGUAGE sql AS $$
  SELECT schema_saga_target.drop_copied_column_v1(p_namespace, p_table, p_column, p_aside, NULL)
$$;
