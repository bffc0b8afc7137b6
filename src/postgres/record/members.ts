/** The objects of a namespace `w`: all of them, or those whose names were asked for. */
import type { Only } from '../../sql/onlyLines.ts'
import { isCounted } from './lines/sqlParts.ts'

/** Parts of extensions belong to the database. */
const MEMBER = `member AS MATERIALIZED (
    SELECT DISTINCT d.classid, d.objid FROM pg_depend d
     WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = w.oid AND d.objsubid = 0
       AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e'))`

/** With their partitions and children, however deep, each by its first parent in the namespace, and the sequences of their columns. */
const CHOSEN = `down AS (
    SELECT c.oid FROM pg_class c WHERE c.relnamespace = w.oid AND c.relname = ANY ($3::name[])
    UNION
    SELECT h.inhrelid FROM down d JOIN pg_inherits h ON h.inhparent = d.oid
     WHERE h.inhseqno = (SELECT min(x.inhseqno) FROM pg_inherits x JOIN pg_class p ON p.oid = x.inhparent
                          WHERE x.inhrelid = h.inhrelid AND p.relnamespace = w.oid)),
  chosen AS MATERIALIZED (
    SELECT d.oid FROM down d
    UNION SELECT s.objid FROM down d JOIN pg_depend s ON s.refclassid = 'pg_class'::regclass AND s.refobjid = d.oid AND s.refobjsubid > 0
           WHERE s.classid = 'pg_class'::regclass AND s.deptype IN ('a', 'i'))`

const relationsWhere = (isAsked: string): string => `
  whole AS MATERIALIZED (
    SELECT c.*, (SELECT h.inhparent FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
                  WHERE h.inhrelid = c.oid AND p.relnamespace = w.oid ORDER BY h.inhseqno LIMIT 1) AS parent
      FROM member m JOIN pg_class c ON c.oid = m.objid
     WHERE m.classid = 'pg_class'::regclass AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND ${isCounted('c.relname')} AND ${isAsked}),
  rel AS MATERIALIZED (SELECT * FROM whole WHERE parent IS NULL),
  child AS MATERIALIZED (SELECT * FROM whole WHERE parent IS NOT NULL)`

const typesWhere = (isAsked: string): string => `
  typ AS MATERIALIZED (
    SELECT t.* FROM member m JOIN pg_type t ON t.oid = m.objid
     WHERE m.classid = 'pg_type'::regclass AND t.typtype IN ('e', 'd', 'r', 'c') AND ${isCounted('t.typname')} AND ${isAsked})`

/** Those that a type brings with it are the type's. */
const routinesWhere = (isAsked: string): string => `
  routine AS MATERIALIZED (
    SELECT f.* FROM member m JOIN pg_proc f ON f.oid = m.objid
     WHERE m.classid = 'pg_proc'::regclass AND ${isCounted('f.proname')} AND ${isAsked}
       AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = m.classid AND i.objid = m.objid AND i.deptype = 'i' AND i.refclassid = 'pg_type'::regclass))`

const statisticsWhere = (isAsked: string): string => `
  statistic AS MATERIALIZED (
    SELECT s.* FROM member m JOIN pg_statistic_ext s ON s.oid = m.objid WHERE m.classid = 'pg_statistic_ext'::regclass
       AND ${isCounted('s.stxname')} AND ${isAsked})`

/** Of a table in another namespace. */
const OF_NO_RELATION = '(SELECT c.relnamespace FROM pg_class c WHERE c.oid = s.stxrelid) <> w.oid'

/** `member` is everything; `rel`, `child`, `typ`, `routine` and `statistic` are what is asked for, of which lines are made. */
export function membersOf(only: Only | null): string {
  if (only === null) {
    const all = [relationsWhere, typesWhere, routinesWhere, statisticsWhere].map((part) => part('true'))
    return [MEMBER, ...all].join(',')
  }
  const statistics = ['s.stxrelid IN (SELECT oid FROM chosen)', ...(only.namespace ? [OF_NO_RELATION] : [])]
  return [
    'asked AS (SELECT $3::name[], $4::name[], $5::name[])',
    MEMBER,
    CHOSEN,
    relationsWhere('c.oid IN (SELECT oid FROM chosen)'),
    typesWhere('t.typname = ANY ($4::name[])'),
    routinesWhere('f.proname = ANY ($5::name[])'),
    statisticsWhere(`(${statistics.join(' OR ')})`),
  ].join(',\n  ')
}
