/** Lines of tables, views and sequences, and of their columns. */
import { ifSo, isCounted, line, listOf, type Rights, unless } from './sqlParts.ts'

const RIGHTS: Rights = {
  owner: 'r.relowner',
  acl: 'r.relacl',
  usual: `(CASE r.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char"`,
}

/** The word for a relation `r`. */
export const RELATION_KIND = `CASE r.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'S' THEN 'sequence' ELSE 'table' END`

/** Of the parameters of storage only those that change what a view means. */
const VIEW_OPTIONS = listOf(
  'o.option',
  `unnest(r.reloptions) o(option) WHERE split_part(o.option, '=', 1) IN ('security_invoker', 'security_barrier', 'check_option')`,
  'o.option COLLATE "C"',
)

const SEQUENCE = `(SELECT jsonb_build_object('type', format_type(s.seqtypid, NULL), 'start', s.seqstart::text, 'increment', s.seqincrement::text,
    'min', s.seqmin::text, 'max', s.seqmax::text, 'cache', s.seqcache::text, 'cycle', s.seqcycle) FROM pg_sequence s WHERE s.seqrelid = r.oid)`

const RELATIONS = `SELECT ${line(
  { classid: 'pg_class', objid: 'r.oid' },
  {
    kind: RELATION_KIND,
    name: 'quote_ident(r.relname)',
    rights: RIGHTS,
    facts: {
      persistence: `CASE r.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END`,
      row_security: `CASE WHEN r.relrowsecurity THEN CASE WHEN r.relforcerowsecurity THEN 'on, forced' ELSE 'on' END
        WHEN r.relforcerowsecurity THEN 'off, forced' END`,
      partitioned_by: `CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END`,
      partition_of_another_namespace: 'pg_get_expr(r.relpartbound, r.oid)',
      inherits: listOf('h.inhparent::regclass::text', 'pg_inherits h WHERE h.inhrelid = r.oid', 'h.inhseqno'),
      of: 'CASE WHEN r.reloftype <> 0 THEN format_type(r.reloftype, NULL) END',
      access_method: `CASE WHEN r.relkind IN ('r', 'm') THEN (SELECT m.amname::text FROM pg_am m WHERE m.oid = r.relam AND m.amname <> 'heap') END`,
      definition: `CASE WHEN r.relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid, true) END`,
      options: `CASE WHEN r.relkind IN ('v', 'm') THEN ${VIEW_OPTIONS} END`,
      sequence: SEQUENCE,
    },
  },
)} FROM rel r`

/** The constraint of a column that may be there but not hold everywhere; Postgres 18 has one for each NOT NULL. */
function notNull(major: number): string {
  const trait =
    major < 18
      ? 'NULL'
      : `(SELECT CASE WHEN NOT k.convalidated THEN 'not valid' WHEN k.connoinherit THEN 'not inherited' END FROM pg_constraint k
           WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum])`
  return `CASE WHEN a.attnotnull THEN coalesce(to_jsonb(${trait}::text), to_jsonb(true)) ELSE to_jsonb(${trait}::text) END`
}

function columns(major: number): string {
  return `SELECT ${line(
    { classid: 'pg_class', objid: 'a.attrelid', subid: 'a.attnum' },
    {
      kind: `'column'`,
      name: `quote_ident(r.relname) || '.' || quote_ident(a.attname)`,
      rights: { owner: 'NULL::oid', acl: 'a.attacl', usual: `'c'::"char"` },
      facts: {
        type: 'format_type(a.atttypid, a.atttypmod)',
        collation: `CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END`,
        not_null: notNull(major),
        default: `CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid, true) END`,
        identity: `CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END`,
        generated: `CASE WHEN a.attgenerated <> '' THEN concat(CASE a.attgenerated WHEN 's' THEN 'stored' ELSE 'virtual' END,
          ' ', pg_get_expr(d.adbin, d.adrelid, true)) END`,
        storage: unless('a.attstorage::text', 't.typstorage::text'),
        compression: `nullif(a.attcompression::text, '')`,
      },
    },
  )} FROM rel r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
   WHERE r.relkind <> 'S' AND ${isCounted('a.attname')}`
}

const KEYS = listOf(
  `concat(pg_get_indexdef(x.indexrelid, p.place, true),
     CASE WHEN p.place <= x.indnkeyatts THEN concat(
       CASE WHEN x.indcollation[p.place - 1] NOT IN (0, 'default'::regcollation) THEN ' COLLATE ' || (x.indcollation[p.place - 1])::regcollation END,
       ' ' || (SELECT o.opcname FROM pg_opclass o WHERE o.oid = x.indclass[p.place - 1]),
       (SELECT ' ' || a.attoptions::text FROM pg_attribute a WHERE a.attrelid = x.indexrelid AND a.attnum = p.place),
       CASE WHEN x.indoption[p.place - 1]::int & 1 = 1 THEN ' DESC' END,
       CASE WHEN x.indoption[p.place - 1]::int & 2 = 2 THEN ' NULLS FIRST' END) END)`,
  'generate_series(1, x.indnkeyatts::int) p(place)',
  'p.place',
)

/** By its parts, because the text of a definition holds parameters of storage. */
function indexes(major: number): string {
  return `SELECT ${line(
    { classid: 'pg_class', objid: 'i.oid' },
    {
      kind: `'index'`,
      name: 'quote_ident(i.relname)',
      // Of one that a constraint has made, the constraint tells.
      facts: {
        table: 'quote_ident(r.relname)',
        method: 'm.amname::text',
        unique: ifSo('x.indisunique'),
        nulls_not_distinct: major < 15 ? 'NULL::boolean' : ifSo('x.indnullsnotdistinct'),
        keys: KEYS,
        include: listOf(
          'pg_get_indexdef(x.indexrelid, p.place, true)',
          'generate_series(x.indnkeyatts + 1, x.indnatts::int) p(place)',
          'p.place',
        ),
        where: 'pg_get_expr(x.indpred, x.indrelid, true)',
        invalid: ifSo('NOT x.indisvalid'),
      },
    },
  )} FROM rel r
    JOIN pg_index x ON x.indrelid = r.oid
    JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_am m ON m.oid = i.relam
   WHERE ${isCounted('i.relname')}
     AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = x.indrelid AND k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))`
}

/** A comment on the index behind a constraint is the only thing that its constraint does not tell. */
const INDEXES_OF_CONSTRAINTS = `SELECT ${line(
  { classid: 'pg_class', objid: 'k.conindid' },
  { kind: `'index'`, name: 'quote_ident(i.relname)', facts: null },
)} FROM rel r JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype IN ('p', 'u', 'x') JOIN pg_class i ON i.oid = k.conindid
   WHERE ${isCounted('i.relname')}`

/** All of them, as a server of that major tells them. */
export function relationLines(major: number): readonly string[] {
  return [RELATIONS, columns(major), indexes(major), INDEXES_OF_CONSTRAINTS]
}
