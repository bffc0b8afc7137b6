-- Edits of documents. A parent that is a list is edited in each of its elements; null comes out when a value could
-- not be cast or has no place.

-- The value of a key; of the first element where a parent is a list.
CREATE OR REPLACE FUNCTION schema_saga_target.json_get_v1(p_doc jsonb, p_path text[], p_key text)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
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

-- p_repeated says of the document itself, and then of each parent on the path, whether it holds a list.
CREATE OR REPLACE FUNCTION schema_saga_target.json_put_v1(
  p_doc jsonb, p_path text[], p_repeated boolean[], p_key text, p_value jsonb
) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
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

-- The document with a key that an older version of it has; elements are matched by _id, else by their position.
CREATE OR REPLACE FUNCTION schema_saga_target.json_put_back_v1(p_doc jsonb, p_older jsonb, p_path text[], p_key text)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
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

-- One edit of one object.
CREATE OR REPLACE FUNCTION schema_saga_target.json_edit_object_v1(p_doc jsonb, p_edit jsonb)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
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

-- One edit of every object that the path leads to.
CREATE OR REPLACE FUNCTION schema_saga_target.json_edit_v1(p_doc jsonb, p_path text[], p_edit jsonb)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
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
