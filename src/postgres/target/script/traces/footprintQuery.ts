/** The queries of a footprint; each is run with `pg_catalog` alone, and names objects by class and oid. */

import { isYoung, LISTS, OWN } from './describedQuery.ts'

/** Reading, and locking single rows, changes nothing. */
const WEAK = `('AccessShareLock', 'RowShareLock', 'SIReadLock')`

/** Objects that are few, or rarely written: their catalogs are read only where this session has written into them. */
const RARE = [
  ...['pg_namespace', 'pg_extension', 'pg_operator', 'pg_default_acl', 'pg_event_trigger', 'pg_publication'],
  ...['pg_publication_rel', 'pg_publication_namespace', 'pg_language', 'pg_cast', 'pg_transform'],
  ...['pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_ts_parser', 'pg_ts_dict', 'pg_ts_template', 'pg_ts_config'],
  ...['pg_collation', 'pg_conversion', 'pg_opclass', 'pg_opfamily', 'pg_am', 'pg_amop', 'pg_amproc'],
  ...['pg_largeobject_metadata', 'pg_statistic_ext'],
]

/** Where the class of an object is another catalog than the one that has its row. */
const CLASSES: Readonly<Record<string, string>> = { pg_largeobject_metadata: 'pg_largeobject' }

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

const GATES = `gate AS MATERIALIZED (
    SELECT ${['pg_class', 'pg_type', 'pg_proc', 'pg_constraint'].map((name) => `${isCounted(`'${name}'::regclass`)} AS ${name}`).join(', ')},
           ${isCounted(`'pg_attribute'::regclass`, ['updated'])} AS pg_attribute)`

/** The objects of the namespaces in which names are found: $2. */
const NEAR = `near AS MATERIALIZED (
    SELECT d.classid, d.objid FROM pg_namespace n JOIN pg_depend d ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid
     WHERE n.nspname = ANY ($2::name[]) AND d.classid IN ('pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass))`

function written(everywhere: boolean): string {
  const rows = (catalog: string): string => {
    const [from, where] = everywhere
      ? [`${catalog} c`, 'true']
      : [`near m JOIN ${catalog} c ON c.oid = m.objid`, `m.classid = '${catalog}'::regclass`]
    return `SELECT '${catalog}'::regclass::oid AS classid, c.oid, NULL::text AS mode, c.xmin AS xid FROM ${from}
      WHERE ${where} AND (SELECT g.${catalog} FROM gate g) AND ${isYoung('c')}`
  }
  return [
    ...['pg_class', 'pg_type', 'pg_proc'].map(rows),
    // Rules of domains and rights on columns leave no lock.
    `SELECT 'pg_type'::regclass, k.contypid, NULL, k.xmin FROM near m JOIN pg_constraint k ON k.contypid = m.objid
      WHERE m.classid = 'pg_type'::regclass AND (SELECT g.pg_constraint FROM gate g) AND ${isYoung('k')}`,
    `SELECT 'pg_class'::regclass, a.attrelid, NULL, a.xmin FROM near m JOIN pg_attribute a ON a.attrelid = m.objid
      WHERE m.classid = 'pg_class'::regclass AND (SELECT g.pg_attribute FROM gate g) AND ${isYoung('a')}`,
  ].join('\n    UNION ALL ')
}

/** $1: the namespace, $2: the namespaces in which names are found, it included. `everywhere`: others are looked at as well. */
export function footprintQuery(everywhere: boolean): string {
  return `WITH ${OWN}, ${LOCKS}, ${GATES}, ${NEAR},
  touched AS MATERIALIZED (
    SELECT u.classid, u.oid, array_agg(DISTINCT u.mode) FILTER (WHERE u.mode IS NOT NULL) AS modes,
           array_agg(DISTINCT u.xid::text) FILTER (WHERE u.xid IS NOT NULL) AS xids
      FROM (SELECT h.classid, h.oid, h.mode, NULL::xid AS xid FROM held h UNION ALL ${written(everywhere)}) u GROUP BY 1, 2)
  SELECT (SELECT o.top::text FROM own o) AS top,
         (SELECT coalesce(json_agg(r.name), '[]') FROM unnest(${texts(RARE)}) r(name) WHERE ${isCounted('to_regclass(r.name)')}) AS rare,
         (SELECT coalesce(json_object_agg(c.name, c.name::regclass::oid), '{}') FROM unnest(${texts(Object.keys(LOCKED_CATALOGS))}) c(name)) AS catalogs,
         ${LISTS}`
}

/** $1: the namespace. What was written into these catalogs. */
export function rareQuery(catalogs: readonly string[]): string {
  const rows = catalogs.map(
    (name) =>
      `SELECT '${CLASSES[name] ?? name}'::regclass::oid AS classid, c.oid, NULL::text[] AS modes, ARRAY[c.xmin::text] AS xids FROM ${name} c WHERE ${isYoung('c')}`,
  )
  return `WITH ${OWN}, touched AS MATERIALIZED (${rows.join('\nUNION ALL ')}) SELECT ${LISTS}`
}

/** Lists, and the keys among them that lead from the namespace to relations. */
const WITH_KEYS = `${LISTS},
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
