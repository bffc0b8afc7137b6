/** Asks whether targets can do what a plan needs: rights, kinds of tables, free numbers of columns. Reads only. */

import { TargetDrifted } from '../../errors.ts'
import type { PlanNeeds, TableNeeds } from '../../physical/plan/needs.ts'
import type { TableTraits } from '../../physical/schema.ts'
import { textArray } from '../../physical/sql.ts'
import { TABLES, tableTraits } from '../introspection/facts.ts'
import { type Place, whereOf } from '../sessions/servers.ts'
import type { Told } from './actingObstacles.ts'
import { type Bound, boundIn } from './boundObjects.ts'
import { type Blind, blindIn } from './replicaRights.ts'

/** Postgres counts dropped columns too. */
const MOST_COLUMNS = 1_600
const MOST_NAMED = 5

/** What is not as usual: of one table, or of the namespace itself when `table` is null. */
interface Unusual {
  readonly namespace: string
  readonly table: string | null
  readonly traits: TableTraits
  /** The role that owns it, and ours. */
  readonly owner: string
  readonly role: string
  /** How many numbers of columns it has given away. */
  readonly columns: number
  readonly mayRefer: boolean
  /** The rules that make something else of an UPDATE. */
  readonly rules: string | null
  /** Tables that inherit from it and belong to roles for which ours may not act: what it gets, they get. */
  readonly strangers: string | null
  /** Columns that have its rows for their type. */
  readonly typed: string | null
  readonly version: number
}

/** What stands in the way in each namespace, in words, from the rows of both kinds of queries. */
export function obstaclesIn(rows: readonly unknown[], needs: PlanNeeds): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const each of rows as readonly (Unusual | Bound | Blind | Told)[]) {
    const words = 'words' in each ? [each.words] : wordsOf(each, needs)
    if (words.length > 0) found.set(each.namespace, [...(found.get(each.namespace) ?? []), ...words])
  }
  return found
}

function wordsOf(each: Unusual | Bound | Blind, needs: PlanNeeds): readonly string[] {
  return 'blind' in each ? [blindIn(each)] : 'name' in each ? [boundIn(each)] : obstaclesOf(each, needs)
}

/** The refusal of a target on which a plan could not run. */
export function unready(target: Place, obstacles: readonly string[]): TargetDrifted {
  const more = obstacles.length > MOST_NAMED ? `; and ${obstacles.length - MOST_NAMED} more` : ''
  return new TargetDrifted(
    'TARGET_UNFIT',
    `${whereOf(target)} cannot take this change: ${obstacles.slice(0, MOST_NAMED).join('; ')}${more}.`,
    { details: { obstacles } },
  )
}

function obstaclesOf(unusual: Unusual, { tables, creates }: PlanNeeds): readonly string[] {
  const { table, owner, role } = unusual
  if (table === null) {
    return creates ? [`our role ${role} may not create objects in the namespace, which belongs to ${owner}`] : []
  }
  const needs = tables.find((each) => each.table === table)
  return needs === undefined ? [] : [...ofRights(table, unusual, needs), ...ofKind(table, unusual, needs)]
}

function ofRights(table: string, unusual: Unusual, needs: TableNeeds): string[] {
  const { traits, owner, role, columns, mayRefer, strangers } = unusual
  const foreign = needs.altered && traits.owner !== undefined
  return [
    ...(foreign ? [`${table} belongs to ${owner}, for whom our role ${role} may not act`] : []),
    ...((needs.columns || needs.heirs) && strangers !== null
      ? [`changes to ${table} reach ${strangers} as well, for whose owner our role ${role} may not act`]
      : []),
    ...(needs.referred && !mayRefer
      ? [
          `our role ${role} may not refer to ${table}, which belongs to ${owner}: it needs REFERENCES, and UPDATE to lock it meanwhile`,
        ]
      : []),
    ...(needs.added > 0 && columns + needs.added > MOST_COLUMNS
      ? [
          `${table} has used ${columns} of the ${MOST_COLUMNS} column numbers that Postgres has, counting dropped columns: ` +
            'it must be built anew, for example by dump and restore',
        ]
      : []),
  ]
}

function ofKind(table: string, { traits, rules, typed, version }: Unusual, needs: TableNeeds): string[] {
  const { kind, inheritance, storage } = traits
  const isPartitioned = kind === 'a partitioned table'
  const refused: [boolean, string][] = [
    [kind === 'a foreign table', `${table} is a foreign table`],
    [
      isPartitioned && needs.index,
      `${table} is partitioned: its indexes cannot be built or dropped while others write`,
    ],
    [
      isPartitioned && needs.refers && version < 180_000,
      `${table} is partitioned: a foreign key cannot be added to it without keeping writers out`,
    ],
    [kind === 'a partition' && needs.columns, `${table} is a partition: its columns are those of its parent`],
    [kind === 'a typed table' && needs.columns, `${table} is a typed table: its columns are those of its type`],
    [inheritance === 'inherits from another table' && needs.columns, `${table} inherits columns from another table`],
    [
      inheritance === 'others inherit from it' && needs.everyRow,
      `other tables inherit from ${table}, whose rows no trigger of ${table} sees`,
    ],
    [
      rules !== null && needs.everyRow,
      `${table} has a rule on UPDATE (${rules}), past which not every row can be written: drop it first, and create it again afterwards`,
    ],
    [
      typed !== null && needs.fills,
      `rows of ${table} are values of ${typed}, and Postgres adds no column with a default then: drop it first, and create it again afterwards`,
    ],
    [storage !== undefined && needs.referred, `${table} is ${storage}: a permanent table cannot refer to it`],
  ]
  return refused.filter(([stands]) => stands).map(([, words]) => words)
}

/** At most one query for all namespaces, for a search path of `pg_catalog`: rows where something is not as usual. */
export function readinessQueries(namespaces: readonly string[], needs: PlanNeeds): readonly string[] {
  return needs.tables.length === 0 && !needs.creates ? [] : [query(namespaces, needs)]
}

// The usual table has none, and costs no look.
const STRANGERS = `CASE WHEN c.relhassubclass THEN (
             WITH RECURSIVE below AS (
               SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = c.oid
               UNION SELECT i.inhrelid FROM below b JOIN pg_inherits i ON i.inhparent = b.inhrelid)
             SELECT string_agg(format('%s (%s)', o.oid::regclass, o.relowner::regrole), ', ' ORDER BY o.relname)
               FROM below b JOIN pg_class o ON o.oid = b.inhrelid WHERE NOT pg_has_role(o.relowner, 'USAGE')) END`

// Lists of it, domains over it and composite types with it among them.
const TYPED = `(WITH RECURSIVE made (type) AS (
               SELECT c.reltype
               UNION SELECT coalesce(k.reltype, d.objid) FROM made m
                 JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = m.type
                 LEFT JOIN pg_class k ON d.classid = 'pg_class'::regclass AND k.oid = d.objid AND k.relkind = 'c'
                WHERE d.classid = 'pg_type'::regclass OR k.oid IS NOT NULL)
             SELECT string_agg(DISTINCT format('%s.%s', o.oid::regclass, a.attname), ', ')
               FROM made m
               JOIN pg_depend d ON d.refclassid = 'pg_type'::regclass AND d.refobjid = m.type
                AND d.classid = 'pg_class'::regclass AND d.objsubid > 0
               JOIN pg_class o ON o.oid = d.objid AND o.relkind IN ('r', 'p', 'm')
               JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum = d.objsubid AND NOT a.attisdropped)`

function query(namespaces: readonly string[], { tables, creates }: PlanNeeds): string {
  const names = tables.map(({ table }) => table)
  const most = MOST_COLUMNS - Math.max(0, ...tables.map(({ added }) => added))
  const traits = Object.entries(tableTraits('c')).filter(([name]) => name !== 'rowSecurity')
  return `
  WITH wanted AS (
    SELECT n.nspname AS name, n.oid, n.nspowner FROM pg_namespace n WHERE n.nspname = ANY (${textArray(namespaces)})
  ), seen AS (
    SELECT w.name AS namespace, c.relname AS "table",
           json_strip_nulls(json_build_object(${traits.map(([name, sql]) => `'${name}', ${sql}`).join(', ')})) AS traits,
           c.relowner::regrole::text AS owner, c.relnatts AS columns,
           (has_table_privilege(c.oid, 'REFERENCES') OR has_any_column_privilege(c.oid, 'REFERENCES'))
             AND has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE') AS "mayRefer",
           (SELECT string_agg(r.rulename, ', ' ORDER BY r.rulename) FROM pg_rewrite r
             WHERE r.ev_class = c.oid AND r.ev_type = '2' AND r.ev_enabled <> 'D') AS rules,
           ${STRANGERS} AS strangers, ${tables.some(({ fills }) => fills) ? TYPED : 'NULL::text'} AS typed
      FROM wanted w
      JOIN pg_class c ON c.relnamespace = w.oid AND c.relkind IN ${TABLES} AND c.relname = ANY (${textArray(names)})
  )
  SELECT s.*, current_user::text AS role, current_setting('server_version_num')::integer AS version
    FROM seen s
   WHERE s.traits::text <> '{}' OR s.columns > ${most} OR NOT s."mayRefer" OR s.rules IS NOT NULL
      OR s.strangers IS NOT NULL OR s.typed IS NOT NULL
  UNION ALL
  SELECT w.name, NULL, '{}', w.nspowner::regrole::text, 0, true, NULL, NULL, NULL, current_user::text, 0
    FROM wanted w WHERE ${creates} AND NOT has_schema_privilege(w.oid, 'CREATE')`
}
