/**
 * What is known of a column, a constraint, an index and a table, each said once: as introspection tells it, and as the
 * hash of a shape counts it. A part of the model without both does not compile.
 */
import type { Column, Index, TableTraits } from '../../physical/schema.ts'

/** One fact: SQL that tells it, and SQL of what stands for it in a hash, the same for two that are told the same. */
export interface Fact {
  readonly told: string
  readonly hashed: string
}

/** The facts of a part, by the names that the model has for them. */
export type Facts<Part> = { readonly [Name in keyof Part]-?: Fact }

/** A constraint as introspection tells it, before it becomes a part of the model. */
export interface ConstraintRow {
  readonly name: string
  readonly type: 'p' | 'u' | 'c' | 'f' | 'x' | 'n'
  readonly columns: readonly string[] | null
  readonly expression: string | null
  readonly table: string | null
  readonly references: readonly string[] | null
  readonly onDelete: string | null
  readonly plain: boolean
  readonly definition: string
}

/** What the query of shapes says of its own relations and expressions. */
export interface Hashing {
  /** Numbered columns of a relation, in order. */
  readonly names: (relation: string, numbers: string, first: 0 | 1) => string
  /** A name that begins with a dot when it lies in the namespace itself. */
  readonly unqualified: (name: string) => string
  /** The printed default, and the printed check, without the namespace. */
  readonly defaultText: string
  readonly checkText: string
  readonly nameSeparator: string
}

/** What of a column, `a`, the hashes below are made of: of `r` there is nothing else. */
export const COLUMN_ATTRIBUTES =
  'a.attname, a.atttypid, a.atttypmod, a.attnotnull, a.attcollation, a.attidentity, a.attgenerated'

/** Facts of a column: of `a` (with its type `t`, its default `d`) where they are told, of `r` where they are hashed. */
export function columnFacts({ unqualified, defaultText }: Hashing): Facts<Column> {
  return {
    name: { told: 'a.attname', hashed: 'r.attname' },
    type: {
      told: `format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attcollation <> t.typcollation THEN ' collate ' || a.attcollation::regcollation ELSE '' END`,
      hashed: `concat_ws('/', ${unqualified('r.atttypid::regtype::text')}, r.atttypmod,
        CASE WHEN r.attcollation NOT IN (0, 'default'::regcollation) THEN ${unqualified('r.attcollation::regcollation::text')} ELSE '' END)`,
    },
    // A rule that rows written before may break proves nothing; it is told, and hashed, as a constraint of its own.
    notNull: {
      told: `a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint n
        WHERE n.conrelid = a.attrelid AND n.contype = 'n' AND NOT n.convalidated AND a.attnum = ANY (n.conkey))`,
      hashed: 'r.attnotnull',
    },
    // What the model has no words for is spelled so that it never passes as equal.
    default: {
      told: `CASE
        WHEN a.attidentity <> '' THEN 'generated as identity'
        WHEN a.attgenerated <> '' THEN 'generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ')'
        ELSE pg_get_expr(d.adbin, d.adrelid) END`,
      hashed: `concat_ws('/', r.attidentity, r.attgenerated, coalesce(${defaultText}, ''))`,
    },
  }
}

/** Facts of a constraint `k` of the table `c`, or `r` where they are hashed. */
export function constraintFacts({ names, checkText, nameSeparator }: Hashing): Facts<ConstraintRow> {
  const numbered = (relation: string, numbers: string): string =>
    `(SELECT json_agg(a.attname ORDER BY u.place) FROM unnest(k.${numbers}) WITH ORDINALITY u(number, place)
        JOIN pg_attribute a ON a.attrelid = k.${relation} AND a.attnum = u.number)`
  return {
    name: { told: 'k.conname', hashed: 'r.conname' },
    type: { told: 'k.contype', hashed: 'r.contype' },
    columns: { told: numbered('conrelid', 'conkey'), hashed: `coalesce(r.columns, '')` },
    expression: {
      told: 'pg_get_expr(k.conbin, k.conrelid)',
      hashed: `CASE r.contype WHEN 'c' THEN ${checkText} ELSE '' END`,
    },
    table: {
      told: '(SELECT o.relname FROM pg_class o WHERE o.oid = k.confrelid)',
      hashed: `CASE r.contype WHEN 'f' THEN (SELECT concat_ws(${nameSeparator}, o.relname,
        CASE o.relnamespace WHEN r.ns THEN '.' ELSE o.relnamespace::regnamespace::text END)
        FROM pg_class o WHERE o.oid = r.confrelid) ELSE '' END`,
    },
    references: {
      told: numbered('confrelid', 'confkey'),
      hashed: `CASE r.contype WHEN 'f' THEN ${names('r.confrelid', 'r.confkey', 1)} ELSE '' END`,
    },
    onDelete: { told: `nullif(k.confdeltype, ' ')`, hashed: 'r.confdeltype' },
    // Whether the model's words say everything about it.
    plain: {
      told: `k.convalidated AND NOT k.condeferrable
        AND (k.contype <> 'f' OR k.confupdtype = 'a' AND k.confmatchtype = 's'
          AND (to_jsonb(k) ->> 'confdelsetcols') IS NULL AND EXISTS (
              SELECT FROM pg_class o WHERE o.oid = k.confrelid AND o.relnamespace = c.relnamespace))
        AND (k.contype NOT IN ('p', 'u') OR NOT coalesce((
              SELECT (to_jsonb(x) ->> 'indnullsnotdistinct')::boolean OR x.indnatts <> x.indnkeyatts
                FROM pg_index x WHERE x.indexrelid = k.conindid), false))`,
      hashed: `concat_ws('/', r.convalidated, r.condeferrable, r.condeferred, r.confupdtype, r.confmatchtype,
        coalesce(${names('r.conrelid', 'r.confdelsetcols', 1)}, ''))`,
    },
    definition: {
      told: 'pg_get_constraintdef(k.oid)',
      hashed: `CASE
        WHEN r.contype = 'x' THEN replace(pg_get_constraintdef(r.id), r.own, '.')
        WHEN r.contype IN ('p', 'u') THEN (
          SELECT CASE WHEN x.indnatts = x.indnkeyatts THEN ''
                      ELSE replace(pg_get_constraintdef(r.id), r.own, '.') END || indnullsnotdistinct::text
            FROM pg_index x WHERE x.indexrelid = r.conindid)
        ELSE '' END`,
    },
  }
}

/** Facts of an index `x`, whose relation is `i`, with its access method `m` where they are told. */
export function indexFacts({ names }: Hashing): Facts<Index> {
  return {
    name: { told: 'i.relname', hashed: 'i.relname' },
    unique: { told: 'x.indisunique', hashed: 'x.indisunique' },
    valid: { told: 'x.indisvalid', hashed: 'x.indisvalid' },
    // One that is more than columns in order is told by its definition.
    columns: {
      told: `CASE
        WHEN x.indpred IS NULL AND x.indexprs IS NULL AND m.amname = 'btree' AND x.indnatts = x.indnkeyatts
             AND NOT coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, false)
             AND 0 = ALL (x.indoption::smallint[])
             AND NOT EXISTS (SELECT FROM pg_opclass o
                              WHERE o.oid = ANY (x.indclass::oid[]) AND NOT o.opcdefault)
        THEN (SELECT json_agg(a.attname ORDER BY u.place)
                FROM unnest(x.indkey::smallint[]) WITH ORDINALITY u(number, place)
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number)
        ELSE json_build_array(regexp_replace(pg_get_indexdef(x.indexrelid), '^.*? USING ', '')) END`,
      hashed: `CASE
        WHEN x.indpred IS NULL AND x.indexprs IS NULL AND x.indnatts = x.indnkeyatts AND NOT x.indnullsnotdistinct
             AND 0 = ALL (x.indoption::smallint[]) AND i.relam = (SELECT m.oid FROM pg_am m WHERE m.amname = 'btree')
             AND NOT x.indclass::oid[] && ARRAY(SELECT o.oid FROM pg_opclass o WHERE NOT o.opcdefault)
        THEN ${names('x.indrelid', 'x.indkey::smallint[]', 0)}
        ELSE replace(regexp_replace(pg_get_indexdef(x.indexrelid), '^.*? USING ', '.'), r.own, '.') END`,
    },
  }
}

/** What makes a table more, or less, than an ordinary one of ours; the same SQL over `pg_class` tells and hashes it. */
export function tableTraits(table: string): { readonly [Name in keyof TableTraits]-?: string } {
  return {
    kind: `CASE WHEN ${table}.relkind = 'p' THEN 'a partitioned table' WHEN ${table}.relkind = 'f' THEN 'a foreign table'
      WHEN ${table}.relispartition THEN 'a partition' WHEN ${table}.reloftype <> 0 THEN 'a typed table' END`,
    inheritance: `CASE WHEN ${table}.relispartition THEN NULL
      WHEN ${table}.oid IN (SELECT h.inhrelid FROM pg_inherits h) THEN 'inherits from another table'
      WHEN ${table}.relkind <> 'p' AND ${table}.relhassubclass
           AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = ${table}.oid) THEN 'others inherit from it' END`,
    storage: `CASE ${table}.relpersistence WHEN 'u' THEN 'unlogged' WHEN 't' THEN 'temporary' END`,
    rowSecurity: `CASE WHEN ${table}.relrowsecurity AND ${table}.relforcerowsecurity THEN 'on, forced'
      WHEN ${table}.relrowsecurity THEN 'on' WHEN ${table}.relforcerowsecurity THEN 'off, forced' END`,
    // Never the name of a role, which would give every tenant a shape of its own.
    owner: `CASE WHEN NOT pg_has_role(${table}.relowner, 'USAGE') THEN 'a role for which ours may not act' END`,
  }
}

/** Constraints `k` that are told; of NOT NULL, which columns have, those of Postgres 18 that nobody has validated. */
export const CONSTRAINTS_TOLD = `(k.contype IN ('p', 'u', 'c', 'f', 'x') OR k.contype = 'n' AND NOT k.convalidated)
  AND NOT starts_with(k.conname, '_aside_')`

/** The relations that are told: tables of any kind. */
export const TABLES = `('r', 'p', 'f')`

/** An object of what is told. */
export function toldObject(facts: Readonly<Record<string, Fact>>): string {
  return `json_build_object(${Object.entries(facts)
    .map(([name, { told }]) => `'${name}', ${told}`)
    .join(', ')})`
}

/** A list of what is hashed. */
export function hashedList(facts: Readonly<Record<string, Fact>>): string {
  return Object.values(facts)
    .map(({ hashed }) => hashed)
    .join(', ')
}
