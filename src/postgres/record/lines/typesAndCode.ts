/** Lines of types, functions, procedures and aggregates. */
import { ifSo, line, listOf, NAMESPACE_TOKEN, type Rights, unless } from './sqlParts.ts'

const TYPE_RIGHTS: Rights = { owner: 't.typowner', acl: 't.typacl', usual: `'T'::"char"` }

const TYPES = `SELECT ${line(
  { classid: 'pg_type', objid: 't.oid' },
  {
    kind: `CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'composite' END`,
    name: 'quote_ident(t.typname)',
    rights: TYPE_RIGHTS,
    facts: {
      values: listOf('e.enumlabel::text', 'pg_enum e WHERE e.enumtypid = t.oid', 'e.enumsortorder'),
      of: `CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END`,
      not_null: ifSo(`t.typtype = 'd' AND t.typnotnull`),
      default: `CASE WHEN t.typtype = 'd' THEN pg_get_expr(t.typdefaultbin, 0, true) END`,
      collation: `CASE WHEN t.typtype = 'd' AND t.typcollation <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)
        THEN t.typcollation::regcollation::text END`,
      attributes: listOf(
        `concat(quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod),
           CASE WHEN a.attcollation NOT IN (0, 'default'::regcollation) THEN ' COLLATE ' || a.attcollation::regcollation END)`,
        `pg_attribute a WHERE a.attrelid = t.typrelid AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped`,
        'a.attnum',
      ),
      range: `(SELECT jsonb_strip_nulls(jsonb_build_object('subtype', format_type(g.rngsubtype, NULL), 'class', o.opcname,
          'collation', CASE WHEN g.rngcollation NOT IN (0, 'default'::regcollation) THEN g.rngcollation::regcollation::text END,
          'canonical', nullif(g.rngcanonical::regproc::text, '-'), 'difference', nullif(g.rngsubdiff::regproc::text, '-'),
          'multirange', format_type(g.rngmultitypid, NULL)))
          FROM pg_range g JOIN pg_opclass o ON o.oid = g.rngsubopc WHERE g.rngtypid = t.oid)`,
    },
  },
)} FROM typ t`

/** Comments and rights of the attributes of a composite type hang on a relation of its own. */
const ATTRIBUTES = `SELECT ${line(
  { classid: 'pg_class', objid: 'a.attrelid', subid: 'a.attnum' },
  { kind: `'attribute'`, name: `quote_ident(t.typname) || '.' || quote_ident(a.attname)`, facts: null },
)} FROM typ t JOIN pg_attribute a ON a.attrelid = t.typrelid AND t.typtype = 'c' AND a.attnum > 0 AND NOT a.attisdropped`

/** Element by element: a namespace in a search path is a value, in whatever text it stands. */
const CONFIG = listOf(
  `CASE WHEN starts_with(c.setting, 'search_path=') THEN 'search_path=' || coalesce((
       SELECT string_agg(CASE WHEN e.hit[1] = quote_ident(w.name) THEN '${NAMESPACE_TOKEN}' ELSE e.hit[1] END, ', ' ORDER BY e.place)
         FROM regexp_matches(substr(c.setting, 13), '("(?:[^"]|"")*"|[^,[:space:]]+)', 'g') WITH ORDINALITY e(hit, place)), '')
     ELSE c.setting END`,
  'unnest(f.proconfig) c(setting)',
  'c.setting COLLATE "C"',
)

/** `name(types)`, as in COMMENT ON FUNCTION. */
const SIGNATURE = `concat(quote_ident(f.proname), '(', (SELECT string_agg(format_type(a.type, NULL), ', ' ORDER BY a.place)
  FROM unnest(f.proargtypes::oid[]) WITH ORDINALITY a(type, place)), ')')`

const AGGREGATE = `(SELECT jsonb_strip_nulls(jsonb_build_object('kind', a.aggkind, 'direct', a.aggnumdirectargs,
    'step', a.aggtransfn::regprocedure::text, 'state', format_type(a.aggtranstype, NULL), 'space', nullif(a.aggtransspace, 0),
    'final', nullif(a.aggfinalfn::regprocedure::text, '-'), 'final_extra', a.aggfinalextra, 'final_modifies', a.aggfinalmodify,
    'combine', nullif(a.aggcombinefn::regprocedure::text, '-'), 'serialize', nullif(a.aggserialfn::regprocedure::text, '-'),
    'deserialize', nullif(a.aggdeserialfn::regprocedure::text, '-'), 'initial', a.agginitval,
    'moving', nullif(a.aggmtransfn::regprocedure::text, '-'), 'moving_inverse', nullif(a.aggminvtransfn::regprocedure::text, '-'),
    'moving_final', nullif(a.aggmfinalfn::regprocedure::text, '-'), 'moving_state', nullif(format_type(nullif(a.aggmtranstype, 0), NULL), '-'),
    'moving_initial', a.aggminitval, 'moving_final_extra', a.aggmfinalextra, 'moving_final_modifies', a.aggmfinalmodify,
    'sort', nullif(a.aggsortop::regoperator::text, '0')))
    FROM pg_aggregate a WHERE a.aggfnoid = f.oid)`

const FUNCTIONS = `SELECT ${line(
  { classid: 'pg_proc', objid: 'f.oid' },
  {
    kind: `CASE f.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END`,
    name: SIGNATURE,
    rights: { owner: 'f.proowner', acl: 'f.proacl', usual: `'f'::"char"` },
    facts: {
      arguments: 'pg_get_function_arguments(f.oid)',
      returns: 'pg_get_function_result(f.oid)',
      language: '(SELECT l.lanname::text FROM pg_language l WHERE l.oid = f.prolang)',
      window: ifSo(`f.prokind = 'w'`),
      volatility: `CASE f.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END`,
      parallel: `CASE f.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END`,
      strict: ifSo('f.proisstrict'),
      leakproof: ifSo('f.proleakproof'),
      security_definer: ifSo('f.prosecdef'),
      cost: `CASE WHEN f.prokind <> 'a' THEN f.procost END`,
      rows: unless('f.prorows', '0'),
      support: `nullif(f.prosupport::regproc::text, '-')`,
      transforms: listOf('format_type(x.type, NULL)', 'unnest(f.protrftypes) x(type)', '1'),
      settings: CONFIG,
      binary: 'f.probin',
      body: `CASE WHEN f.prokind <> 'a' AND f.prosqlbody IS NULL THEN f.prosrc END`,
      sql_body: 'pg_get_function_sqlbody(f.oid)',
      aggregate: `CASE WHEN f.prokind = 'a' THEN ${AGGREGATE} END`,
    },
  },
)} FROM routine f`

/** Over `typ`. */
export const TYPE_LINES: readonly string[] = [TYPES, ATTRIBUTES]

/** Over `routine`. */
export const ROUTINE_LINES: readonly string[] = [FUNCTIONS]
