-- What others have said and set of a constraint or index that goes: kept until it comes back, by an undo, a revert or a
-- change that wants it again.

CREATE TABLE IF NOT EXISTS schema_saga_target.part_words (
  namespace text NOT NULL,
  relation oid NOT NULL,
  -- The kind of a constraint as Postgres has it, or i for an index that belongs to none.
  kind "char" NOT NULL,
  name text NOT NULL,
  columns smallint[] NOT NULL,
  comment text,
  index_comment text,
  options text[],
  tablespace text,
  clustered boolean NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (namespace, relation, kind, name)
);

-- The constraints of a table, and its indexes that belong to none, with what is said of them.
CREATE OR REPLACE FUNCTION schema_saga_target.parts_of_v1(p_relation oid)
RETURNS TABLE (kind "char", name name, columns smallint[], comment text, index oid, index_comment text, options text[],
               tablespace name, clustered boolean, identifies boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT p.kind, p.name, p.columns, p.comment, p.index, obj_description(p.index, 'pg_class'), x.reloptions,
         (SELECT s.spcname FROM pg_tablespace s WHERE s.oid = x.reltablespace), coalesce(i.indisclustered, false),
         coalesce(i.indisreplident, false)
    FROM (
      SELECT k.contype AS kind, k.conname AS name, k.conkey AS columns, obj_description(k.oid, 'pg_constraint') AS comment,
             CASE WHEN k.contype IN ('p', 'u', 'x') THEN k.conindid END AS index
        FROM pg_constraint k WHERE k.conrelid = p_relation AND k.contype IN ('p', 'u', 'x', 'c', 'f')
       UNION ALL
      SELECT 'i', c.relname, ARRAY(SELECT n FROM unnest(i.indkey::smallint[]) n), NULL, c.oid
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
       WHERE i.indrelid = p_relation AND NOT EXISTS (
               SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.conrelid = p_relation AND k.contype IN ('p', 'u', 'x'))) p
    LEFT JOIN pg_index i ON i.indexrelid = p.index
    LEFT JOIN pg_class x ON x.oid = p.index
$$;

-- Keeps what is said of a part that is about to go (p_index: of an index, else of a constraint). One by which replicas tell
-- rows apart must not go (SS002): from then on a published table takes no updates.
CREATE OR REPLACE FUNCTION schema_saga_target.keep_words_v1(p_namespace text, p_relation oid, p_part text, p_index boolean)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_part record;
BEGIN
  SELECT * INTO v_part FROM schema_saga_target.parts_of_v1(p_relation) p
   WHERE p.name = p_part AND (p.kind = 'i') = p_index;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  IF v_part.identifies THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      '%s, which goes, is the replica identity of %s: give it another one first (ALTER TABLE ... REPLICA IDENTITY).',
      p_part, p_relation::regclass);
  END IF;
  DELETE FROM schema_saga_target.part_words w
   WHERE w.namespace = p_namespace AND (w.relation = p_relation AND w.kind = v_part.kind AND w.name = p_part
      OR NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = w.relation));
  IF num_nonnulls(v_part.comment, v_part.index_comment, v_part.options, v_part.tablespace) > 0 OR v_part.clustered THEN
    INSERT INTO schema_saga_target.part_words
           (namespace, relation, kind, name, columns, comment, index_comment, options, tablespace, clustered)
    VALUES (p_namespace, p_relation, v_part.kind, p_part, v_part.columns, v_part.comment, v_part.index_comment,
            v_part.options, v_part.tablespace, v_part.clustered);
  END IF;
END
$$;

-- What is kept of a part of these columns, or of this name where the columns are others by now.
CREATE OR REPLACE FUNCTION schema_saga_target.kept_words_v1(
  p_namespace text, p_relation oid, p_kinds "char"[], p_name text, p_columns smallint[]
) RETURNS SETOF schema_saga_target.part_words LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT * FROM schema_saga_target.part_words w
   WHERE w.namespace = p_namespace AND w.kind = ANY (p_kinds) AND w.relation = p_relation
     AND (w.name = p_name OR w.columns = p_columns)
   ORDER BY w.name = p_name DESC, w.at DESC LIMIT 1
$$;

-- Says it of the part that has come back. How its index is stored was said when that was built.
CREATE OR REPLACE FUNCTION schema_saga_target.return_words_v1(p_namespace text, p_relation oid, p_part text, p_index boolean)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_part record;
  v_words schema_saga_target.part_words;
BEGIN
  SELECT * INTO v_part FROM schema_saga_target.parts_of_v1(p_relation) p
   WHERE p.name = p_part AND (p.kind = 'i') = p_index;
  SELECT * INTO v_words FROM schema_saga_target.kept_words_v1(p_namespace, p_relation, ARRAY[v_part.kind], p_part, v_part.columns);
  IF v_part.name IS NULL OR v_words.name IS NULL THEN
    RETURN;
  END IF;
  IF v_words.comment IS NOT NULL AND v_part.comment IS NULL THEN
    PERFORM schema_saga_target.run_ddl_v1(format('COMMENT ON CONSTRAINT %I ON %s IS %L', p_part, p_relation::regclass, v_words.comment));
  END IF;
  IF v_words.index_comment IS NOT NULL AND v_part.index_comment IS NULL THEN
    PERFORM schema_saga_target.run_ddl_v1(format('COMMENT ON INDEX %s IS %L', v_part.index::regclass, v_words.index_comment));
  END IF;
  IF v_words.clustered AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = p_relation AND i.indisclustered) THEN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s CLUSTER ON %I', p_relation::regclass, p_part));
  END IF;
  DELETE FROM schema_saga_target.part_words w
   WHERE w.namespace = v_words.namespace AND w.relation = v_words.relation AND w.kind = v_words.kind AND w.name = v_words.name;
END
$$;

-- The same before an index is dropped, and when it has been built: one that belongs to no constraint.
CREATE OR REPLACE FUNCTION schema_saga_target.keep_index_words_v1(p_namespace text, p_index text)
RETURNS void LANGUAGE sql SET search_path = pg_catalog AS $$
  SELECT schema_saga_target.keep_words_v1(p_namespace, i.indrelid, p_index, true)
    FROM pg_index i WHERE i.indexrelid = to_regclass(format('%I.%I', p_namespace, p_index))
$$;

CREATE OR REPLACE FUNCTION schema_saga_target.return_index_words_v1(p_namespace text, p_index text)
RETURNS void LANGUAGE sql SET search_path = pg_catalog AS $$
  SELECT schema_saga_target.return_words_v1(p_namespace, i.indrelid, p_index, true)
    FROM pg_index i WHERE i.indexrelid = to_regclass(format('%I.%I', p_namespace, p_index))
$$;

-- How an index is stored that is about to be built, as the end of the statement: as the one that went, or as the one whose
-- column this operation has hidden. A tablespace that is not ours to use is noted, and the default one taken.
CREATE OR REPLACE FUNCTION schema_saga_target.storage_words_v1(
  p_namespace text, p_operation text, p_index text, p_statement text
) RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_on text[] := regexp_match(p_statement, ' ON ("(?:[^"]|"")*"\."(?:[^"]|"")*") \((.*)\)$');
  v_relation oid := to_regclass(v_on[1]);
  v_columns smallint[] := ARRAY(
    SELECT a.attnum FROM regexp_matches(v_on[2], '"((?:[^"]|"")*)"', 'g') WITH ORDINALITY u(name, place)
      JOIN pg_attribute a ON a.attrelid = v_relation AND a.attname = replace(u.name[1], '""', '"') ORDER BY u.place);
  v_options text[];
  v_tablespace text;
BEGIN
  SELECT w.options, w.tablespace INTO v_options, v_tablespace
    FROM schema_saga_target.kept_words_v1(p_namespace, v_relation, '{u,i}', p_index, v_columns) w;
  IF NOT FOUND THEN
    SELECT p.options, p.tablespace INTO v_options, v_tablespace FROM schema_saga_target.parts_of_v1(v_relation) p
     WHERE starts_with(p.name, '_aside_' || p_operation || '_')
       AND regexp_replace(substr(p.name, length('_aside_' || p_operation || '_') + 1), '^\d+_', '') = p_index;
  END IF;
  IF v_tablespace IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_tablespace s WHERE s.spcname = v_tablespace AND has_tablespace_privilege(s.oid, 'CREATE')
  ) THEN
    INSERT INTO schema_saga_target.drift (namespace, operation_id, object, what, rows_in_the_way)
    VALUES (p_namespace, p_operation, v_relation::regclass || ': ' || p_index,
      format('it was in tablespace %s, where our role may not create, and is in the default one', v_tablespace), 0);
    v_tablespace := NULL;
  END IF;
  RETURN coalesce((
           SELECT format(' WITH (%s)', string_agg(format('%I = %L', split_part(o, '=', 1), substr(o, strpos(o, '=') + 1)), ', '))
             FROM unnest(v_options) o HAVING count(*) > 0), '')
         || coalesce(' TABLESPACE ' || quote_ident(v_tablespace), '');
END
$$;

-- Runs a statement of a plan; where it takes a constraint off, or puts one on, what is said of it is kept, or comes back.
CREATE OR REPLACE FUNCTION schema_saga_target.run_statement_v1(p_namespace text, p_statement text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_parts text[] := regexp_match(p_statement,
    '^ALTER TABLE ((?:"(?:[^"]|"")*"|\w+)\.(?:"(?:[^"]|"")*"|\w+)) (ADD|DROP) CONSTRAINT (?:IF EXISTS )?(?:"((?:[^"]|"")*)"|(\w+))');
  v_relation oid := to_regclass(v_parts[1]);
  v_part text := coalesce(replace(v_parts[3], '""', '"'), v_parts[4]);
BEGIN
  IF v_parts[2] = 'DROP' AND v_relation IS NOT NULL THEN
    PERFORM schema_saga_target.keep_words_v1(p_namespace, v_relation, v_part, false);
  END IF;
  -- Functions of ours see to that themselves.
  IF p_statement LIKE 'SELECT %' THEN
    EXECUTE p_statement;
  ELSE
    PERFORM schema_saga_target.run_ddl_v1(p_statement);
  END IF;
  IF v_parts[2] = 'ADD' THEN
    PERFORM schema_saga_target.return_words_v1(p_namespace, v_relation, v_part, false);
  END IF;
END
$$;
