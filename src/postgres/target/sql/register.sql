-- Who owns a namespace. Rows of others are evidence: nothing here deletes any.

-- Brings the list of what is set aside in line with what is there, for tables that were restored, copied or taken over:
-- what is there belongs to this incarnation from now on, and its hold goes on, or begins where it was made anew; a row of
-- this incarnation without its object is kept under a name that nobody asks for.
CREATE OR REPLACE FUNCTION schema_saga_target.match_asides_v1(p_namespace text, p_incarnation text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_row schema_saga_target.set_aside;
  v_relation oid;
  v_object text;
  v_seen text[] := '{}';
BEGIN
  FOR v_row IN SELECT * FROM schema_saga_target.set_aside s WHERE s.namespace = p_namespace ORDER BY s.id DESC LOOP
    v_relation := schema_saga_target.find_aside_v1(v_row);
    v_object := concat_ws('/', v_row.kind, v_relation, v_row.aside_name);
    IF v_relation IS NULL OR v_object = ANY (v_seen) THEN
      UPDATE schema_saga_target.set_aside s SET incarnation = s.incarnation || ' (not there)'
       WHERE s.id = v_row.id AND s.incarnation = p_incarnation AND s.restored_at IS NULL AND s.purged_at IS NULL;
    ELSE
      v_seen := v_seen || v_object;
      UPDATE schema_saga_target.set_aside s
         SET incarnation = p_incarnation, relation = v_relation, restored_at = NULL, purged_at = NULL,
             table_name = CASE s.kind WHEN 'column' THEN (SELECT c.relname FROM pg_class c WHERE c.oid = v_relation)
                                      ELSE s.table_name END,
             -- What comes back from a backup is held anew.
             at = CASE WHEN coalesce(s.restored_at, s.purged_at) IS NULL AND coalesce(s.relation = v_relation, true)
                       THEN s.at ELSE now() END
       WHERE s.id = v_row.id;
    END IF;
  END LOOP;
  PERFORM schema_saga_target.follow_tables_v1(p_namespace);
END
$$;

-- Somebody has renamed a namespace: all that is remembered of it is from now on under the name that it has.
CREATE OR REPLACE FUNCTION schema_saga_target.follow_namespace_v1(p_from text, p_to text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_table regclass;
BEGIN
  IF schema_saga_target.renamed_to_v1(p_from) IS DISTINCT FROM p_to::name THEN
    RETURN;
  END IF;
  FOR v_table IN
    SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'namespace' AND NOT a.attisdropped
     WHERE c.relnamespace = 'schema_saga_target'::regnamespace AND c.relkind = 'r'
  LOOP
    EXECUTE format('UPDATE %s SET namespace = $2 WHERE namespace = $1', v_table) USING p_from, p_to;
  END LOOP;
END
$$;

-- The table that is set aside, or that has the column which is: by its name as it was called last; else, because tables
-- of a backup have older names, the only one with a column of that name.
CREATE OR REPLACE FUNCTION schema_saga_target.find_aside_v1(p_row schema_saga_target.set_aside)
RETURNS oid LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT CASE WHEN p_row.kind = 'table' THEN to_regclass(format('%I.%I', p_row.namespace, p_row.aside_name))::oid
              ELSE coalesce(min(c.oid::bigint) FILTER (WHERE c.relname = p_row.table_name),
                            CASE count(*) WHEN 1 THEN min(c.oid::bigint) END)::oid END
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = p_row.aside_name AND NOT a.attisdropped
   WHERE p_row.kind = 'column' AND c.relnamespace = to_regnamespace(quote_ident(p_row.namespace)) AND c.relkind IN ('r', 'p')
$$;

-- Tables that were made anew have other numbers: rows about what is set aside in them follow, and those about what is not
-- there any more forget theirs. By the number nobody is doubted then. What is set aside in them is held anew.
CREATE OR REPLACE FUNCTION schema_saga_target.follow_tables_v1(p_namespace text)
RETURNS void LANGUAGE sql SET search_path = pg_catalog AS $$
  UPDATE schema_saga_target.set_aside s
     SET relation = schema_saga_target.find_aside_v1(s),
         at = CASE WHEN schema_saga_target.find_aside_v1(s) IS NULL THEN s.at ELSE now() END
   WHERE s.namespace = p_namespace AND s.relation IS NOT NULL
     AND NOT EXISTS (SELECT FROM pg_class c
                      WHERE c.oid = s.relation AND c.relnamespace = to_regnamespace(quote_ident(p_namespace)))
$$;

-- Lists what is set aside there and in no list (p_known: what its plan says of each; a column's table as it is called now):
-- a dump brings the objects, and not the rows about them. It is held anew. Returns how many there were.
CREATE OR REPLACE FUNCTION schema_saga_target.list_asides_v1(p_namespace text, p_incarnation text, p_known jsonb)
RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_count integer;
BEGIN
  PERFORM FROM schema_saga_target.target t
    WHERE t.namespace = p_namespace AND t.incarnation = p_incarnation FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  INSERT INTO schema_saga_target.set_aside (namespace, incarnation, operation_id, epoch, stage, direction, kind,
    table_name, column_name, aside_name, relation)
  SELECT p_namespace, p_incarnation, k.operation_id, 0, k.stage, k.direction, k.kind, k."table", k."column", k.aside_name, c.oid
    FROM jsonb_to_recordset(p_known) AS k(operation_id text, stage integer, direction text, kind text, "table" text,
           "column" text, aside_name text)
    JOIN pg_class c ON c.relnamespace = to_regnamespace(quote_ident(p_namespace)) AND c.relkind IN ('r', 'p')
     AND c.relname = CASE k.kind WHEN 'table' THEN k.aside_name ELSE k."table" END
   WHERE (k.kind = 'table' OR EXISTS (
           SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = k.aside_name AND NOT a.attisdropped))
     AND NOT EXISTS (
           SELECT FROM schema_saga_target.set_aside s
            WHERE s.namespace = p_namespace AND s.incarnation = p_incarnation AND s.kind = k.kind
              AND s.aside_name = k.aside_name AND s.restored_at IS NULL AND s.purged_at IS NULL
              AND schema_saga_target.find_aside_v1(s) = c.oid);
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END
$$;

-- Registers a namespace for its owner: 'found' when it is his already, 'changed' when it is not registered as it was when
-- he looked (p_seen: that incarnation, null for none), else 'registered', with what is set aside there carried over.
CREATE OR REPLACE FUNCTION schema_saga_target.register_target_v2(
  p_namespace text, p_incarnation text, p_project_id text, p_revision integer, p_hash text, p_catalog text, p_seen text
) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_row schema_saga_target.target;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('schema-saga/provision/' || p_namespace, 0));
  SELECT * INTO v_row FROM schema_saga_target.target t WHERE t.namespace = p_namespace FOR UPDATE;
  IF v_row.incarnation = p_incarnation AND v_row.project_id = p_project_id THEN
    RETURN 'found';
  END IF;
  IF v_row.incarnation IS DISTINCT FROM p_seen THEN
    RETURN 'changed';
  END IF;
  PERFORM schema_saga_target.match_asides_v1(p_namespace, p_incarnation);
  INSERT INTO schema_saga_target.target AS t (namespace, incarnation, project_id, revision, schema_hash, catalog_id,
    namespace_oid, bookkeeping_oid)
  VALUES (p_namespace, p_incarnation, p_project_id, p_revision, p_hash, p_catalog,
    to_regnamespace(quote_ident(p_namespace))::oid, 'schema_saga_target'::regnamespace::oid)
  ON CONFLICT (namespace) DO UPDATE
    SET incarnation = excluded.incarnation, project_id = excluded.project_id, revision = excluded.revision,
        schema_hash = excluded.schema_hash, catalog_id = excluded.catalog_id, released_at = NULL,
        namespace_oid = excluded.namespace_oid, bookkeeping_oid = excluded.bookkeeping_oid, updated_at = now();
  RETURN 'registered';
END
$$;

-- As 0.4 calls it, who asks nobody: what is there and is another project's is refused.
CREATE OR REPLACE FUNCTION schema_saga_target.register_target_v1(
  p_namespace text, p_incarnation text, p_project_id text, p_revision integer, p_hash text
) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_row schema_saga_target.target;
BEGIN
  SELECT * INTO v_row FROM schema_saga_target.target t WHERE t.namespace = p_namespace;
  IF v_row.project_id <> p_project_id AND v_row.released_at IS NULL
     AND to_regnamespace(quote_ident(p_namespace)) IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('the namespace is registered for project %s.', v_row.project_id);
  END IF;
  RETURN schema_saga_target.register_target_v2(
    p_namespace, p_incarnation, p_project_id, p_revision, p_hash, NULL, v_row.incarnation);
END
$$;

-- Says of a registration whose it is, where that is not said yet, or not any more.
CREATE OR REPLACE FUNCTION schema_saga_target.sign_target_v1(
  p_namespace text, p_incarnation text, p_project_id text, p_catalog text
) RETURNS void LANGUAGE sql SET search_path = pg_catalog AS $$
  SELECT schema_saga_target.follow_tables_v1(p_namespace);
  UPDATE schema_saga_target.target t
     SET catalog_id = coalesce(t.catalog_id, p_catalog), released_at = NULL,
         namespace_oid = coalesce(t.namespace_oid, to_regnamespace(quote_ident(p_namespace))::oid),
         bookkeeping_oid = coalesce(t.bookkeeping_oid, 'schema_saga_target'::regnamespace::oid)
   WHERE t.namespace = p_namespace AND t.incarnation = p_incarnation AND t.project_id = p_project_id
     AND (t.catalog_id IS NULL OR t.namespace_oid IS NULL OR t.released_at IS NOT NULL)
$$;

-- Its owner has let it go: tables, markers and what is set aside stay as they are.
CREATE OR REPLACE FUNCTION schema_saga_target.release_target_v1(p_namespace text, p_incarnation text)
RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  UPDATE schema_saga_target.target t SET released_at = now()
   WHERE t.namespace = p_namespace AND t.incarnation = p_incarnation AND t.released_at IS NULL;
  RETURN FOUND;
END
$$;

-- The tables are found to be those of another revision than the rows say: the rows follow. What operations of later
-- revisions have left here (p_later) was taken back by whoever put the tables there.
CREATE OR REPLACE FUNCTION schema_saga_target.restate_target_v1(
  p_namespace text, p_incarnation text, p_project_id text, p_from integer, p_from_hash text, p_to integer, p_to_hash text,
  p_later text[]
) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
  PERFORM FROM schema_saga_target.target t
    WHERE t.namespace = p_namespace AND t.incarnation = p_incarnation AND t.project_id = p_project_id
      AND t.revision = p_from AND t.schema_hash = p_from_hash FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = 'the target''s revision moved while its tables were compared.';
  END IF;
  UPDATE schema_saga_target.marker m SET state = 'compensated', undone_in = m.epoch, at = now()
   WHERE m.namespace = p_namespace AND m.incarnation = p_incarnation AND m.state IN ('started', 'applied')
     AND m.operation_id = ANY (p_later);
  PERFORM schema_saga_target.match_asides_v1(p_namespace, p_incarnation);
  UPDATE schema_saga_target.target t
     SET revision = p_to, schema_hash = p_to_hash, updated_at = now(),
         namespace_oid = to_regnamespace(quote_ident(p_namespace))::oid,
         bookkeeping_oid = 'schema_saga_target'::regnamespace::oid
   WHERE t.namespace = p_namespace;
END
$$;
