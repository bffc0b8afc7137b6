/** Calls of functions in a tree: which are Postgres' own and well known, and which may run anybody's code. */
import { nodesOf, type Tree } from '../parser.ts'

/** A function as a text calls it. */
export interface FunctionCall {
  /** Null when its name is not qualified. */
  readonly schema: string | null
  readonly name: string
}

/** Those that answer something else each time, so that a default of a new column is computed for each row. */
const VOLATILE = words(`random gen_random_uuid uuidv4 uuidv7 clock_timestamp timeofday nextval setval
  uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 gen_random_bytes gen_salt`)

/** Those that move a sequence, which no rollback takes back. */
const MOVES = words('nextval setval')

/** Of pg_catalog, or of an extension that comes with Postgres: they read and write no rows, and call no other function. */
const KNOWN: ReadonlySet<string> = new Set([
  ...VOLATILE,
  ...words(`abs ceil ceiling div exp floor greatest least ln log log10 mod pi power round sign sqrt trunc width_bucket
    ascii bit_length btrim char_length character_length chr concat concat_ws convert_from convert_to decode encode
    format initcap left length like_escape lower lpad ltrim md5 normalize is_normalized octet_length overlay
    parse_ident position quote_ident quote_literal quote_nullable regexp_match regexp_matches regexp_replace
    regexp_split_to_array regexp_split_to_table regexp_count regexp_instr regexp_like regexp_substr repeat replace reverse
    right rpad rtrim sha224 sha256 sha384 sha512 similar_escape similar_to_escape split_part starts_with strpos substr
    substring textcat to_hex translate trim upper unistr
    age date date_bin date_part date_trunc extract isfinite justify_days justify_hours justify_interval make_date
    make_interval make_time make_timestamp make_timestamptz now overlaps statement_timestamp timezone to_char to_date
    to_number to_timestamp transaction_timestamp
    array_agg array_append array_cat array_dims array_fill array_length array_lower array_ndims array_position
    array_positions array_prepend array_remove array_replace array_to_string array_upper cardinality string_to_array
    string_to_table trim_array unnest generate_series generate_subscripts
    array_to_json row_to_json to_json to_jsonb json_agg jsonb_agg json_object_agg jsonb_object_agg json_array_elements
    jsonb_array_elements json_array_elements_text jsonb_array_elements_text json_array_length jsonb_array_length
    json_build_array jsonb_build_array json_build_object jsonb_build_object json_each jsonb_each json_each_text
    jsonb_each_text json_extract_path jsonb_extract_path json_extract_path_text jsonb_extract_path_text json_object
    jsonb_object json_object_keys jsonb_object_keys json_populate_record jsonb_populate_record json_strip_nulls
    jsonb_strip_nulls json_to_record jsonb_to_record json_to_recordset jsonb_to_recordset json_typeof jsonb_typeof
    jsonb_insert jsonb_pretty jsonb_set jsonb_set_lax jsonb_path_exists jsonb_path_match jsonb_path_query
    jsonb_path_query_array jsonb_path_query_first
    avg bit_and bit_or bool_and bool_or corr count every max min mode percentile_cont percentile_disc stddev string_agg
    sum var_pop var_samp variance grouping
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
    to_tsquery to_tsvector plainto_tsquery phraseto_tsquery websearch_to_tsquery setweight strip tsvector_to_array
    ts_headline ts_rank ts_rank_cd numnode querytree
    int4range int8range numrange tsrange tstzrange daterange isempty lower_inc upper_inc lower_inf upper_inf range_merge
    multirange range_agg
    current_setting current_schema current_schemas current_database currval lastval pg_get_serial_sequence
    pg_typeof format_type to_regclass to_regtype to_regproc to_regprocedure to_regnamespace to_regrole pg_get_constraintdef
    pg_get_indexdef pg_get_viewdef pg_get_expr pg_get_functiondef obj_description col_description version num_nulls
    num_nonnulls pg_collation_for enum_first enum_last enum_range nullif coalesce inet_same_family host network masklen
    point box circle polygon hashtext hashtextextended
    digest hmac crypt similarity word_similarity unaccent`),
])

/** Every call in a tree. */
export function* callsIn(tree: unknown): Generator<FunctionCall> {
  for (const [kind, node] of nodesOf({ tree })) {
    if (kind === 'FuncCall' || kind === 'funccall') yield callOf(node)
  }
}

function callOf({ funcname }: Tree): FunctionCall {
  const parts = (Array.isArray(funcname) ? funcname : []).map(
    (part: { String?: { sval?: string } }) => part.String?.sval ?? '',
  )
  return { schema: parts.length > 1 ? parts.slice(0, -1).join('.') : null, name: parts.at(-1) ?? '' }
}

/** Whether it may run code that people wrote: then nobody can tell from a text what it does. */
export function isCode({ schema, name }: FunctionCall): boolean {
  return (schema !== null && schema !== 'pg_catalog') || !KNOWN.has(name)
}

/** Whether it is computed for each row anew; code may be. */
export function isVolatile(call: FunctionCall): boolean {
  return isCode(call) || VOLATILE.includes(call.name)
}

/** Whether it moves a sequence. */
export function movesSequence({ name }: FunctionCall): boolean {
  return MOVES.includes(name)
}

/** As people write it. */
export function callText({ schema, name }: FunctionCall): string {
  return `${schema === null ? '' : `${schema}.`}${name}()`
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
