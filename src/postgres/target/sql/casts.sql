-- Casts between field types, for columns and for documents. A value that does not fit gives null, never an error:
-- these run in triggers of the application's own writes, and for every row of a table. So they have no settings of their
-- own, which would make Postgres plan them anew for each value: what a body names was looked up when it was created, and
-- a statement takes the expression in. The rules of a column's collation are not asked.

CREATE OR REPLACE FUNCTION schema_saga_target.numeric_to_int_v1(p_value numeric)
RETURNS integer LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN p_value BETWEEN -2147483648 AND 2147483647 AND p_value = trunc(p_value) THEN p_value::integer END;

CREATE OR REPLACE FUNCTION schema_saga_target.text_to_numeric_v1(p_value text)
RETURNS numeric LANGUAGE sql IMMUTABLE
  -- Far below the number of digits that Postgres takes.
  RETURN CASE WHEN length(p_value) <= 10000 AND btrim(p_value COLLATE "C") ~ '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,3})?$'
    THEN btrim(p_value)::numeric END;

CREATE OR REPLACE FUNCTION schema_saga_target.text_to_int_v1(p_value text)
RETURNS integer LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN btrim(p_value COLLATE "C") ~ '^[+-]?[0-9]{1,12}$'
    THEN schema_saga_target.numeric_to_int_v1(btrim(p_value)::numeric) END;

CREATE OR REPLACE FUNCTION schema_saga_target.text_to_boolean_v1(p_value text)
RETURNS boolean LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN lower(btrim(p_value COLLATE "C")) IN ('true', '1', 'yes') THEN true
              WHEN lower(btrim(p_value COLLATE "C")) IN ('false', '0', 'no') THEN false END;

-- Years of four digits only; the 30th of February gives null, as any other text does.
CREATE OR REPLACE FUNCTION schema_saga_target.text_to_date_v1(p_value text)
RETURNS date LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
DECLARE
  v_parts text[] := regexp_match(btrim(p_value), '^([0-9]{4})-([0-9]{2})-([0-9]{2})$');
BEGIN
  RETURN make_date(v_parts[1]::integer, v_parts[2]::integer, v_parts[3]::integer);
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION schema_saga_target.text_to_json_v1(p_value text)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
BEGIN
  RETURN p_value::jsonb;
-- The second stands for its whole class: text that is nested too deeply, or too long for a document.
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION schema_saga_target.list_to_repeated_v1(p_value jsonb)
RETURNS jsonb LANGUAGE sql IMMUTABLE
  RETURN CASE
    WHEN p_value IS NULL OR jsonb_typeof(p_value) = 'null' THEN p_value
    WHEN jsonb_typeof(p_value) = 'array' THEN (SELECT coalesce(jsonb_agg(jsonb_build_object('value', e.value) ORDER BY e.ordinality), '[]')
                         FROM jsonb_array_elements(p_value) WITH ORDINALITY e)
    ELSE jsonb_build_array(jsonb_build_object('value', p_value)) END;

CREATE OR REPLACE FUNCTION schema_saga_target.repeated_to_list_v1(p_value jsonb)
RETURNS jsonb LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN jsonb_typeof(p_value) <> 'array' THEN p_value
    ELSE (SELECT coalesce(jsonb_agg(coalesce(e.value -> 'value', e.value) ORDER BY e.ordinality), '[]')
            FROM jsonb_array_elements(p_value) WITH ORDINALITY e) END;

CREATE OR REPLACE FUNCTION schema_saga_target.json_to_text_v1(p_value jsonb)
RETURNS text LANGUAGE sql IMMUTABLE
  RETURN CASE jsonb_typeof(p_value) WHEN 'string' THEN p_value #>> '{}' END;

CREATE OR REPLACE FUNCTION schema_saga_target.json_to_numeric_v1(p_value jsonb)
RETURNS numeric LANGUAGE sql IMMUTABLE
  RETURN CASE jsonb_typeof(p_value) WHEN 'number' THEN (p_value #>> '{}')::numeric END;

CREATE OR REPLACE FUNCTION schema_saga_target.json_to_int_v1(p_value jsonb)
RETURNS integer LANGUAGE sql IMMUTABLE
  RETURN schema_saga_target.numeric_to_int_v1(schema_saga_target.json_to_numeric_v1(p_value));

CREATE OR REPLACE FUNCTION schema_saga_target.json_to_boolean_v1(p_value jsonb)
RETURNS boolean LANGUAGE sql IMMUTABLE
  RETURN CASE jsonb_typeof(p_value) WHEN 'boolean' THEN (p_value #>> '{}')::boolean END;

CREATE OR REPLACE FUNCTION schema_saga_target.json_to_date_v1(p_value jsonb)
RETURNS date LANGUAGE sql IMMUTABLE
  RETURN schema_saga_target.text_to_date_v1(schema_saga_target.json_to_text_v1(p_value));

CREATE OR REPLACE FUNCTION schema_saga_target.json_to_json_v1(p_value jsonb)
RETURNS jsonb LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN jsonb_typeof(p_value) <> 'null' THEN p_value END;

-- A value inside a document as another type; back: what the cast has made as the type it was.
CREATE OR REPLACE FUNCTION schema_saga_target.json_cast_v1(p_value jsonb, p_from text, p_to text, p_back boolean)
RETURNS jsonb LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog AS $$
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
