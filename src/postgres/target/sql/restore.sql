-- Bringing rules back in an undo. Rows written meanwhile are kept whatever they hold: a rule that one of them breaks
-- comes back without looking at old rows, or stays off, and is noted as drift.

CREATE OR REPLACE FUNCTION schema_saga_target.note_drift_v1(
  p_namespace text, p_object text, p_what text, p_relation regclass, p_condition text
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_rows bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM %s t WHERE %s', p_relation, p_condition) INTO v_rows;
  INSERT INTO schema_saga_target.drift (namespace, operation_id, object, what, rows_in_the_way)
  VALUES (p_namespace,
    coalesce(nullif(current_setting('schema_saga.stage', true), '')::jsonb ->> 'operation_id', 'by hand'),
    p_object, p_what, v_rows);
END
$$;

-- The search path as the role has it in this database: rows fire the triggers of the application, which rely on it.
CREATE OR REPLACE FUNCTION schema_saga_target.role_path_v1() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT s.reset_val FROM pg_catalog.pg_settings s WHERE s.name = 'search_path'
$$;

-- In plans of 0.4. What the application's triggers raise keeps the rule off, and is noted; only what waiting cures ends it.
CREATE OR REPLACE FUNCTION schema_saga_target.restore_not_null_v1(p_namespace text, p_table text, p_column text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = off AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
BEGIN
  PERFORM set_config('search_path', schema_saga_target.role_path_v1(), true);
  EXECUTE format('UPDATE %s SET %I = DEFAULT WHERE %I IS NULL', v_relation, p_column, p_column);
  PERFORM set_config('search_path', 'pg_catalog', true);
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', v_relation, p_column));
EXCEPTION
  WHEN lock_not_available OR deadlock_detected OR serialization_failure OR operator_intervention OR insufficient_resources
  THEN
    RAISE;
  WHEN OTHERS OR assert_failure THEN
    PERFORM schema_saga_target.note_drift_v1(p_namespace, p_table || '.' || p_column,
      format('NOT NULL stays off (SQLSTATE %s)', SQLSTATE), v_relation, format('t.%I IS NULL', p_column));
END
$$;

CREATE OR REPLACE FUNCTION schema_saga_target.restore_unique_v1(
  p_namespace text, p_table text, p_name text, p_columns text[]
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = off AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
  v_columns text := (SELECT string_agg(format('%I', c), ', ') FROM unnest(p_columns) c);
BEGIN
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ADD CONSTRAINT %I UNIQUE (%s)', v_relation, p_name, v_columns));
EXCEPTION WHEN unique_violation THEN
  PERFORM schema_saga_target.note_drift_v1(p_namespace, p_table || ': ' || p_name, 'UNIQUE stays off', v_relation,
    format('(%s) IN (SELECT %s FROM %s GROUP BY %s HAVING count(*) > 1)', v_columns, v_columns, v_relation, v_columns));
END
$$;

CREATE OR REPLACE FUNCTION schema_saga_target.restore_check_v1(
  p_namespace text, p_table text, p_name text, p_expression text
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = off AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
BEGIN
  BEGIN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ADD CONSTRAINT %I CHECK %s', v_relation, p_name, p_expression));
  EXCEPTION WHEN check_violation THEN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ADD CONSTRAINT %I CHECK %s NOT VALID', v_relation, p_name, p_expression));
    PERFORM schema_saga_target.note_drift_v1(p_namespace, p_table || ': ' || p_name, 'CHECK holds for new rows only',
      v_relation, format('NOT (%s)', p_expression));
  END;
END
$$;

CREATE OR REPLACE FUNCTION schema_saga_target.restore_foreign_key_v1(
  p_namespace text, p_table text, p_name text, p_column text, p_references text, p_on_delete text
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = off AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
  v_key text := format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I) REFERENCES %I.%I ("id") ON DELETE %s',
    v_relation, p_name, p_column, p_namespace, p_references, CASE p_on_delete
      WHEN 'set_null' THEN 'SET NULL' WHEN 'cascade' THEN 'CASCADE' WHEN 'restrict' THEN 'RESTRICT' ELSE 'NO ACTION' END);
BEGIN
  BEGIN
    PERFORM schema_saga_target.run_ddl_v1(v_key);
  EXCEPTION WHEN foreign_key_violation THEN
    PERFORM schema_saga_target.run_ddl_v1(v_key || ' NOT VALID');
    PERFORM schema_saga_target.note_drift_v1(p_namespace, p_table || ': ' || p_name,
      'FOREIGN KEY holds for new rows only', v_relation,
      format('t.%I IS NOT NULL AND NOT EXISTS (SELECT FROM %I.%I r WHERE r."id" = t.%I)', p_column, p_namespace,
        p_references, p_column));
  END;
END
$$;

-- The same for undos and reverts whose parts are transactions of their own: nothing here reads rows under a lock that keeps
-- readers or writers out. p_condition, over the row t, tells the rows that stand in the way.

-- Looks at all rows for a constraint that holds for new ones already; where some break it, that is noted, and it stays so.
CREATE OR REPLACE FUNCTION schema_saga_target.validate_v1(
  p_namespace text, p_table text, p_name text, p_object text, p_what text, p_condition text
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = off AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
BEGIN
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s VALIDATE CONSTRAINT %I', v_relation, p_name));
EXCEPTION WHEN integrity_constraint_violation THEN
  PERFORM schema_saga_target.note_drift_v1(p_namespace, p_object, p_what, v_relation, p_condition);
END
$$;

-- NOT NULL where the check that stands for it was proven; the check goes in any case.
CREATE OR REPLACE FUNCTION schema_saga_target.prove_not_null_v1(
  p_namespace text, p_table text, p_column text, p_proof text
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
BEGIN
  IF EXISTS (SELECT FROM pg_constraint k
              WHERE k.conrelid = v_relation AND k.conname = p_proof AND k.contype = 'c' AND k.convalidated) THEN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', v_relation, p_column));
  END IF;
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', v_relation, p_proof));
END
$$;

-- A unique constraint over the index of its name, if that was built and is no constraint's yet.
CREATE OR REPLACE FUNCTION schema_saga_target.adopt_unique_v1(p_namespace text, p_table text, p_name text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_index regclass := to_regclass(format('%I.%I', p_namespace, p_name));
BEGIN
  IF EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = v_index AND i.indisvalid)
     AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = v_index AND k.contype = 'u') THEN
    PERFORM schema_saga_target.run_statement_v1(p_namespace,
      format('ALTER TABLE %I.%I ADD CONSTRAINT %I UNIQUE USING INDEX %I', p_namespace, p_table, p_name, p_name));
  END IF;
END
$$;

-- A default for a column that is still out of sight, or none any more; nothing where it is not there.
CREATE OR REPLACE FUNCTION schema_saga_target.ready_column_v1(
  p_namespace text, p_table text, p_column text, p_default text
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_relation regclass := to_regclass(format('%I.%I', p_namespace, p_table));
BEGIN
  IF EXISTS (SELECT FROM pg_attribute a
              WHERE a.attrelid = v_relation AND a.attname = p_column AND NOT a.attisdropped) THEN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ALTER COLUMN %I %s', v_relation, p_column,
      coalesce('SET DEFAULT ' || p_default, 'DROP DEFAULT')));
  END IF;
END
$$;

-- Rows that stand in the way of what an operation brings back, told by whoever met them; all that p_condition counts when
-- their number is not given.
CREATE OR REPLACE FUNCTION schema_saga_target.note_rows_v1(
  p_namespace text, p_operation text, p_object text, p_what text, p_table text, p_condition text, p_rows bigint
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = off AS $$
DECLARE
  v_rows bigint := p_rows;
BEGIN
  IF v_rows IS NULL THEN
    EXECUTE format('SELECT count(*) FROM %I.%I t WHERE %s', p_namespace, p_table, p_condition) INTO v_rows;
  END IF;
  INSERT INTO schema_saga_target.drift (namespace, operation_id, object, what, rows_in_the_way)
  VALUES (p_namespace, p_operation, p_object, p_what, v_rows);
END
$$;
