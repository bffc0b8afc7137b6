--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: schema_saga_target; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA schema_saga_target;

--
-- Name: stage_try_v1; Type: TYPE; Schema: schema_saga_target; Owner: -
--

CREATE TYPE schema_saga_target.stage_try_v1 AS (
	namespace text,
	incarnation text,
	project_id text,
	operation_id text,
	epoch integer,
	stage integer,
	plan_hash text,
	base_revision integer,
	base_hash text,
	next_revision integer,
	next_hash text,
	last boolean
);

--
-- Name: adopt_unique_v1(text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.adopt_unique_v1(p_namespace text, p_table text, p_name text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: apply_stage_v1(jsonb, text[], jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.apply_stage_v1(p_try jsonb, p_statements text[], p_asides jsonb) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  RETURN schema_saga_target.run_stage_v1(
    jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try), p_statements, p_asides);
END
$$;

--
-- Name: apply_targets_v1(jsonb, text[], text[], integer[], jsonb, text[]); Type: PROCEDURE; Schema: schema_saga_target; Owner: -
--

CREATE PROCEDURE schema_saga_target.apply_targets_v1(IN p_try jsonb, IN p_namespaces text[], IN p_incarnations text[], IN p_epochs integer[], IN p_stages jsonb, IN p_statements text[])
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: apply_targets_v2(jsonb, text[], text[], integer[], jsonb, text[]); Type: PROCEDURE; Schema: schema_saga_target; Owner: -
--

CREATE PROCEDURE schema_saga_target.apply_targets_v2(IN p_try jsonb, IN p_namespaces text[], IN p_incarnations text[], IN p_epochs integer[], IN p_stages jsonb, IN p_statements text[])
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: begin_stage_v1(schema_saga_target.stage_try_v1, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.begin_stage_v1(p_try schema_saga_target.stage_try_v1, p_state text) RETURNS text
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
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

--
-- Name: below_v1(regclass); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.below_v1(p_relation regclass) RETURNS SETOF regclass
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
  WITH RECURSIVE below AS (
    SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = p_relation
    UNION
    SELECT i.inhrelid FROM below b JOIN pg_inherits i ON i.inhparent = b.inhrelid
  )
  SELECT b.inhrelid::regclass FROM below b
$$;

--
-- Name: bound_here_v1(regclass, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.bound_here_v1(p_relation regclass, p_column text, p_type text) RETURNS TABLE(kind text, id oid, name text, goes_along boolean)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog'
    SET enable_seqscan TO 'off'
    AS $_$
DECLARE
  v_column pg_attribute;
  v_row text[] := ARRAY[(SELECT c.relname::text FROM pg_class c WHERE c.oid = p_relation)];
BEGIN
  SELECT * INTO v_column FROM pg_attribute a
   WHERE a.attrelid = p_relation AND a.attname = p_column AND a.attnum > 0 AND NOT a.attisdropped;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT 'policy', p.oid, format('policy %s', p.polname), CASE WHEN p.polrelid = p_relation AND p_type IS NOT NULL THEN (
             SELECT bool_and(schema_saga_target.means_something_v1(p_relation, p_column, p_type, v_row, e))
               FROM unnest(ARRAY[pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)]) e
              WHERE e IS NOT NULL) ELSE false END
      FROM pg_policy p
     WHERE p.oid IN (SELECT d.objid FROM pg_depend d WHERE d.classid = 'pg_policy'::regclass
                        AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_relation AND d.refobjsubid = v_column.attnum)
    UNION ALL
    SELECT 'trigger', t.oid, format('trigger %s', t.tgname), t.tgrelid = p_relation AND p_type IS NOT NULL
           AND has_function_privilege(t.tgfoid, 'EXECUTE')
           AND (SELECT has_schema_privilege(f.pronamespace, 'USAGE') FROM pg_proc f WHERE f.oid = t.tgfoid)
           AND (t.tgqual IS NULL OR schema_saga_target.means_something_v1(p_relation, p_column, p_type,
                 ARRAY['old', 'new'], schema_saga_target.trigger_condition_v1(t.oid)))
      FROM pg_trigger t
     WHERE NOT t.tgisinternal AND t.tgparentid = 0
       AND t.oid IN (SELECT d.objid FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass
                        AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_relation AND d.refobjsubid = v_column.attnum)
    UNION ALL
    SELECT 'statistics', s.oid, format('statistics %s', s.stxname),
           p_type IS NULL OR pg_has_role(s.stxowner, 'USAGE') AND has_schema_privilege(s.stxnamespace, 'CREATE')
             AND NOT EXISTS (SELECT FROM unnest(pg_get_statisticsobjdef_expressions(s.oid)) e
                              WHERE NOT schema_saga_target.means_something_v1(p_relation, p_column, p_type, v_row,
                                format('(%s) IS NULL', e)))
      FROM pg_statistic_ext s
     WHERE s.oid IN (SELECT d.objid FROM pg_depend d WHERE d.classid = 'pg_statistic_ext'::regclass
                        AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_relation AND d.refobjsubid = v_column.attnum)
    UNION ALL
    -- It would go with the column that it is owned by, whoever draws numbers from it.
    SELECT 'sequence', q.oid, format('sequence %s', q.relname), true
      FROM pg_depend d JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
     WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'a' AND d.refclassid = 'pg_class'::regclass
       AND d.refobjid = p_relation AND d.refobjsubid = v_column.attnum
    UNION ALL
    SELECT 'label', 0::oid, format('security label of %s', l.provider), p_type IS NULL
      FROM pg_seclabel l
     WHERE l.classoid = 'pg_class'::regclass AND l.objoid = p_relation AND l.objsubid = v_column.attnum
    UNION ALL
    SELECT 'key', 0::oid, 'partition key', false
      FROM pg_partitioned_table k
     WHERE k.partrelid = p_relation AND (v_column.attnum = ANY (k.partattrs) OR k.partexprs IS NOT NULL AND EXISTS (
             SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = p_relation
                AND d.refclassid = 'pg_class'::regclass AND d.refobjid = p_relation AND d.refobjsubid = v_column.attnum))
    UNION ALL
    SELECT 'parent', 0::oid, 'column of a table that it is inherited from', false WHERE v_column.attinhcount > 0
    UNION ALL
    SELECT 'identity', 0::oid, format('replica identity by index %s', i.indexrelid::regclass), false
      FROM pg_index i
     WHERE i.indrelid = p_relation AND i.indisreplident AND v_column.attnum = ANY (i.indkey::smallint[])
    UNION ALL
    -- Whatever else depends on the column and is no part of the table that the revision describes.
    SELECT DISTINCT 'other', 0::oid, coalesce(
             (SELECT format(CASE v.relkind WHEN 'v' THEN 'view %s' WHEN 'm' THEN 'materialized view %s' ELSE 'rule %2$s of %1$s' END,
                            v.relname, r.rulename)
                FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class
               WHERE d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid),
             (SELECT format('generated column %s', a.attname)
                FROM pg_attrdef g JOIN pg_attribute a ON a.attrelid = g.adrelid AND a.attnum = g.adnum
               WHERE d.classid = 'pg_attrdef'::regclass AND g.oid = d.objid),
             (SELECT format('foreign key %s of %s', k.conname, k.conrelid::regclass) FROM pg_constraint k
               WHERE d.classid = 'pg_constraint'::regclass AND k.oid = d.objid),
             pg_describe_object(d.classid, d.objid, d.objsubid)), false
      FROM pg_depend d
     WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = p_relation AND d.refobjsubid = v_column.attnum
       AND d.classid NOT IN ('pg_policy'::regclass, 'pg_trigger'::regclass, 'pg_statistic_ext'::regclass)
       AND NOT (d.classid = 'pg_class'::regclass AND EXISTS (
             SELECT FROM pg_class c WHERE c.oid = d.objid AND (c.oid = p_relation OR c.relkind IN ('i', 'I', 'S'))))
       AND NOT (d.classid = 'pg_attrdef'::regclass AND EXISTS (
             SELECT FROM pg_attrdef g WHERE g.oid = d.objid AND g.adrelid = p_relation AND g.adnum = v_column.attnum))
       AND NOT (d.classid = 'pg_constraint'::regclass AND EXISTS (
             SELECT FROM pg_constraint k WHERE k.oid = d.objid AND (k.conrelid = p_relation OR k.conparentid <> 0)));
END
$_$;

--
-- Name: bound_v1(regclass, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.bound_v1(p_relation regclass, p_column text, p_type text) RETURNS TABLE(kind text, id oid, name text, goes_along boolean)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    SET enable_seqscan TO 'off'
    AS $$
  SELECT b.kind, b.id, b.name, b.goes_along FROM schema_saga_target.bound_here_v1(p_relation, p_column, p_type) b
   UNION ALL
  SELECT 'below', 0::oid, format('%s of %s', b.name, t), false
    FROM schema_saga_target.below_v1(p_relation) t
   CROSS JOIN LATERAL (
     SELECT h.name FROM schema_saga_target.bound_here_v1(t, p_column, p_type) h
      WHERE h.kind <> 'parent' AND NOT (p_type IS NULL AND h.goes_along)
      UNION ALL
     SELECT format('index %s', x.relname)
       FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::smallint[])
      WHERE p_type IS NOT NULL AND i.indrelid = t AND a.attname = p_column
        AND NOT EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)) b
$$;

--
-- Name: carry_column_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.carry_column_v1(p_namespace text, p_table text, p_from text, p_to text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
  v_undo boolean := schema_saga_target.is_undo_v1();
  v_type text;
  v_names text;
  v_carried record;
BEGIN
  SELECT format_type(a.atttypid, a.atttypmod) INTO STRICT v_type FROM pg_attribute a
   WHERE a.attrelid = v_relation AND a.attname = p_to AND NOT a.attisdropped;
  SELECT string_agg(b.name, ', ' ORDER BY b.name) INTO v_names
    FROM schema_saga_target.bound_v1(v_relation, p_from, v_type) b WHERE NOT b.goes_along;
  IF v_names IS NOT NULL AND NOT v_undo THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      '%s.%s is bound to %s, which cannot go along: drop it first, and make it anew afterwards.', p_table, p_to, v_names);
  END IF;
  IF v_names IS NOT NULL THEN
    INSERT INTO schema_saga_target.drift (namespace, operation_id, object, what, rows_in_the_way)
    VALUES (p_namespace, coalesce(nullif(current_setting('schema_saga.stage', true), '')::jsonb ->> 'operation_id', 'by hand'),
      p_table || '.' || p_to, format('%s stays with the hidden column', v_names), 0);
  END IF;
  PERFORM schema_saga_target.carry_words_v1(t, p_from, p_to)
     FROM (SELECT v_relation AS t UNION ALL SELECT schema_saga_target.below_v1(v_relation)) tables;
  FOR v_carried IN
    SELECT d.remove, d.make FROM schema_saga_target.definitions_v1(v_relation, p_from, p_to, v_type) d
  LOOP
    IF v_carried.remove IS NOT NULL THEN
      PERFORM schema_saga_target.run_ddl_v1(v_carried.remove);
    END IF;
    PERFORM schema_saga_target.run_ddl_v1(v_carried.make);
  END LOOP;
END
$$;

--
-- Name: carry_comments_v1(regclass, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.carry_comments_v1(p_relation regclass, p_operation text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_part record;
  v_index name;
BEGIN
  SELECT p.name INTO v_index
    FROM schema_saga_target.parts_of_v1(p_relation) h
    JOIN schema_saga_target.parts_of_v1(p_relation) p ON p.index IS NOT NULL
     AND p.name = regexp_replace(substr(h.name, length('_aside_' || p_operation || '_') + 1), '^\d+_', '')
   WHERE h.clustered AND starts_with(h.name, '_aside_' || p_operation || '_');
  IF FOUND THEN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s CLUSTER ON %I', p_relation, v_index));
  END IF;
  FOR v_part IN
    WITH parts AS (
      SELECT 'pg_constraint'::regclass AS catalog, k.oid, k.conname AS name, 'CONSTRAINT' AS kind, format('%I ON %s', k.conname, p_relation) AS it
        FROM pg_constraint k WHERE k.conrelid = p_relation
       UNION ALL
      SELECT 'pg_class'::regclass, c.oid, c.relname, 'INDEX', c.oid::regclass::text
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = p_relation
    ), hidden AS (
      SELECT p.*, d.description, substr(p.name, length('_aside_' || p_operation || '_') + 1) AS rest
        FROM parts p JOIN pg_description d ON d.classoid = p.catalog AND d.objoid = p.oid AND d.objsubid = 0
       WHERE starts_with(p.name, '_aside_' || p_operation || '_')
    )
    SELECT h.description, p.kind, p.it FROM hidden h
      JOIN parts p ON p.kind = h.kind AND p.name = regexp_replace(h.rest, '^\d+_', '') AND p.name <> h.rest
     WHERE obj_description(p.oid, p.catalog::text) IS NULL
  LOOP
    PERFORM schema_saga_target.run_ddl_v1(format('COMMENT ON %s %s IS %L', v_part.kind, v_part.it, v_part.description));
  END LOOP;
END
$$;

--
-- Name: carry_words_v1(regclass, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.carry_words_v1(p_relation regclass, p_from text, p_to text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_from pg_attribute;
  v_to pg_attribute;
  v_usual "char";
  v_grant record;
  v_comment text;
BEGIN
  SELECT * INTO STRICT v_from FROM pg_attribute a
   WHERE a.attrelid = p_relation AND a.attname = p_from AND NOT a.attisdropped;
  FOR v_grant IN
    SELECT g.privilege_type AS what, g.is_grantable,
           CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END AS grantee
      FROM aclexplode(v_from.attacl) g ORDER BY g.grantee, g.privilege_type
  LOOP
    PERFORM schema_saga_target.run_ddl_v1(format('GRANT %s (%I) ON %s TO %s%s', v_grant.what, p_to, p_relation, v_grant.grantee,
      CASE WHEN v_grant.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END));
    PERFORM schema_saga_target.run_ddl_v1(format('REVOKE %s (%I) ON %s FROM %s CASCADE', v_grant.what, p_from, p_relation, v_grant.grantee));
  END LOOP;
  v_comment := col_description(p_relation, v_from.attnum);
  IF v_comment IS NOT NULL THEN
    PERFORM schema_saga_target.run_ddl_v1(format('COMMENT ON COLUMN %s.%I IS %L', p_relation, p_to, v_comment));
    PERFORM schema_saga_target.run_ddl_v1(format('COMMENT ON COLUMN %s.%I IS NULL', p_relation, p_from));
  END IF;
  IF v_from.attstattarget >= 0 THEN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', p_relation, p_to, v_from.attstattarget));
  END IF;
  SELECT * INTO STRICT v_to FROM pg_attribute a WHERE a.attrelid = p_relation AND a.attname = p_to AND NOT a.attisdropped;
  -- What was chosen for the type that it was is chosen for this one as well, if it can be.
  SELECT t.typstorage INTO STRICT v_usual FROM pg_type t WHERE t.oid = v_from.atttypid;
  IF v_from.attstorage <> v_usual AND v_to.attstorage <> 'p' THEN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE %s', p_relation, p_to,
      CASE v_from.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END));
  END IF;
  IF v_from.attcompression <> '' AND v_to.attstorage <> 'p' THEN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ALTER COLUMN %I SET COMPRESSION %s', p_relation, p_to,
      CASE v_from.attcompression WHEN 'l' THEN 'lz4' ELSE 'pglz' END));
  END IF;
  IF v_from.attoptions IS NOT NULL THEN
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ALTER COLUMN %I SET (%s)', p_relation, p_to, array_to_string(v_from.attoptions, ', ')));
  END IF;
END
$$;

--
-- Name: column_in_use_v2(regclass, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.column_in_use_v2(p_relation regclass, p_column text, p_copy_of text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: compensate_stage_v1(jsonb, text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.compensate_stage_v1(p_try jsonb, p_statements text[], OUT outcome text, OUT touched boolean, OUT put_aside text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_target schema_saga_target.target := schema_saga_target.lock_target_v1(v_try);
  v_ran boolean;
  v_applied boolean;
BEGIN
  SELECT count(*) > 0, coalesce(bool_or(m.state = 'applied'), false) INTO v_ran, v_applied
    FROM schema_saga_target.open_markers_v1(v_try) m;
  IF v_ran THEN
    PERFORM schema_saga_target.undo_stage_v1(v_try, v_target, v_applied, p_statements);
  END IF;
  INSERT INTO schema_saga_target.marker (namespace, incarnation, operation_id, epoch, stage, state, plan_hash)
  VALUES (v_try.namespace, v_try.incarnation, v_try.operation_id, v_try.epoch, v_try.stage, 'compensated',
          v_try.plan_hash)
  ON CONFLICT DO NOTHING;
  outcome := CASE WHEN v_ran THEN 'compensated' WHEN FOUND THEN 'tombstoned' ELSE 'found_compensated' END;
  -- Read from the rows, so that a try whose answer was lost is told the same again.
  touched := EXISTS (
    SELECT FROM schema_saga_target.marker m
     WHERE m.namespace = v_try.namespace AND m.incarnation = v_try.incarnation
       AND m.operation_id = v_try.operation_id AND m.stage = v_try.stage AND m.undone_in = v_try.epoch);
  put_aside := ARRAY(
    SELECT CASE s.kind WHEN 'table' THEN s.aside_name ELSE s.table_name || '.' || s.aside_name END
      FROM schema_saga_target.set_aside s
     WHERE s.namespace = v_try.namespace AND s.incarnation = v_try.incarnation
       AND s.operation_id = v_try.operation_id AND s.stage = v_try.stage AND s.epoch = v_try.epoch
       AND s.direction = 'compensate'
     ORDER BY s.id);
END
$$;

--
-- Name: compensate_stage_v2(jsonb, text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.compensate_stage_v2(p_try jsonb, p_statements text[], OUT outcome text, OUT touched boolean, OUT put_aside text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_target schema_saga_target.target := schema_saga_target.lock_target_v1(v_try);
BEGIN
  PERFORM schema_saga_target.require_latest_epoch_v1(v_try);
  SELECT c.outcome, c.touched, c.put_aside INTO outcome, touched, put_aside
    FROM schema_saga_target.compensate_stage_v1(p_try, p_statements) c;
END
$$;

--
-- Name: compensate_stage_v3(jsonb, text[], integer); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.compensate_stage_v3(p_try jsonb, p_statements text[], p_parts integer, OUT outcome text, OUT touched boolean, OUT put_aside text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_target schema_saga_target.target := schema_saga_target.lock_target_v1(v_try);
  v_done integer := (
    SELECT count(*) FROM schema_saga_target.undo_part u
     WHERE u.namespace = v_try.namespace AND u.incarnation = v_try.incarnation
       AND u.operation_id = v_try.operation_id AND u.stage = v_try.stage AND u.done);
BEGIN
  IF v_done < p_parts AND EXISTS (SELECT FROM schema_saga_target.open_markers_v1(v_try)) THEN
    outcome := 'unfinished';
    touched := false;
    put_aside := '{}';
    RETURN;
  END IF;
  SELECT c.outcome, c.touched, c.put_aside INTO outcome, touched, put_aside
    FROM schema_saga_target.compensate_stage_v2(p_try, p_statements) c;
  DELETE FROM schema_saga_target.undo_part u
   WHERE u.namespace = v_try.namespace AND u.incarnation = v_try.incarnation
     AND u.operation_id = v_try.operation_id AND u.stage = v_try.stage;
END
$$;

--
-- Name: definitions_v1(regclass, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.definitions_v1(p_relation regclass, p_from text, p_to text, p_type text) RETURNS TABLE(remove text, make text)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_bound text[] := ARRAY(
    SELECT b.kind || ' ' || b.id
      FROM schema_saga_target.bound_v1(p_relation, p_from, p_type) b
     WHERE b.goes_along AND b.id <> 0 ORDER BY b.kind, b.name);
  v_removes text[];
  v_makes text[];
BEGIN
  IF v_bound = '{}' THEN
    RETURN;
  END IF;
  PERFORM schema_saga_target.exchange_names_v1(p_relation, p_from, p_to);
  SELECT array_agg(s.remove), array_agg(s.make) INTO v_removes, v_makes
    FROM unnest(v_bound) b CROSS JOIN LATERAL schema_saga_target.made_anew_v1(split_part(b, ' ', 1), split_part(b, ' ', 2)::oid) s;
  PERFORM schema_saga_target.exchange_names_v1(p_relation, p_from, p_to);
  RETURN QUERY SELECT * FROM unnest(v_removes, v_makes);
END
$$;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: set_aside; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.set_aside (
    id bigint NOT NULL,
    namespace text NOT NULL,
    incarnation text NOT NULL,
    operation_id text NOT NULL,
    epoch integer NOT NULL,
    stage integer NOT NULL,
    direction text NOT NULL,
    kind text NOT NULL,
    table_name text NOT NULL,
    column_name text,
    aside_name text NOT NULL,
    relation oid,
    at timestamp with time zone DEFAULT now() NOT NULL,
    restored_at timestamp with time zone,
    purged_at timestamp with time zone,
    hidden_by text,
    CONSTRAINT set_aside_direction_check CHECK ((direction = ANY (ARRAY['forward'::text, 'compensate'::text]))),
    CONSTRAINT set_aside_kind_check CHECK ((kind = ANY (ARRAY['table'::text, 'column'::text])))
);

--
-- Name: drop_aside_v1(schema_saga_target.set_aside); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.drop_aside_v1(p_row schema_saga_target.set_aside) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: drop_copied_column_v1(text, text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.drop_copied_column_v1(p_namespace text, p_table text, p_column text, p_aside text, p_copy_of text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
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

--
-- Name: drop_sync_v1(text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.drop_sync_v1(p_namespace text, p_function text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $_$
DECLARE
  v_trigger record;
BEGIN
  FOR v_trigger IN
    SELECT t.tgname, t.tgrelid::regclass AS relation, t.tgenabled FROM pg_trigger t
      JOIN pg_proc p ON p.oid = t.tgfoid
      JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = p_namespace AND p.proname = p_function AND NOT t.tgisinternal
       -- Those of partitions go with the one of their parent.
       AND t.tgparentid = 0
  LOOP
    IF v_trigger.tgenabled <> 'A' AND current_setting('schema_saga.stage', true) <> '' THEN
      PERFORM schema_saga_target.note_sync_gap_v1(p_namespace, p_function);
    END IF;
    IF NOT schema_saga_target.is_undo_v1() THEN
      PERFORM schema_saga_target.carry_comments_v1(v_trigger.relation, regexp_replace(p_function, '^schema_saga_sync_(.+)_\d+$', '\1'));
    END IF;
    PERFORM schema_saga_target.run_ddl_v1(format('DROP TRIGGER IF EXISTS %I ON %s', v_trigger.tgname, v_trigger.relation));
  END LOOP;
  PERFORM schema_saga_target.run_ddl_v1(format('DROP FUNCTION IF EXISTS %I.%I()', p_namespace, p_function));
END
$_$;

--
-- Name: drop_synced_column_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.drop_synced_column_v1(p_namespace text, p_table text, p_column text, p_sync text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    SET enable_seqscan TO 'off'
    AS $_$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
  v_gap boolean;
  v_kept boolean;
  v_aside text;
BEGIN
  DELETE FROM schema_saga_target.sync_gap g
   WHERE g.namespace = p_namespace AND g.sync_function = ('schema_saga_sync_' || p_sync)::name;
  v_gap := FOUND;
  EXECUTE format(
    'SELECT EXISTS (SELECT FROM schema_saga_target.misfit m JOIN %s t ON t."id"::text = m.row_id
      WHERE m.namespace = $1 AND m.sync = $2 AND m.direction = ''backward'' AND t.%I IS NOT NULL)',
    v_relation, p_column) INTO v_kept USING p_namespace, p_sync;
  DELETE FROM schema_saga_target.misfit m WHERE m.namespace = p_namespace AND m.sync = p_sync;
  IF NOT v_gap AND NOT v_kept THEN
    BEGIN
      PERFORM schema_saga_target.keep_sequences_v1(v_relation, (SELECT a.attnum FROM pg_attribute a
        WHERE a.attrelid = v_relation AND a.attname = p_column AND NOT a.attisdropped));
      PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s DROP COLUMN %I', v_relation, p_column));
      RETURN NULL;
    EXCEPTION WHEN dependent_objects_still_exist THEN
      NULL; -- Something that was made for it meanwhile, and could not go back with the others.
    END;
  END IF;
  -- Under a name of its own, so that another attempt finds its own free.
  v_aside := schema_saga_target.free_aside_v1(v_relation, 'column', p_column);
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME COLUMN %I TO %I', v_relation, p_column, v_aside));
  PERFORM schema_saga_target.record_aside_v1(p_namespace, 'column', p_table, p_column, v_aside, v_relation);
  RETURN v_aside;
END
$_$;

--
-- Name: drop_unused_column_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.drop_unused_column_v1(p_namespace text, p_table text, p_column text, p_aside text) RETURNS text
    LANGUAGE sql
    AS $$
  SELECT schema_saga_target.drop_copied_column_v1(p_namespace, p_table, p_column, p_aside, NULL)
$$;

--
-- Name: drop_unused_table_v1(text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.drop_unused_table_v1(p_namespace text, p_table text, p_aside text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
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

--
-- Name: end_stage_v1(schema_saga_target.stage_try_v1, jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.end_stage_v1(p_try schema_saga_target.stage_try_v1, p_asides jsonb) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
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

--
-- Name: enter_stage_v2(schema_saga_target.stage_try_v1, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.enter_stage_v2(p_try schema_saga_target.stage_try_v1, p_direction text) RETURNS text
    LANGUAGE plpgsql
    AS $$
BEGIN
  RETURN set_config('schema_saga.stage', jsonb_build_object(
    'incarnation', p_try.incarnation, 'operation_id', p_try.operation_id, 'epoch', p_try.epoch,
    'stage', p_try.stage, 'direction', p_direction)::text, true);
END
$$;

--
-- Name: exchange_names_v1(regclass, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.exchange_names_v1(p_relation regclass, p_one text, p_other text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_between text := '_aside_between_' || left(md5(p_one || p_other), 8);
BEGIN
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME COLUMN %I TO %I', p_relation, p_one, v_between));
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME COLUMN %I TO %I', p_relation, p_other, p_one));
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME COLUMN %I TO %I', p_relation, v_between, p_other));
END
$$;

--
-- Name: find_aside_v1(schema_saga_target.set_aside); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.find_aside_v1(p_row schema_saga_target.set_aside) RETURNS oid
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT CASE WHEN p_row.kind = 'table' THEN to_regclass(format('%I.%I', p_row.namespace, p_row.aside_name))::oid
              ELSE coalesce(min(c.oid::bigint) FILTER (WHERE c.relname = p_row.table_name),
                            CASE count(*) WHEN 1 THEN min(c.oid::bigint) END)::oid END
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = p_row.aside_name AND NOT a.attisdropped
   WHERE p_row.kind = 'column' AND c.relnamespace = to_regnamespace(quote_ident(p_row.namespace)) AND c.relkind IN ('r', 'p')
$$;

--
-- Name: finish_stage_v1(jsonb, jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.finish_stage_v1(p_try jsonb, p_asides jsonb) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_found text := schema_saga_target.begin_stage_v1(v_try, 'started');
BEGIN
  IF v_found = 'found_applied' THEN
    RETURN v_found;
  END IF;
  IF v_found <> 'found_started' THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('stage %s was never started.', v_try.stage);
  END IF;
  UPDATE schema_saga_target.marker m SET state = 'applied', at = now()
   WHERE m.namespace = v_try.namespace AND m.incarnation = v_try.incarnation
     AND m.operation_id = v_try.operation_id AND m.epoch = v_try.epoch AND m.stage = v_try.stage;
  PERFORM schema_saga_target.end_stage_v1(v_try, p_asides);
  RETURN 'applied';
END
$$;

--
-- Name: follow_namespace_v1(text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.follow_namespace_v1(p_from text, p_to text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $_$
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
$_$;

--
-- Name: follow_renames_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.follow_renames_v1(p_namespace text) RETURNS void
    LANGUAGE sql
    AS $$
  UPDATE schema_saga_target.set_aside s SET table_name = c.relname
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
   WHERE s.namespace = p_namespace AND s.kind = 'column' AND s.restored_at IS NULL AND s.purged_at IS NULL
     AND c.oid = s.relation
     AND n.nspname = p_namespace AND a.attname = s.aside_name AND NOT a.attisdropped AND c.relname <> s.table_name
$$;

--
-- Name: follow_tables_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.follow_tables_v1(p_namespace text) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog'
    AS $$
  UPDATE schema_saga_target.set_aside s
     SET relation = schema_saga_target.find_aside_v1(s),
         at = CASE WHEN schema_saga_target.find_aside_v1(s) IS NULL THEN s.at ELSE now() END
   WHERE s.namespace = p_namespace AND s.relation IS NOT NULL
     AND NOT EXISTS (SELECT FROM pg_class c
                      WHERE c.oid = s.relation AND c.relnamespace = to_regnamespace(quote_ident(p_namespace)))
$$;

--
-- Name: forget_tables_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.forget_tables_v1(p_namespace text) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog'
    AS $$
  DELETE FROM schema_saga_target.filled_row f WHERE f.namespace = p_namespace;
  DELETE FROM schema_saga_target.misfit m WHERE m.namespace = p_namespace;
  DELETE FROM schema_saga_target.sync_gap g WHERE g.namespace = p_namespace;
  DELETE FROM schema_saga_target.drift d WHERE d.namespace = p_namespace;
  DELETE FROM schema_saga_target.part_words w WHERE w.namespace = p_namespace;
$$;

--
-- Name: free_aside_v1(regclass, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.free_aside_v1(p_relation regclass, p_kind text, p_aside text) RETURNS text
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: has_open_markers_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.has_open_markers_v1(p_try jsonb) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
BEGIN
  PERFORM schema_saga_target.require_latest_epoch_v1(v_try);
  RETURN EXISTS (SELECT FROM schema_saga_target.open_markers_v1(v_try));
END
$$;

--
-- Name: hidden_in_v1(text, text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.hidden_in_v1(p_namespace text, p_kind text, p_aside text, p_table text, p_later text) RETURNS oid
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT CASE WHEN p_kind = 'table' THEN to_regclass(format('%I.%I', p_namespace, p_aside))::oid ELSE coalesce(
    (SELECT a.attrelid FROM pg_attribute a
      WHERE a.attrelid IN (to_regclass(format('%I.%I', p_namespace, p_table)),
                           to_regclass(format('%I.%I', p_namespace, coalesce(p_later, p_table))))
        AND a.attname = p_aside AND NOT a.attisdropped LIMIT 1),
    (SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = p_aside AND NOT a.attisdropped
      WHERE c.relnamespace = to_regnamespace(quote_ident(p_namespace)) AND c.relkind IN ('r', 'p') LIMIT 1)) END
$$;

--
-- Name: hide_parts_v1(regclass, smallint, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.hide_parts_v1(p_relation regclass, p_column smallint, p_aside text) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: is_undo_v1(); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.is_undo_v1() RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(nullif(pg_catalog.current_setting('schema_saga.stage', true), '')::jsonb ->> 'direction' = 'compensate', false)
$$;

--
-- Name: json_cast_v1(jsonb, text, text, boolean); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_cast_v1(p_value jsonb, p_from text, p_to text, p_back boolean) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_text text := p_value #>> '{}';
BEGIN
  IF jsonb_typeof(p_value) = 'null' OR p_from = p_to THEN
    RETURN p_value;
  END IF;
  IF p_back THEN
    RETURN CASE
      WHEN p_to = 'text' AND p_from IN ('list', 'object', 'repeated') THEN schema_saga_target.text_to_json_v1(v_text)
      WHEN p_to = 'list' AND p_from <> 'repeated' THEN p_value -> 0
      WHEN p_to = 'repeated' AND p_from = 'list' THEN schema_saga_target.repeated_to_list_v1(p_value)
      WHEN p_to = 'repeated' THEN p_value -> 0
      WHEN p_to = 'list' THEN p_value
      ELSE schema_saga_target.json_cast_v1(p_value, p_to, p_from, false) END;
  END IF;
  RETURN CASE p_to
    WHEN 'text' THEN to_jsonb(CASE WHEN jsonb_typeof(p_value) IN ('object', 'array') THEN p_value::text ELSE v_text END)
    WHEN 'list' THEN CASE p_from WHEN 'repeated' THEN p_value ELSE jsonb_build_array(p_value) END
    WHEN 'repeated' THEN CASE p_from WHEN 'list' THEN schema_saga_target.list_to_repeated_v1(p_value)
                                     ELSE jsonb_build_array(p_value) END
    WHEN 'boolean' THEN to_jsonb(schema_saga_target.text_to_boolean_v1(v_text))
    WHEN 'date' THEN to_jsonb(schema_saga_target.text_to_date_v1(v_text))
    ELSE to_jsonb(CASE
      WHEN jsonb_typeof(p_value) = 'boolean' THEN v_text::boolean::integer
      WHEN p_to = 'int' THEN schema_saga_target.numeric_to_int_v1(schema_saga_target.text_to_numeric_v1(v_text))
      ELSE schema_saga_target.text_to_numeric_v1(v_text) END) END;
END
$$;

--
-- Name: json_edit_object_v1(jsonb, jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_edit_object_v1(p_doc jsonb, p_edit jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_op text := p_edit ->> 'op';
  v_key text := coalesce(p_edit ->> 'key', p_edit ->> 'from');
  v_source text[];
  v_value jsonb;
BEGIN
  IF v_op = 'move' THEN
    v_source := ARRAY(SELECT jsonb_array_elements_text(p_edit -> 'src' -> 'keys'));
    RETURN schema_saga_target.json_put_v1(
      schema_saga_target.json_edit_v1(p_doc, v_source, jsonb_build_object('op', 'remove', 'key', v_key)),
      ARRAY(SELECT jsonb_array_elements_text(p_edit -> 'dst' -> 'keys')),
      ARRAY(SELECT jsonb_array_elements(p_edit -> 'dst' -> 'repeated'))::text[]::boolean[],
      v_key, schema_saga_target.json_get_v1(p_doc, v_source, v_key));
  END IF;
  IF NOT p_doc ? v_key THEN
    RETURN p_doc;
  END IF;
  v_value := p_doc -> v_key;
  IF v_op IN ('cast', 'uncast') THEN
    v_value := schema_saga_target.json_cast_v1(v_value, p_edit ->> 'from', p_edit ->> 'to', v_op = 'uncast');
    RETURN CASE WHEN v_value IS NOT NULL THEN p_doc || jsonb_build_object(v_key, v_value) END;
  END IF;
  RETURN CASE v_op
    WHEN 'rename' THEN (p_doc - v_key) || jsonb_build_object(p_edit ->> 'to', v_value)
    WHEN 'copy' THEN p_doc || jsonb_build_object(p_edit ->> 'to', v_value)
    WHEN 'remove' THEN p_doc - v_key END;
END
$$;

--
-- Name: json_edit_v1(jsonb, text[], jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_edit_v1(p_doc jsonb, p_path text[], p_edit jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_child jsonb;
BEGIN
  IF jsonb_typeof(p_doc) = 'array' THEN
    RETURN (SELECT CASE WHEN count(*) = count(r.item) THEN coalesce(jsonb_agg(r.item ORDER BY r.place), '[]') END
              FROM (SELECT schema_saga_target.json_edit_v1(e.value, p_path, p_edit) AS item, e.ordinality AS place
                      FROM jsonb_array_elements(p_doc) WITH ORDINALITY e) r);
  END IF;
  IF jsonb_typeof(p_doc) IS DISTINCT FROM 'object' THEN
    RETURN p_doc;
  END IF;
  IF cardinality(p_path) = 0 THEN
    RETURN schema_saga_target.json_edit_object_v1(p_doc, p_edit);
  END IF;
  IF NOT p_doc ? p_path[1] THEN
    RETURN p_doc;
  END IF;
  v_child := schema_saga_target.json_edit_v1(p_doc -> p_path[1], p_path[2:], p_edit);
  RETURN CASE WHEN v_child IS NOT NULL THEN p_doc || jsonb_build_object(p_path[1], v_child) END;
END
$$;

--
-- Name: json_get_v1(jsonb, text[], text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_get_v1(p_doc jsonb, p_path text[], p_key text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  IF p_doc IS NULL OR jsonb_typeof(p_doc) = 'array' AND jsonb_array_length(p_doc) = 0 THEN
    RETURN NULL;
  END IF;
  IF jsonb_typeof(p_doc) = 'array' THEN
    RETURN schema_saga_target.json_get_v1(p_doc -> 0, p_path, p_key);
  END IF;
  IF cardinality(p_path) = 0 THEN
    RETURN p_doc -> p_key;
  END IF;
  RETURN schema_saga_target.json_get_v1(p_doc -> p_path[1], p_path[2:], p_key);
END
$$;

--
-- Name: json_put_back_v1(jsonb, jsonb, text[], text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_put_back_v1(p_doc jsonb, p_older jsonb, p_path text[], p_key text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  IF jsonb_typeof(p_doc) = 'array' THEN
    RETURN (SELECT coalesce(jsonb_agg(schema_saga_target.json_put_back_v1(e.value, coalesce(
                     (SELECT o.value FROM jsonb_array_elements(CASE jsonb_typeof(p_older) WHEN 'array' THEN p_older END) o
                       WHERE o.value -> '_id' = e.value -> '_id' LIMIT 1),
                     p_older -> (e.ordinality - 1)::integer), p_path, p_key) ORDER BY e.ordinality), '[]')
              FROM jsonb_array_elements(p_doc) WITH ORDINALITY e);
  END IF;
  IF jsonb_typeof(p_doc) IS DISTINCT FROM 'object' OR jsonb_typeof(p_older) IS DISTINCT FROM 'object' THEN
    RETURN p_doc;
  END IF;
  IF cardinality(p_path) = 0 THEN
    RETURN CASE WHEN p_older ? p_key AND NOT p_doc ? p_key
                THEN p_doc || jsonb_build_object(p_key, p_older -> p_key) ELSE p_doc END;
  END IF;
  IF NOT p_doc ? p_path[1] THEN
    RETURN p_doc;
  END IF;
  RETURN p_doc || jsonb_build_object(p_path[1],
    schema_saga_target.json_put_back_v1(p_doc -> p_path[1], p_older -> p_path[1], p_path[2:], p_key));
END
$$;

--
-- Name: json_put_v1(jsonb, text[], boolean[], text, jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_put_v1(p_doc jsonb, p_path text[], p_repeated boolean[], p_key text, p_value jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_doc jsonb := CASE WHEN p_doc IS NULL OR jsonb_typeof(p_doc) = 'null'
                      THEN CASE WHEN NOT p_repeated[1] THEN '{}'::jsonb END ELSE p_doc END;
  v_child jsonb;
BEGIN
  IF p_value IS NULL THEN
    RETURN p_doc;
  END IF;
  IF jsonb_typeof(v_doc) = 'array' THEN
    RETURN (SELECT CASE WHEN count(*) = count(r.item) THEN jsonb_agg(r.item ORDER BY r.place) END
              FROM (SELECT schema_saga_target.json_put_v1(e.value, p_path, array_prepend(false, p_repeated[2:]), p_key,
                             p_value) AS item, e.ordinality AS place
                      FROM jsonb_array_elements(v_doc) WITH ORDINALITY e) r);
  END IF;
  IF jsonb_typeof(v_doc) IS DISTINCT FROM 'object' THEN
    RETURN NULL;
  END IF;
  IF cardinality(p_path) = 0 THEN
    RETURN v_doc || jsonb_build_object(p_key, p_value);
  END IF;
  v_child := schema_saga_target.json_put_v1(v_doc -> p_path[1], p_path[2:], p_repeated[2:], p_key, p_value);
  RETURN CASE WHEN v_child IS NOT NULL THEN v_doc || jsonb_build_object(p_path[1], v_child) END;
END
$$;

--
-- Name: json_to_boolean_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_boolean_v1(p_value jsonb) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN CASE jsonb_typeof(p_value) WHEN 'boolean'::text THEN ((p_value #>> '{}'::text[]))::boolean ELSE NULL::boolean END;

--
-- Name: json_to_text_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_text_v1(p_value jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN CASE jsonb_typeof(p_value) WHEN 'string'::text THEN (p_value #>> '{}'::text[]) ELSE NULL::text END;

--
-- Name: text_to_date_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.text_to_date_v1(p_value text) RETURNS date
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $_$
DECLARE
  v_parts text[] := regexp_match(btrim(p_value), '^([0-9]{4})-([0-9]{2})-([0-9]{2})$');
BEGIN
  RETURN make_date(v_parts[1]::integer, v_parts[2]::integer, v_parts[3]::integer);
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
  RETURN NULL;
END
$_$;

--
-- Name: json_to_date_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_date_v1(p_value jsonb) RETURNS date
    LANGUAGE sql IMMUTABLE
    RETURN schema_saga_target.text_to_date_v1(schema_saga_target.json_to_text_v1(p_value));

--
-- Name: json_to_numeric_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_numeric_v1(p_value jsonb) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    RETURN CASE jsonb_typeof(p_value) WHEN 'number'::text THEN ((p_value #>> '{}'::text[]))::numeric ELSE NULL::numeric END;

--
-- Name: numeric_to_int_v1(numeric); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.numeric_to_int_v1(p_value numeric) RETURNS integer
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN (((p_value >= ('-2147483648'::integer)::numeric) AND (p_value <= (2147483647)::numeric)) AND (p_value = trunc(p_value))) THEN (p_value)::integer ELSE NULL::integer END;

--
-- Name: json_to_int_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_int_v1(p_value jsonb) RETURNS integer
    LANGUAGE sql IMMUTABLE
    RETURN schema_saga_target.numeric_to_int_v1(schema_saga_target.json_to_numeric_v1(p_value));

--
-- Name: json_to_json_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.json_to_json_v1(p_value jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN (jsonb_typeof(p_value) <> 'null'::text) THEN p_value ELSE NULL::jsonb END;

--
-- Name: keep_index_words_v1(text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.keep_index_words_v1(p_namespace text, p_index text) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT schema_saga_target.keep_words_v1(p_namespace, i.indrelid, p_index, true)
    FROM pg_index i WHERE i.indexrelid = to_regclass(format('%I.%I', p_namespace, p_index))
$$;

--
-- Name: keep_sequences_v1(regclass, smallint); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.keep_sequences_v1(p_relation regclass, p_column smallint) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_sequence regclass;
BEGIN
  FOR v_sequence IN
    SELECT d.objid::regclass FROM pg_depend d JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
     WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'a' AND d.refclassid = 'pg_class'::regclass
       AND d.refobjid = p_relation AND d.refobjsubid = coalesce(p_column, d.refobjsubid)
  LOOP
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER SEQUENCE %s OWNED BY NONE', v_sequence));
  END LOOP;
END
$$;

--
-- Name: keep_syncs_firing_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.keep_syncs_firing_v1(p_namespace text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
  v_trigger record;
BEGIN
  FOR v_trigger IN
    SELECT t.tgname, t.tgrelid::regclass AS relation, p.proname,
           t.xmin::text::bigint = txid_current() % 4294967296 AS is_new
      FROM pg_depend f
      JOIN pg_proc p ON p.oid = f.objid AND p.proname LIKE 'schema\_saga\_sync\_%'
      JOIN pg_depend d ON d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid AND d.classid = 'pg_trigger'::regclass
      JOIN pg_trigger t ON t.oid = d.objid AND t.tgparentid = 0 AND t.tgenabled <> 'A'
     WHERE f.refclassid = 'pg_namespace'::regclass AND f.refobjid = to_regnamespace(quote_ident(p_namespace))
       AND f.classid = 'pg_proc'::regclass
  LOOP
    PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', v_trigger.relation, v_trigger.tgname));
    -- One that a plan of an earlier release makes in this transaction has missed nothing.
    IF NOT v_trigger.is_new THEN
      PERFORM schema_saga_target.note_sync_gap_v1(p_namespace, v_trigger.proname);
    END IF;
  END LOOP;
END
$$;

--
-- Name: keep_words_v1(text, oid, text, boolean); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.keep_words_v1(p_namespace text, p_relation oid, p_part text, p_index boolean) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: part_words; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.part_words (
    namespace text NOT NULL,
    relation oid NOT NULL,
    kind "char" NOT NULL,
    name text NOT NULL,
    columns smallint[] NOT NULL,
    comment text,
    index_comment text,
    options text[],
    tablespace text,
    clustered boolean NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: kept_words_v1(text, oid, "char"[], text, smallint[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.kept_words_v1(p_namespace text, p_relation oid, p_kinds "char"[], p_name text, p_columns smallint[]) RETURNS SETOF schema_saga_target.part_words
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT * FROM schema_saga_target.part_words w
   WHERE w.namespace = p_namespace AND w.kind = ANY (p_kinds) AND w.relation = p_relation
     AND (w.name = p_name OR w.columns = p_columns)
   ORDER BY w.name = p_name DESC, w.at DESC LIMIT 1
$$;

--
-- Name: list_asides_v1(text, text, jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.list_asides_v1(p_namespace text, p_incarnation text, p_known jsonb) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: list_to_repeated_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.list_to_repeated_v1(p_value jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN ((p_value IS NULL) OR (jsonb_typeof(p_value) = 'null'::text)) THEN p_value WHEN (jsonb_typeof(p_value) = 'array'::text) THEN (SELECT COALESCE(jsonb_agg(jsonb_build_object('value', e.value) ORDER BY e.ordinality), '[]'::jsonb) AS "coalesce" FROM jsonb_array_elements(list_to_repeated_v1.p_value) WITH ORDINALITY e(value, ordinality)) ELSE jsonb_build_array(jsonb_build_object('value', p_value)) END;

--
-- Name: lock_aside_v1(text, text, bigint); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.lock_aside_v1(p_namespace text, p_incarnation text, p_id bigint) RETURNS SETOF schema_saga_target.set_aside
    LANGUAGE sql
    AS $$
  SELECT * FROM schema_saga_target.set_aside s
   WHERE s.id = p_id AND s.namespace = p_namespace AND s.incarnation = p_incarnation
     AND s.restored_at IS NULL AND s.purged_at IS NULL
     FOR UPDATE
$$;

--
-- Name: target; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.target (
    namespace text NOT NULL,
    incarnation text NOT NULL,
    project_id text NOT NULL,
    revision integer NOT NULL,
    schema_hash text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    catalog_id text,
    released_at timestamp with time zone,
    namespace_oid oid,
    bookkeeping_oid oid
)
WITH (fillfactor='50');

--
-- Name: lock_target_v1(schema_saga_target.stage_try_v1); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.lock_target_v1(p_try schema_saga_target.stage_try_v1) RETURNS schema_saga_target.target
    LANGUAGE plpgsql
    AS $_$
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
$_$;

--
-- Name: made_anew_v1(text, oid); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.made_anew_v1(p_kind text, p_id oid, OUT remove text, OUT make text) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  CASE p_kind
  WHEN 'policy' THEN
    SELECT format('ALTER POLICY %I ON %s', p.polname, p.polrelid::regclass)
           || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
           || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
      INTO make FROM pg_policy p WHERE p.oid = p_id;
  WHEN 'trigger' THEN
    SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass),
           pg_get_triggerdef(t.oid)
           || CASE t.tgenabled WHEN 'O' THEN '' ELSE format('; ALTER TABLE %s %s TRIGGER %I', t.tgrelid::regclass,
                CASE t.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'DISABLE' END, t.tgname) END
           || format('; COMMENT ON TRIGGER %I ON %s IS %L', t.tgname, t.tgrelid::regclass, obj_description(t.oid, 'pg_trigger'))
      INTO remove, make FROM pg_trigger t WHERE t.oid = p_id;
  WHEN 'sequence' THEN
    SELECT format('ALTER SEQUENCE %s OWNED BY %s.%I', d.objid::regclass, d.refobjid::regclass, a.attname)
      INTO make FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE d.classid = 'pg_class'::regclass AND d.objid = p_id AND d.deptype = 'a' AND d.refclassid = 'pg_class'::regclass;
  WHEN 'statistics' THEN
    SELECT format('DROP STATISTICS %I.%I', n.nspname, s.stxname),
           pg_get_statisticsobjdef(s.oid)
           || CASE WHEN s.stxstattarget >= 0
                THEN format('; ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, s.stxstattarget) ELSE '' END
           || format('; COMMENT ON STATISTICS %I.%I IS %L', n.nspname, s.stxname, obj_description(s.oid, 'pg_statistic_ext'))
      INTO remove, make FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE s.oid = p_id;
  END CASE;
END
$$;

--
-- Name: make_way_for_v1(jsonb, jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.make_way_for_v1(p_try jsonb, p_names jsonb) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: make_way_v1(text, text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.make_way_v1(p_namespace text, p_kind text, p_table text, p_column text, p_aside text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
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

--
-- Name: match_asides_v1(text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.match_asides_v1(p_namespace text, p_incarnation text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: means_something_v1(regclass, text, text, text[], text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.means_something_v1(p_relation regclass, p_column text, p_type text, p_rows text[], p_expression text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'on'
    AS $$
DECLARE
  v_columns text := (
    SELECT string_agg(format('NULL::%s AS %I', CASE a.attname WHEN p_column THEN p_type
                               ELSE format_type(a.atttypid, a.atttypmod) END, a.attname), ', ')
      FROM pg_attribute a WHERE a.attrelid = p_relation AND a.attnum > 0 AND NOT a.attisdropped);
BEGIN
  EXECUTE format('PREPARE schema_saga_meaning AS SELECT FROM %s WHERE %s', (
    SELECT string_agg(format('(SELECT %s) AS %I', v_columns, r), ', ') FROM unnest(p_rows) r), p_expression);
  DEALLOCATE schema_saga_meaning;
  RETURN true;
EXCEPTION WHEN syntax_error_or_access_rule_violation OR data_exception THEN
  RETURN false;
END
$$;

--
-- Name: named_by_v1(text, regclass, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.named_by_v1(p_namespace text, p_relation regclass, p_name text, p_kind text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog'
    AS $_$
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
$_$;

--
-- Name: not_updatable_v1(regclass); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.not_updatable_v1(p_relation regclass) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'on'
    AS $$
DECLARE
  v_detail text;
BEGIN
  EXECUTE format('EXPLAIN UPDATE %s SET "id" = "id" WHERE "id" IS NOT NULL', p_relation);
  RETURN NULL;
EXCEPTION WHEN object_not_in_prerequisite_state OR invalid_column_reference OR insufficient_privilege THEN
  GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
  RETURN concat_ws(': ', SQLERRM, nullif(v_detail, ''));
END
$$;

--
-- Name: note_drift_v1(text, text, text, regclass, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.note_drift_v1(p_namespace text, p_object text, p_what text, p_relation regclass, p_condition text) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

--
-- Name: note_misfit_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.note_misfit_v1(p_namespace text, p_sync text, p_direction text, p_row text) RETURNS void
    LANGUAGE sql
    AS $$
  INSERT INTO schema_saga_target.misfit (namespace, sync, direction, row_id)
  VALUES (p_namespace, p_sync, p_direction, p_row) ON CONFLICT DO NOTHING
$$;

--
-- Name: note_rows_v1(text, text, text, text, text, text, bigint); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.note_rows_v1(p_namespace text, p_operation text, p_object text, p_what text, p_table text, p_condition text, p_rows bigint) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
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

--
-- Name: note_sync_gap_v1(text, name); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.note_sync_gap_v1(p_namespace text, p_function name) RETURNS void
    LANGUAGE sql
    AS $$
  INSERT INTO schema_saga_target.sync_gap (namespace, sync_function) VALUES (p_namespace, p_function) ON CONFLICT DO NOTHING
$$;

--
-- Name: note_undo_part_v1(jsonb, integer, text, bigint, boolean); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.note_undo_part_v1(p_try jsonb, p_part integer, p_last_key text, p_rows bigint, p_done boolean) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
BEGIN
  PERFORM schema_saga_target.require_latest_epoch_v1(v_try);
  IF NOT EXISTS (SELECT FROM schema_saga_target.open_markers_v1(v_try)) THEN
    RAISE EXCEPTION USING ERRCODE = 'SS001', MESSAGE = format('stage %s has been undone by another try.', v_try.stage);
  END IF;
  INSERT INTO schema_saga_target.undo_part AS u
         (namespace, incarnation, operation_id, stage, part, last_key, rows_done, done)
  VALUES (v_try.namespace, v_try.incarnation, v_try.operation_id, v_try.stage, p_part, p_last_key, p_rows, p_done)
  ON CONFLICT (namespace, incarnation, operation_id, stage, part)
  DO UPDATE SET last_key = excluded.last_key, rows_done = excluded.rows_done, done = u.done OR excluded.done, at = now();
END
$$;

--
-- Name: marker; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.marker (
    namespace text NOT NULL,
    incarnation text NOT NULL,
    operation_id text NOT NULL,
    epoch integer NOT NULL,
    stage integer NOT NULL,
    state text NOT NULL,
    plan_hash text NOT NULL,
    undone_in integer,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT marker_state_check CHECK ((state = ANY (ARRAY['started'::text, 'applied'::text, 'compensated'::text, 'accepted'::text])))
);

--
-- Name: open_markers_v1(schema_saga_target.stage_try_v1); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.open_markers_v1(p_try schema_saga_target.stage_try_v1) RETURNS SETOF schema_saga_target.marker
    LANGUAGE sql STABLE
    AS $$
  SELECT * FROM schema_saga_target.marker m
   WHERE m.namespace = (p_try).namespace AND m.incarnation = (p_try).incarnation
     AND m.operation_id = (p_try).operation_id AND m.stage = (p_try).stage AND m.state IN ('started', 'applied')
$$;

--
-- Name: parts_of_v1(oid); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.parts_of_v1(p_relation oid) RETURNS TABLE(kind "char", name name, columns smallint[], comment text, index oid, index_comment text, options text[], tablespace name, clustered boolean, identifies boolean)
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: prove_not_null_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.prove_not_null_v1(p_namespace text, p_table text, p_column text, p_proof text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: purge_aside_v1(text, text, bigint); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.purge_aside_v1(p_namespace text, p_incarnation text, p_id bigint) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: purge_aside_v2(text, text, bigint, jsonb, text[], integer[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.purge_aside_v2(p_namespace text, p_incarnation text, p_id bigint, p_rule jsonb, p_committed text[], p_revisions integer[], OUT outcome text, OUT because text) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: put_back_v1(text, text, bigint); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.put_back_v1(p_namespace text, p_incarnation text, p_id bigint, OUT placed bigint, OUT left_out bigint) RETURNS record
    LANGUAGE plpgsql
    SET row_security TO 'off'
    AS $$
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

--
-- Name: put_back_v2(text, text, bigint, boolean); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.put_back_v2(p_namespace text, p_incarnation text, p_id bigint, p_returns boolean, OUT placed bigint, OUT left_out bigint) RETURNS record
    LANGUAGE plpgsql
    SET row_security TO 'off'
    AS $$
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

--
-- Name: put_rows_back_v1(text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.put_rows_back_v1(p_namespace text, p_table text, p_aside text, OUT placed bigint, OUT left_out bigint) RETURNS record
    LANGUAGE plpgsql
    AS $_$
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
$_$;

--
-- Name: put_values_back_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.put_values_back_v1(p_namespace text, p_table text, p_column text, p_aside text, OUT placed bigint, OUT left_out bigint) RETURNS record
    LANGUAGE plpgsql
    AS $_$
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
$_$;

--
-- Name: reads_keys_v1(regclass, text, text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.reads_keys_v1(p_relation regclass, p_column text, p_keys text[]) RETURNS SETOF text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT b.name
    FROM schema_saga_target.bound_v1(p_relation, p_column, NULL) b
   CROSS JOIN LATERAL (
     SELECT CASE b.kind
              WHEN 'policy' THEN (SELECT concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
                                    FROM pg_policy p WHERE p.oid = b.id)
              WHEN 'trigger' THEN schema_saga_target.trigger_condition_v1(b.id) END AS text) e
   WHERE e.text IS NOT NULL AND (p_keys IS NULL OR EXISTS (
     SELECT FROM regexp_matches(e.text, '''((?:[^'']|'''')*)''', 'g') AS literal, unnest(p_keys) AS key
      WHERE literal[1] ~ ('\m' || regexp_replace(key, '([^[:alnum:]_])', '\\\1', 'g') || '\M')))
   ORDER BY 1
$$;

--
-- Name: ready_column_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.ready_column_v1(p_namespace text, p_table text, p_column text, p_default text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: record_aside_v1(text, text, text, text, text, regclass); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.record_aside_v1(p_namespace text, p_kind text, p_table text, p_column text, p_aside text, p_relation regclass) RETURNS void
    LANGUAGE sql
    AS $$
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

--
-- Name: register_target_v1(text, text, text, integer, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.register_target_v1(p_namespace text, p_incarnation text, p_project_id text, p_revision integer, p_hash text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: register_target_v2(text, text, text, integer, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.register_target_v2(p_namespace text, p_incarnation text, p_project_id text, p_revision integer, p_hash text, p_catalog text, p_seen text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: release_target_v1(text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.release_target_v1(p_namespace text, p_incarnation text) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  UPDATE schema_saga_target.target t SET released_at = now()
   WHERE t.namespace = p_namespace AND t.incarnation = p_incarnation AND t.released_at IS NULL;
  RETURN FOUND;
END
$$;

--
-- Name: renamed_to_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.renamed_to_v1(p_namespace text) RETURNS name
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT n.nspname FROM schema_saga_target.target t JOIN pg_namespace n ON n.oid = t.namespace_oid
   WHERE t.namespace = p_namespace AND n.nspname <> p_namespace
     AND t.bookkeeping_oid = 'schema_saga_target'::regnamespace::oid
$$;

--
-- Name: reopen_batches_v1(jsonb, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.reopen_batches_v1(p_try jsonb, p_function text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
BEGIN
  PERFORM schema_saga_target.begin_stage_v1(v_try, 'started');
  UPDATE schema_saga_target.marker m SET state = 'started', at = now()
   WHERE m.namespace = v_try.namespace AND m.incarnation = v_try.incarnation
     AND m.operation_id = v_try.operation_id AND m.epoch = v_try.epoch AND m.stage = v_try.stage;
  DELETE FROM schema_saga_target.backfill b
   WHERE b.namespace = v_try.namespace AND b.incarnation = v_try.incarnation AND b.operation_id = v_try.operation_id
     AND b.epoch = v_try.epoch AND b.stage = v_try.stage AND b.direction = 'forward';
  PERFORM schema_saga_target.keep_syncs_firing_v1(v_try.namespace);
  DELETE FROM schema_saga_target.sync_gap g
   WHERE g.namespace = v_try.namespace AND g.sync_function = p_function::name;
END
$$;

--
-- Name: repeated_to_list_v1(jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.repeated_to_list_v1(p_value jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN (jsonb_typeof(p_value) <> 'array'::text) THEN p_value ELSE (SELECT COALESCE(jsonb_agg(COALESCE((e.value -> 'value'::text), e.value) ORDER BY e.ordinality), '[]'::jsonb) AS "coalesce" FROM jsonb_array_elements(repeated_to_list_v1.p_value) WITH ORDINALITY e(value, ordinality)) END;

--
-- Name: require_fit_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.require_fit_v1(p_namespace text, p_table text, p_sync text, p_condition text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    SET enable_seqscan TO 'off'
    AS $_$
DECLARE
  v_count bigint;
  v_ids text[];
BEGIN
  EXECUTE format(
    'SELECT count(*), (array_agg(t."id"::text ORDER BY t."id"))[1:5] FROM %I.%I t
       JOIN schema_saga_target.misfit m ON m.row_id = t."id"::text
      WHERE m.namespace = $1 AND m.sync = $2 AND m.direction = ''forward'' AND (%s)', p_namespace, p_table, p_condition)
    INTO v_count, v_ids USING p_namespace, p_sync;
  IF v_count > 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'SS003', MESSAGE = format(
      '%s row(s) of %s hold a value that does not fit (ids %s).', v_count, p_table, array_to_string(v_ids, ', '));
  END IF;
  DELETE FROM schema_saga_target.misfit m
   WHERE m.namespace = p_namespace AND m.sync = p_sync AND m.direction = 'forward';
END
$_$;

--
-- Name: require_in_step_v1(text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.require_in_step_v1(p_namespace text, p_function text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_trigger text;
BEGIN
  SELECT t.tgname INTO v_trigger FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
   WHERE p.pronamespace = to_regnamespace(quote_ident(p_namespace)) AND p.proname = p_function::name
     AND t.tgparentid = 0
     AND (t.tgenabled <> 'A' OR EXISTS (
       SELECT FROM schema_saga_target.sync_gap g WHERE g.namespace = p_namespace AND g.sync_function = p.proname));
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'SS005', MESSAGE = format(
      'trigger %s was switched off while its table was changed, and rows may have been written past it: leave it on, and try again.',
      v_trigger);
  END IF;
END
$$;

--
-- Name: require_latest_epoch_v1(schema_saga_target.stage_try_v1); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.require_latest_epoch_v1(p_try schema_saga_target.stage_try_v1) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF EXISTS (
    SELECT FROM schema_saga_target.marker m
     WHERE m.namespace = p_try.namespace AND m.incarnation = p_try.incarnation
       AND m.operation_id = p_try.operation_id AND m.epoch > p_try.epoch
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'SS001', MESSAGE = format('epoch %s has been succeeded by another.', p_try.epoch);
  END IF;
END
$$;

--
-- Name: require_revision_v1(schema_saga_target.target, integer, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.require_revision_v1(p_target schema_saga_target.target, p_revision integer, p_hash text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF p_target.revision <> p_revision OR p_target.schema_hash <> p_hash THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      'the target is at revision %s (%s), not at revision %s (%s).',
      p_target.revision, left(p_target.schema_hash, 12), p_revision, left(p_hash, 12));
  END IF;
END
$$;

--
-- Name: require_unbound_v1(text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.require_unbound_v1(p_namespace text, p_table text, p_column text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_names text;
BEGIN
  IF schema_saga_target.is_undo_v1() THEN
    RETURN;
  END IF;
  SELECT string_agg(b.name, ', ' ORDER BY b.name) INTO v_names
    FROM schema_saga_target.bound_v1(format('%I.%I', p_namespace, p_table)::regclass, p_column, NULL) b
   WHERE NOT b.goes_along;
  IF v_names IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      '%s.%s is bound to %s: drop it first, and make it anew afterwards.', p_table, p_column, v_names);
  END IF;
END
$$;

--
-- Name: require_undoable_v1(schema_saga_target.stage_try_v1, schema_saga_target.target, boolean); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.require_undoable_v1(p_try schema_saga_target.stage_try_v1, p_target schema_saga_target.target, p_applied boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF EXISTS (SELECT FROM schema_saga_target.open_markers_v1(p_try) m WHERE m.plan_hash <> p_try.plan_hash) THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format('stage %s was run by another plan.', p_try.stage);
  END IF;
  IF p_try.last AND p_applied THEN
    PERFORM schema_saga_target.require_revision_v1(p_target, p_try.next_revision, p_try.next_hash);
  ELSE
    PERFORM schema_saga_target.require_revision_v1(p_target, p_try.base_revision, p_try.base_hash);
  END IF;
END
$$;

--
-- Name: require_unread_v1(text, text, text, text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.require_unread_v1(p_namespace text, p_table text, p_column text, p_keys text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_names text;
BEGIN
  IF schema_saga_target.is_undo_v1() THEN
    RETURN;
  END IF;
  SELECT string_agg(r.name, ', ') INTO v_names
    FROM schema_saga_target.reads_keys_v1(format('%I.%I', p_namespace, p_table)::regclass, p_column, p_keys) r(name);
  IF v_names IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      '%s.%s is read by %s, for which it will be something else: drop it first, and make it anew afterwards.',
      p_table, p_column, v_names);
  END IF;
END
$$;

--
-- Name: restate_target_v1(text, text, text, integer, text, integer, text, text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.restate_target_v1(p_namespace text, p_incarnation text, p_project_id text, p_from integer, p_from_hash text, p_to integer, p_to_hash text, p_later text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: restore_check_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.restore_check_v1(p_namespace text, p_table text, p_name text, p_expression text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
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

--
-- Name: restore_foreign_key_v1(text, text, text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.restore_foreign_key_v1(p_namespace text, p_table text, p_name text, p_column text, p_references text, p_on_delete text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
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

--
-- Name: restore_not_null_v1(text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.restore_not_null_v1(p_namespace text, p_table text, p_column text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
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

--
-- Name: restore_unique_v1(text, text, text, text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.restore_unique_v1(p_namespace text, p_table text, p_name text, p_columns text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
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

--
-- Name: return_index_words_v1(text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.return_index_words_v1(p_namespace text, p_index text) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT schema_saga_target.return_words_v1(p_namespace, i.indrelid, p_index, true)
    FROM pg_index i WHERE i.indexrelid = to_regclass(format('%I.%I', p_namespace, p_index))
$$;

--
-- Name: return_words_v1(text, oid, text, boolean); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.return_words_v1(p_namespace text, p_relation oid, p_part text, p_index boolean) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: revive_v1(text, text, text, boolean, text[], text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.revive_v1(p_namespace text, p_kind text, p_aside text, p_restores boolean, p_there text[], p_otherwise text[]) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: role_path_v1(); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.role_path_v1() RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT s.reset_val FROM pg_catalog.pg_settings s WHERE s.name = 'search_path'
$$;

--
-- Name: run_ddl_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.run_ddl_v1(p_statement text) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_path text := pg_catalog.current_setting('search_path');
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_event_trigger e WHERE e.evtenabled IN ('O', 'A')) THEN
    EXECUTE p_statement;
    RETURN;
  END IF;
  PERFORM pg_catalog.set_config('search_path', s.reset_val, true) FROM pg_catalog.pg_settings s WHERE s.name = 'search_path';
  EXECUTE p_statement;
  PERFORM pg_catalog.set_config('search_path', v_path, true);
END
$$;

--
-- Name: run_stage_v1(schema_saga_target.stage_try_v1, text[], jsonb); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.run_stage_v1(p_try schema_saga_target.stage_try_v1, p_statements text[], p_asides jsonb) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: run_statement_v1(text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.run_statement_v1(p_namespace text, p_statement text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: run_undo_part_v1(jsonb, integer, text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.run_undo_part_v1(p_try jsonb, p_part integer, p_statements text[]) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_target schema_saga_target.target := schema_saga_target.lock_target_v1(v_try);
  v_statement text;
BEGIN
  IF EXISTS (SELECT FROM schema_saga_target.undo_part_of_v1(p_try, p_part) u WHERE u.done) THEN
    RETURN false;
  END IF;
  PERFORM schema_saga_target.note_undo_part_v1(p_try, p_part, '', 0, true);
  PERFORM schema_saga_target.require_undoable_v1(v_try, v_target,
    (SELECT coalesce(bool_or(m.state = 'applied'), false) FROM schema_saga_target.open_markers_v1(v_try) m));
  PERFORM schema_saga_target.enter_stage_v2(v_try, 'compensate');
  FOREACH v_statement IN ARRAY p_statements LOOP
    PERFORM schema_saga_target.run_statement_v1(v_try.namespace, v_statement);
  END LOOP;
  -- What bears its own name again is not set aside any more.
  UPDATE schema_saga_target.set_aside s SET restored_at = now()
   WHERE s.namespace = v_try.namespace AND s.incarnation = v_try.incarnation AND s.operation_id = v_try.operation_id
     AND s.stage = v_try.stage AND s.direction = 'forward' AND s.restored_at IS NULL
     AND NOT EXISTS (
       SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = s.namespace AND CASE s.kind
          WHEN 'table' THEN c.relname = s.aside_name
          ELSE c.oid = s.relation AND EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = s.aside_name AND NOT a.attisdropped)
          END);
  RETURN true;
END
$$;

--
-- Name: shared_part_v1(regclass, smallint); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.shared_part_v1(p_relation regclass, p_number smallint) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
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

--
-- Name: shorten_v1(text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.shorten_v1(p_name text, p_suffix text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    AS $$
DECLARE
  v_name text := p_name;
BEGIN
  WHILE octet_length(v_name || p_suffix) > 63 LOOP
    v_name := left(v_name, -1);
  END LOOP;
  RETURN v_name || p_suffix;
END
$$;

--
-- Name: sign_target_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.sign_target_v1(p_namespace text, p_incarnation text, p_project_id text, p_catalog text) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT schema_saga_target.follow_tables_v1(p_namespace);
  UPDATE schema_saga_target.target t
     SET catalog_id = coalesce(t.catalog_id, p_catalog), released_at = NULL,
         namespace_oid = coalesce(t.namespace_oid, to_regnamespace(quote_ident(p_namespace))::oid),
         bookkeeping_oid = coalesce(t.bookkeeping_oid, 'schema_saga_target'::regnamespace::oid)
   WHERE t.namespace = p_namespace AND t.incarnation = p_incarnation AND t.project_id = p_project_id
     AND (t.catalog_id IS NULL OR t.namespace_oid IS NULL OR t.released_at IS NOT NULL)
$$;

--
-- Name: start_stage_v1(jsonb, text, boolean); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.start_stage_v1(p_try jsonb, p_index text, p_builds boolean) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
DECLARE
  v_try schema_saga_target.stage_try_v1 := jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, p_try);
  v_found text := schema_saga_target.begin_stage_v1(v_try, 'started');
BEGIN
  IF v_found <> 'found_applied' THEN
    PERFORM schema_saga_target.keep_syncs_firing_v1(v_try.namespace);
  END IF;
  IF v_found <> 'new' THEN
    RETURN v_found;
  END IF;
  IF p_index IS NOT NULL AND (to_regclass(format('%I.%I', v_try.namespace, p_index)) IS NOT NULL) = p_builds THEN
    RAISE EXCEPTION USING ERRCODE = 'SS002', MESSAGE = format(
      CASE WHEN p_builds THEN 'index %s is there already.' ELSE 'index %s is not there.' END, p_index);
  END IF;
  RETURN 'started';
END
$$;

--
-- Name: storage_words_v1(text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.storage_words_v1(p_namespace text, p_operation text, p_index text, p_statement text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $_$
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
$_$;

--
-- Name: text_to_boolean_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.text_to_boolean_v1(p_value text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN (lower(btrim((p_value COLLATE "C"))) = ANY (ARRAY['true'::text, '1'::text, 'yes'::text])) THEN true WHEN (lower(btrim((p_value COLLATE "C"))) = ANY (ARRAY['false'::text, '0'::text, 'no'::text])) THEN false ELSE NULL::boolean END;

--
-- Name: text_to_int_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.text_to_int_v1(p_value text) RETURNS integer
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN (btrim((p_value COLLATE "C")) ~ '^[+-]?[0-9]{1,12}$'::text) THEN schema_saga_target.numeric_to_int_v1((btrim(p_value))::numeric) ELSE NULL::integer END;

--
-- Name: text_to_json_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.text_to_json_v1(p_value text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog'
    AS $$
BEGIN
  RETURN p_value::jsonb;
-- The second stands for its whole class: text that is nested too deeply, or too long for a document.
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  RETURN NULL;
END
$$;

--
-- Name: text_to_numeric_v1(text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.text_to_numeric_v1(p_value text) RETURNS numeric
    LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN ((length(p_value) <= 10000) AND (btrim((p_value COLLATE "C")) ~ '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$'::text)) THEN (btrim(p_value))::numeric ELSE NULL::numeric END;

--
-- Name: trigger_condition_v1(oid); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.trigger_condition_v1(p_trigger oid) RETURNS text
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog'
    AS $$
  SELECT substring(pg_get_triggerdef(p_trigger) FROM ' WHEN (\(.*\)) EXECUTE (?:FUNCTION|PROCEDURE) ')
$$;

--
-- Name: undo_part; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.undo_part (
    namespace text NOT NULL,
    incarnation text NOT NULL,
    operation_id text NOT NULL,
    stage integer NOT NULL,
    part integer NOT NULL,
    last_key text DEFAULT ''::text NOT NULL,
    rows_done bigint DEFAULT 0 NOT NULL,
    done boolean DEFAULT false NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: undo_part_of_v1(jsonb, integer); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.undo_part_of_v1(p_try jsonb, p_part integer) RETURNS SETOF schema_saga_target.undo_part
    LANGUAGE sql STABLE
    AS $$
  SELECT u.* FROM schema_saga_target.undo_part u
   WHERE u.namespace = p_try ->> 'namespace' AND u.incarnation = p_try ->> 'incarnation'
     AND u.operation_id = p_try ->> 'operation_id' AND u.stage = (p_try ->> 'stage')::integer AND u.part = p_part
$$;

--
-- Name: undo_stage_v1(schema_saga_target.stage_try_v1, schema_saga_target.target, boolean, text[]); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.undo_stage_v1(p_try schema_saga_target.stage_try_v1, p_target schema_saga_target.target, p_applied boolean, p_statements text[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  v_statement text;
BEGIN
  PERFORM schema_saga_target.require_undoable_v1(p_try, p_target, p_applied);
  PERFORM schema_saga_target.enter_stage_v2(p_try, 'compensate');
  UPDATE schema_saga_target.set_aside s SET restored_at = now()
   WHERE s.namespace = p_try.namespace AND s.incarnation = p_try.incarnation AND s.operation_id = p_try.operation_id
     AND s.stage = p_try.stage AND s.direction = 'forward' AND s.restored_at IS NULL;
  FOREACH v_statement IN ARRAY p_statements LOOP
    PERFORM schema_saga_target.run_statement_v1(p_try.namespace, v_statement);
  END LOOP;
  IF array_to_string(p_statements, ' ') LIKE '%schema\_saga\_sync\_%' THEN
    PERFORM schema_saga_target.keep_syncs_firing_v1(p_try.namespace);
  END IF;
  IF EXISTS (SELECT FROM schema_saga_target.set_aside s
              WHERE s.namespace = p_try.namespace AND s.kind = 'column' AND s.restored_at IS NULL) THEN
    PERFORM schema_saga_target.follow_renames_v1(p_try.namespace);
  END IF;
  IF p_try.last AND p_applied THEN
    UPDATE schema_saga_target.target t
       SET revision = p_try.base_revision, schema_hash = p_try.base_hash, updated_at = now()
     WHERE t.namespace = p_try.namespace;
  END IF;
  UPDATE schema_saga_target.marker m SET state = 'compensated', undone_in = p_try.epoch, at = now()
   WHERE m.namespace = p_try.namespace AND m.incarnation = p_try.incarnation AND m.operation_id = p_try.operation_id
     AND m.stage = p_try.stage AND m.state IN ('started', 'applied');
END
$$;

--
-- Name: validate_v1(text, text, text, text, text, text); Type: FUNCTION; Schema: schema_saga_target; Owner: -
--

CREATE FUNCTION schema_saga_target.validate_v1(p_namespace text, p_table text, p_name text, p_object text, p_what text, p_condition text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    SET row_security TO 'off'
    AS $$
DECLARE
  v_relation regclass := format('%I.%I', p_namespace, p_table)::regclass;
BEGIN
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s VALIDATE CONSTRAINT %I', v_relation, p_name));
EXCEPTION WHEN integrity_constraint_violation THEN
  PERFORM schema_saga_target.note_drift_v1(p_namespace, p_object, p_what, v_relation, p_condition);
END
$$;

--
-- Name: backfill; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.backfill (
    namespace text NOT NULL,
    incarnation text NOT NULL,
    operation_id text NOT NULL,
    epoch integer NOT NULL,
    stage integer NOT NULL,
    direction text NOT NULL,
    last_key text NOT NULL,
    rows_done bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT backfill_direction_check CHECK ((direction = ANY (ARRAY['forward'::text, 'compensate'::text])))
);

--
-- Name: bookkeeping; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.bookkeeping (
    only_row boolean DEFAULT true NOT NULL,
    version integer NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT bookkeeping_only_row_check CHECK (only_row)
);

--
-- Name: drift; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.drift (
    id bigint NOT NULL,
    namespace text NOT NULL,
    operation_id text NOT NULL,
    object text NOT NULL,
    what text NOT NULL,
    rows_in_the_way bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: drift_id_seq; Type: SEQUENCE; Schema: schema_saga_target; Owner: -
--

ALTER TABLE schema_saga_target.drift ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME schema_saga_target.drift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: filled_row; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.filled_row (
    namespace text NOT NULL,
    fill text NOT NULL,
    row_id text NOT NULL
);

--
-- Name: misfit; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.misfit (
    namespace text NOT NULL,
    sync text NOT NULL,
    direction text NOT NULL,
    row_id text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT misfit_direction_check CHECK ((direction = ANY (ARRAY['forward'::text, 'backward'::text])))
);

--
-- Name: set_aside_id_seq; Type: SEQUENCE; Schema: schema_saga_target; Owner: -
--

ALTER TABLE schema_saga_target.set_aside ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME schema_saga_target.set_aside_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

--
-- Name: sync_gap; Type: TABLE; Schema: schema_saga_target; Owner: -
--

CREATE TABLE schema_saga_target.sync_gap (
    namespace text NOT NULL,
    sync_function name NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

--
-- Name: backfill backfill_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.backfill
    ADD CONSTRAINT backfill_pkey PRIMARY KEY (namespace, incarnation, operation_id, epoch, stage, direction);

--
-- Name: bookkeeping bookkeeping_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.bookkeeping
    ADD CONSTRAINT bookkeeping_pkey PRIMARY KEY (only_row);

--
-- Name: drift drift_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.drift
    ADD CONSTRAINT drift_pkey PRIMARY KEY (id);

--
-- Name: filled_row filled_row_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.filled_row
    ADD CONSTRAINT filled_row_pkey PRIMARY KEY (namespace, fill, row_id);

--
-- Name: marker marker_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.marker
    ADD CONSTRAINT marker_pkey PRIMARY KEY (namespace, incarnation, operation_id, epoch, stage);

--
-- Name: misfit misfit_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.misfit
    ADD CONSTRAINT misfit_pkey PRIMARY KEY (namespace, sync, direction, row_id);

--
-- Name: part_words part_words_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.part_words
    ADD CONSTRAINT part_words_pkey PRIMARY KEY (namespace, relation, kind, name);

--
-- Name: set_aside set_aside_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.set_aside
    ADD CONSTRAINT set_aside_pkey PRIMARY KEY (id);

--
-- Name: sync_gap sync_gap_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.sync_gap
    ADD CONSTRAINT sync_gap_pkey PRIMARY KEY (namespace, sync_function);

--
-- Name: target target_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.target
    ADD CONSTRAINT target_pkey PRIMARY KEY (namespace);

--
-- Name: undo_part undo_part_pkey; Type: CONSTRAINT; Schema: schema_saga_target; Owner: -
--

ALTER TABLE ONLY schema_saga_target.undo_part
    ADD CONSTRAINT undo_part_pkey PRIMARY KEY (namespace, incarnation, operation_id, stage, part);

--
-- Name: set_aside_namespace; Type: INDEX; Schema: schema_saga_target; Owner: -
--

CREATE INDEX set_aside_namespace ON schema_saga_target.set_aside USING btree (namespace);

--
-- Name: set_aside_there; Type: INDEX; Schema: schema_saga_target; Owner: -
--

CREATE INDEX set_aside_there ON schema_saga_target.set_aside USING btree (namespace) WHERE ((restored_at IS NULL) AND (purged_at IS NULL));

--
-- PostgreSQL database dump complete
--

