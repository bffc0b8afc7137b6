-- Setting something aside by what the target holds, for undos that find it in use.

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
      PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s DROP CONSTRAINT %I', p_relation, v_part.conname));
    ELSE
      PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', p_relation, v_part.conname,
        schema_saga_target.shorten_v1(p_aside, '_' || left(md5(v_part.conname), 8))));
    END IF;
  END LOOP;
  FOR v_part IN
    SELECT i.indexrelid::regclass AS name, c.relname FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = p_relation AND (p_column IS NULL OR p_column = ANY (i.indkey::smallint[]))
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                        WHERE k.conindid = i.indexrelid AND k.conrelid = p_relation AND k.contype IN ('p', 'u', 'x'))
  LOOP
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER INDEX %s RENAME TO %I', v_part.name,
      schema_saga_target.shorten_v1(p_aside, '_' || left(md5(v_part.relname), 8))));
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

-- Frees a name that an operation is to give to something which it hides, where another thing of that name is left of an
-- earlier run of it, as in tables of a backup: that takes a free name and is kept like whatever an undo sets aside, or goes
-- when it holds nothing. p_column is what the column was, or was to be. Returns whether anything was in the way.
CREATE OR REPLACE FUNCTION schema_saga_target.make_way_v1(
  p_namespace text, p_kind text, p_table text, p_column text, p_aside text
) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = off AS $$
DECLARE
  v_relation regclass := to_regclass(format('%I.%I', p_namespace, CASE p_kind WHEN 'table' THEN p_aside ELSE p_table END));
  v_number smallint;
  v_free text;
BEGIN
  SELECT a.attnum INTO v_number FROM pg_attribute a
   WHERE p_kind = 'column' AND a.attrelid = v_relation AND a.attname = p_aside AND NOT a.attisdropped;
  IF v_relation IS NULL OR (p_kind = 'column' AND v_number IS NULL) THEN
    RETURN false;
  END IF;
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', v_relation);
  IF p_kind = 'column' AND NOT schema_saga_target.column_in_use_v2(v_relation, p_aside, NULL) THEN
    BEGIN
      PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s DROP COLUMN %I', v_relation, p_aside));
      UPDATE schema_saga_target.set_aside s SET incarnation = s.incarnation || ' (not there)'
       WHERE s.namespace = p_namespace AND s.kind = p_kind AND s.aside_name = p_aside AND s.restored_at IS NULL
         AND s.purged_at IS NULL;
      RETURN true;
    EXCEPTION WHEN dependent_objects_still_exist THEN
      NULL; -- Something of the user's needs it.
    END;
  END IF;
  v_free := schema_saga_target.free_aside_v1(v_relation, p_kind, p_aside);
  PERFORM schema_saga_target.hide_parts_v1(v_relation, v_number, v_free);
  IF p_kind = 'table' THEN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME TO %I', v_relation, v_free));
  ELSE
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL, ALTER COLUMN %I DROP DEFAULT', v_relation, p_aside, p_aside));
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME COLUMN %I TO %I', v_relation, p_aside, v_free));
  END IF;
  -- What is on record goes by that name from now on.
  UPDATE schema_saga_target.set_aside s SET aside_name = v_free, direction = 'compensate', at = now(), relation = v_relation
   WHERE s.namespace = p_namespace AND s.kind = p_kind AND s.aside_name = p_aside AND s.restored_at IS NULL
     AND s.purged_at IS NULL
     AND s.incarnation = (SELECT t.incarnation FROM schema_saga_target.target t WHERE t.namespace = p_namespace);
  IF NOT FOUND THEN
    PERFORM schema_saga_target.record_aside_v1(p_namespace, p_kind, p_table, p_column, v_free, v_relation);
  END IF;
  RETURN true;
END
$$;

-- The same for all names that a stage gives, before it is run on a target on which it has not been yet.
CREATE OR REPLACE FUNCTION schema_saga_target.make_way_for_v1(p_try jsonb, p_names jsonb)
RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_target schema_saga_target.target := schema_saga_target.lock_target_v1(v_try);
BEGIN
  PERFORM schema_saga_target.require_latest_epoch_v1(v_try);
  IF EXISTS (SELECT FROM schema_saga_target.open_markers_v1(v_try)) THEN
    RETURN false;
  END IF;
  PERFORM schema_saga_target.enter_stage_v2(v_try, 'compensate');
  RETURN coalesce((
    SELECT bool_or(schema_saga_target.make_way_v1(v_try.namespace, n.kind, n."table", n."column", n."asideName"))
      FROM jsonb_to_recordset(p_names) AS n(kind text, "table" text, "column" text, "asideName" text)), false);
END
$$;

-- For an operation that brings back (p_restores) what another one set aside, and for its undo. A target that was born
-- after that has nothing to bring back: it gets the other statements. All are formats, with the namespace as %1$.
CREATE OR REPLACE FUNCTION schema_saga_target.revive_v1(
  p_namespace text, p_kind text, p_aside text, p_restores boolean, p_there text[], p_otherwise text[]
) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_row schema_saga_target.set_aside;
  v_stage jsonb := nullif(current_setting('schema_saga.stage', true), '');
  v_there boolean;
  v_statement text;
BEGIN
  SELECT * INTO v_row FROM schema_saga_target.set_aside s
   WHERE s.namespace = p_namespace AND s.kind = p_kind AND s.aside_name = p_aside AND s.direction = 'forward'
     -- Rows of a target that was here before are evidence only.
     AND s.incarnation = (SELECT t.incarnation FROM schema_saga_target.target t WHERE t.namespace = p_namespace)
   ORDER BY s.id DESC LIMIT 1 FOR UPDATE;
  v_there := FOUND;
  -- A dump brings what is set aside, and not the row about it: an empty one must not take its place.
  IF NOT v_there AND p_restores AND EXISTS (
    SELECT FROM pg_class c
      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = p_aside AND NOT a.attisdropped
     WHERE c.relnamespace = to_regnamespace(quote_ident(p_namespace)) AND c.relkind IN ('r', 'p')
       AND CASE p_kind WHEN 'table' THEN c.relname = p_aside ELSE a.attname IS NOT NULL END
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      '%s is there, and in no list of what is set aside: park the tenant, and unparking lists it.', p_aside);
  END IF;
  IF v_there AND v_row.purged_at IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('%s was purged: it cannot come back.', p_aside);
  END IF;
  IF v_there AND (v_row.restored_at IS NULL) <> p_restores THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      CASE WHEN p_restores THEN '%s is not set aside any more.' ELSE '%s is set aside already.' END, p_aside);
  END IF;
  FOREACH v_statement IN ARRAY CASE WHEN v_there THEN p_there ELSE p_otherwise END LOOP
    PERFORM schema_saga_target.run_statement_v1(p_namespace, format(v_statement, p_namespace));
  END LOOP;
  -- Hidden again is hidden anew: its hold begins now, and whoever hid it decides whether it may ever be dropped. The undo
  -- of a restoring leaves that as it was before.
  UPDATE schema_saga_target.set_aside s
     SET restored_at = CASE WHEN p_restores THEN now() END,
         at = CASE WHEN p_restores THEN s.at ELSE now() END,
         hidden_by = CASE WHEN NOT p_restores AND v_stage ->> 'direction' = 'forward' THEN v_stage ->> 'operation_id'
                          ELSE s.hidden_by END
   WHERE s.id = v_row.id;
  RETURN v_there;
END
$$;
