-- What hangs on a column by its number: it follows the column when that gets another name, and would go on acting on a
-- column that is hidden. It is carried over to the column that takes the place, or refuses the change by its name.

-- Whether our role can say an expression once the column has this type; `p_rows` are the names under which it knows the
-- row of the table. It is parsed only: what it reads need not be ours to read, nor all of its rows to see, but the
-- namespaces that it names must be.
CREATE OR REPLACE FUNCTION schema_saga_target.means_something_v1(
  p_relation regclass, p_column text, p_type text, p_rows text[], p_expression text
) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = on AS $$
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

-- The condition of a trigger, as it is printed; null for one without.
CREATE OR REPLACE FUNCTION schema_saga_target.trigger_condition_v1(p_trigger oid)
RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  SELECT substring(pg_get_triggerdef(p_trigger) FROM ' WHEN (\(.*\)) EXECUTE (?:FUNCTION|PROCEDURE) ')
$$;

-- What is bound to a column of one table. `goes_along`: it can be carried over to another column of the type p_type in its
-- place; or, when p_type is null and nothing takes the place, it can stay with the hidden column. What Postgres keeps as
-- a copy of what a parent has goes with that.
CREATE OR REPLACE FUNCTION schema_saga_target.bound_here_v1(p_relation regclass, p_column text, p_type text)
RETURNS TABLE (kind text, id oid, name text, goes_along boolean)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog SET enable_seqscan = off AS $$
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
$$;

-- All tables that inherit from one, partitions and theirs included.
CREATE OR REPLACE FUNCTION schema_saga_target.below_v1(p_relation regclass)
RETURNS SETOF regclass LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
  WITH RECURSIVE below AS (
    SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = p_relation
    UNION
    SELECT i.inhrelid FROM below b JOIN pg_inherits i ON i.inhparent = b.inhrelid
  )
  SELECT b.inhrelid::regclass FROM below b
$$;

-- Everything that is bound to a column. What a partition has of its own is named, and never goes along: it would have to be
-- made anew on each of them.
CREATE OR REPLACE FUNCTION schema_saga_target.bound_v1(p_relation regclass, p_column text, p_type text)
RETURNS TABLE (kind text, id oid, name text, goes_along boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog SET enable_seqscan = off AS $$
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

-- Sequences that are owned by a column (null: any) of a table that goes stay, as somebody may draw numbers from them.
CREATE OR REPLACE FUNCTION schema_saga_target.keep_sequences_v1(p_relation regclass, p_column smallint)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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

-- Why Postgres would refuse to update rows of a table, whichever: of a published one whose replica identity does not hold
-- what its publications ask for. Null when it would not.
CREATE OR REPLACE FUNCTION schema_saga_target.not_updatable_v1(p_relation regclass)
RETURNS text LANGUAGE plpgsql SET search_path = pg_catalog SET row_security = on AS $$
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

-- What is bound to a column and reads one of these keys (null: any) of its documents by their text, as policies and
-- conditions of triggers do: a key is found where it stands as a word in a literal.
CREATE OR REPLACE FUNCTION schema_saga_target.reads_keys_v1(p_relation regclass, p_column text, p_keys text[])
RETURNS SETOF text LANGUAGE sql STABLE SET search_path = pg_catalog AS $$
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

-- Refuses (SS002) to let a column take the place of another one while something reads in it what is not there any more.
-- An undo has to come through.
CREATE OR REPLACE FUNCTION schema_saga_target.require_unread_v1(p_namespace text, p_table text, p_column text, p_keys text[])
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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

CREATE OR REPLACE FUNCTION schema_saga_target.is_undo_v1() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(pg_catalog.current_setting('schema_saga.stage', true), '')::jsonb ->> 'direction' = 'compensate', false)
$$;

-- Refuses (SS002) to hide a column while something would go on acting on it. An undo has to come through.
CREATE OR REPLACE FUNCTION schema_saga_target.require_unbound_v1(p_namespace text, p_table text, p_column text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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

-- Carries what hangs on a column over to the one that has taken its place. What cannot go along refuses the change
-- (SS002); in an undo it stays, and is noted as drift.
CREATE OR REPLACE FUNCTION schema_saga_target.carry_column_v1(p_namespace text, p_table text, p_from text, p_to text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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

-- Grants, the comment and the settings of a column.
CREATE OR REPLACE FUNCTION schema_saga_target.carry_words_v1(p_relation regclass, p_from text, p_to text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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

-- The statements that make policies, triggers and statistics of a column anew for another one: printed while the columns
-- have changed names for a moment, so that Postgres itself writes the right one wherever it belongs.
CREATE OR REPLACE FUNCTION schema_saga_target.definitions_v1(p_relation regclass, p_from text, p_to text, p_type text)
RETURNS TABLE (remove text, make text) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
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

CREATE OR REPLACE FUNCTION schema_saga_target.exchange_names_v1(p_relation regclass, p_one text, p_other text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
DECLARE
  v_between text := '_aside_between_' || left(md5(p_one || p_other), 8);
BEGIN
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME COLUMN %I TO %I', p_relation, p_one, v_between));
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME COLUMN %I TO %I', p_relation, p_other, p_one));
  PERFORM schema_saga_target.run_ddl_v1(format('ALTER TABLE %s RENAME COLUMN %I TO %I', p_relation, v_between, p_other));
END
$$;

-- A policy is altered, and keeps whom it is for; what must be dropped keeps its comment and its state.
CREATE OR REPLACE FUNCTION schema_saga_target.made_anew_v1(p_kind text, p_id oid, OUT remove text, OUT make text)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
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
