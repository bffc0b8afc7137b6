/** The queries of a footprint; each is run with `pg_catalog` alone, and names objects by class and oid. */

import { isYoung, listsOf, OWN } from './describedQuery.ts'

/** Reading, and locking single rows, changes nothing. */
const WEAK = `('AccessShareLock', 'RowShareLock', 'SIReadLock')`

/** Catalogs of objects that are no relations: they are read only where this session has written into them. */
const CATALOGS = [
  ...['pg_type', 'pg_proc', 'pg_constraint', 'pg_namespace', 'pg_extension', 'pg_operator', 'pg_default_acl'],
  ...['pg_event_trigger', 'pg_publication', 'pg_publication_rel', 'pg_publication_namespace', 'pg_language', 'pg_cast'],
  ...['pg_transform', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_ts_parser', 'pg_ts_dict', 'pg_ts_template'],
  ...['pg_ts_config', 'pg_collation', 'pg_conversion', 'pg_opclass', 'pg_opfamily', 'pg_am', 'pg_amop', 'pg_amproc'],
  ...['pg_largeobject_metadata', 'pg_statistic_ext'],
]

/** A newer server has more of them. */
const oidOf = (name: string): string =>
  name === 'pg_publication_namespace' ? `to_regclass('${name}')::oid` : `'${name}'::regclass::oid`

/** Where a row belongs to an object of another class: to which, by which of its columns. */
const OF_OTHERS: Readonly<Record<string, readonly [classid: string, oid: string]>> = {
  pg_largeobject_metadata: ['pg_largeobject', 'oid'],
  pg_amop: ['pg_opfamily', 'amopfamily'],
  pg_amproc: ['pg_opfamily', 'amprocfamily'],
}

/** What is not in a namespace, and seen by the lock that its catalog keeps until the end of a transaction. */
export const LOCKED_CATALOGS: Readonly<Record<string, string>> = {
  pg_authid: 'role',
  pg_auth_members: 'membership of a role',
  pg_db_role_setting: 'setting of a role or database',
  pg_database: 'database',
  pg_tablespace: 'tablespace',
  pg_largeobject: 'large object',
}

const texts = (names: readonly string[]): string => `ARRAY[${names.map((name) => `'${name}'`).join(', ')}]`

const LOCKS = `held AS MATERIALIZED (
    SELECT CASE l.locktype WHEN 'relation' THEN 'pg_class'::regclass::oid ELSE l.classid END AS classid, coalesce(l.relation, l.objid) AS oid, l.mode
      FROM pg_locks l
     WHERE l.pid = pg_backend_pid() AND l.granted AND l.locktype IN ('relation', 'object') AND l.mode NOT IN ${WEAK}
       AND coalesce(l.relation, l.objid) <> 0)`

/** What the session has counted may be of an earlier transaction; what it has not counted was not written. */
const isCounted = (catalog: string, what: readonly string[] = ['inserted', 'updated', 'deleted']): string =>
  `(current_setting('track_counts') = 'off' OR ${what.map((each) => `pg_stat_get_xact_tuples_${each}(${catalog})`).join(' + ')} > 0)`

/** The objects of a class in the namespaces in which names are found, $2: by namespace, however many others there are. */
const near = (catalog: string): string => `near_${catalog} AS MATERIALIZED (
    SELECT m.objid FROM pg_namespace n CROSS JOIN LATERAL (
      SELECT d.objid FROM pg_depend d
       WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid AND d.classid = '${catalog}'::regclass OFFSET 0) m
     WHERE n.nspname = ANY ($2::name[]))`

function writtenInto(catalog: string, everywhere: boolean): string {
  const [classid, oid] = OF_OTHERS[catalog] ?? [catalog, 'oid']
  const from = everywhere ? `${catalog} c` : `near_${catalog} m JOIN ${catalog} c ON c.oid = m.objid`
  return `SELECT '${classid}'::regclass::oid AS classid, c.${oid} AS oid, NULL::text AS mode, c.xmin AS xid FROM ${from} WHERE ${isYoung('c')}`
}

const GROUPED = `u.classid, u.oid, array_agg(DISTINCT u.mode) FILTER (WHERE u.mode IS NOT NULL) AS modes,
           array_agg(DISTINCT u.xid::text) FILTER (WHERE u.xid IS NOT NULL) AS xids`

/** $1: the namespace, $2: the namespaces in which names are found, it included. `everywhere`: others are looked at as well. */
export function relationsQuery(everywhere: boolean): string {
  return `WITH ${OWN}, ${LOCKS}, ${near('pg_class')},
  touched AS MATERIALIZED (
    SELECT ${GROUPED} FROM (
      SELECT h.classid, h.oid, h.mode, NULL::xid AS xid FROM held h
      UNION ALL ${writtenInto('pg_class', everywhere)} AND (SELECT ${isCounted(`'pg_class'::regclass`)})
      -- Rights on columns leave no lock.
      UNION ALL SELECT 'pg_class'::regclass, a.attrelid, NULL, a.xmin FROM near_pg_class m JOIN pg_attribute a ON a.attrelid = m.objid
       WHERE (SELECT ${isCounted(`'pg_attribute'::regclass`, ['updated'])}) AND ${isYoung('a')}) u GROUP BY 1, 2)
  SELECT (SELECT o.top::text FROM own o) AS top,
         (SELECT coalesce(json_agg(r.name), '[]') FROM unnest(${texts(CATALOGS)}, ARRAY[${CATALOGS.map(oidOf).join(', ')}]) r(name, oid)
           WHERE ${isCounted('r.oid')}) AS written,
         json_build_object(${Object.keys(LOCKED_CATALOGS)
           .map((name) => `'${name}', '${name}'::regclass::oid`)
           .join(', ')}) AS catalogs,
         ${listsOf('relations')}`
}

/** $1 and $2 as before, $3 and $4: classes and oids of objects with locks. With them, what was written into those catalogs. */
export function othersQuery(catalogs: readonly string[], everywhere: boolean): string {
  const large = ['pg_type', 'pg_proc']
  const parts = catalogs.map((name) =>
    name === 'pg_constraint'
      ? // Rules of domains leave no lock.
        `SELECT 'pg_type'::regclass, k.contypid, NULL, k.xmin FROM near_pg_type m JOIN pg_constraint k ON k.contypid = m.objid WHERE ${isYoung('k')}`
      : writtenInto(name, everywhere || !large.includes(name)),
  )
  return `WITH ${OWN}, ${large.map(near).join(', ')}, asked AS (SELECT $2::name[]),
  touched AS MATERIALIZED (
    SELECT ${GROUPED} FROM (SELECT h.classid, h.oid, NULL::text AS mode, NULL::xid AS xid FROM unnest($3::oid[], $4::oid[]) h(classid, oid)
      ${parts.map((part) => `UNION ALL ${part}`).join('\n      ')}) u GROUP BY 1, 2)
  SELECT ${listsOf('others')}`
}

/** Lists, and the keys among them that lead from the namespace to relations. */
const WITH_KEYS = `${listsOf('all')},
    (SELECT coalesce(json_agg(json_build_object('key', k.oid, 'oid', k.confrelid)), '[]')
       FROM touched t JOIN pg_constraint k ON k.oid = t.oid JOIN pg_class r ON r.oid = k.conrelid
      WHERE t.classid = 'pg_constraint'::regclass AND k.contype = 'f' AND r.relnamespace = (SELECT o.ns FROM own o)) AS keys`

/** $1: the namespace, $2 and $3: classes and oids. */
export const BESIDE_QUERY = `WITH ${OWN}, touched AS MATERIALIZED (SELECT * FROM unnest($2::oid[], $3::oid[]) t(classid, oid)) SELECT ${WITH_KEYS}`

/** $1: the namespace, $2 to $4: names of relations, types and routines. With all that goes when they go. */
export const BEFORE_QUERY = `WITH RECURSIVE ${OWN},
  closure (classid, oid) AS (
    SELECT * FROM (
      SELECT 'pg_class'::regclass::oid, c.oid FROM pg_class c WHERE c.relname = ANY ($2::name[]) AND c.relnamespace = (SELECT o.ns FROM own o)
      UNION ALL SELECT 'pg_type'::regclass, y.oid FROM pg_type y WHERE y.typname = ANY ($3::name[]) AND y.typnamespace = (SELECT o.ns FROM own o)
      UNION ALL SELECT 'pg_proc'::regclass, f.oid FROM pg_proc f WHERE f.proname = ANY ($4::name[]) AND f.pronamespace = (SELECT o.ns FROM own o)) named
    UNION
    SELECT n.* FROM closure c CROSS JOIN LATERAL (
      SELECT d.classid, d.objid FROM pg_depend d WHERE d.refclassid = c.classid AND d.refobjid = c.oid AND d.deptype NOT IN ('n', 'x')
      UNION ALL SELECT c.classid, h.inhrelid FROM pg_inherits h WHERE c.classid = 'pg_class'::regclass AND h.inhparent = c.oid) n),
  touched AS MATERIALIZED (SELECT * FROM closure)
  SELECT ${WITH_KEYS}`

/**
 * $1: the namespace, $2: relations of it, $3: relations elsewhere. Keys from the former that are new, and what is young of the
 * latter that a key does not bring.
 */
export const KEYS_QUERY = `WITH ${OWN}, other AS MATERIALIZED (SELECT o.oid FROM unnest($3::oid[]) o(oid))
  SELECT (SELECT coalesce(json_agg(json_build_object('oid', k.confrelid, 'xid', k.xmin::text)), '[]') FROM pg_constraint k
           WHERE k.conrelid = ANY ($2::oid[]) AND k.contype = 'f' AND ${isYoung('k')}) AS keys,
         (SELECT coalesce(json_agg(json_build_object('oid', x.oid, 'xid', x.xmin::text)), '[]') FROM (
            SELECT o.oid, a.xmin FROM other o JOIN pg_attribute a ON a.attrelid = o.oid
            UNION ALL SELECT o.oid, k.xmin FROM other o JOIN pg_constraint k ON k.conrelid = o.oid
            UNION ALL SELECT o.oid, g.xmin FROM other o JOIN pg_trigger g ON g.tgrelid = o.oid AND NOT g.tgisinternal
            UNION ALL SELECT o.oid, p.xmin FROM other o JOIN pg_policy p ON p.polrelid = o.oid
            UNION ALL SELECT o.oid, e.xmin FROM other o JOIN pg_rewrite e ON e.ev_class = o.oid) x WHERE ${isYoung('x')}) AS traces`
