/** Lines of what is said of objects, of the namespace itself, and of what nothing describes. */
import { UNSUPPORTED } from '../../../sql/record.ts'
import { line, listOf, NAMESPACE_TOKEN, rightsText, role } from './sqlParts.ts'

/** The namespace, for its comment and its rights. */
export const NAMESPACE_LINES = `SELECT ${line(
  { classid: 'pg_namespace', objid: 'w.oid' },
  {
    kind: `'namespace'`,
    name: `'${NAMESPACE_TOKEN}'`,
    facts: null,
    rights: { owner: 'w.nspowner', acl: 'w.nspacl', usual: `'n'::"char"` },
  },
)}`

/** An object as people say it, where something is said of it. */
const OBJECT = `replace(o.kind, '_', ' ') || ' ' || o.name`

/** Queries of (kind, name, facts) over `object`, the lines so far. */
export const LINES_OF_OBJECTS: readonly string[] = [
  'SELECT o.kind, o.name, o.facts FROM object o WHERE o.facts IS NOT NULL',
  `SELECT 'owner', ${OBJECT}, jsonb_build_object('role', ${role('o.owner')})
     FROM object o WHERE o.owner <> w.nspowner`,
  // Rights as they are without any GRANT may also be written out.
  `SELECT * FROM (
     SELECT 'grants', ${OBJECT}, coalesce(${rightsText('o.acl')}, '{}') AS rights
       FROM object o WHERE o.acl IS NOT NULL AND NOT (o.usual = 'c' AND o.acl = '{}')
        AND ${rightsText('o.acl')} IS DISTINCT FROM CASE o.usual WHEN 'c' THEN NULL ELSE ${rightsText('acldefault(o.usual, o.owner)')} END) g`,
  `SELECT 'comment', ${OBJECT}, jsonb_build_object('text', c.description)
     FROM object o JOIN pg_description c ON c.objoid = o.objid AND c.classoid = o.classid AND c.objsubid = o.subid`,
]

const OF_RELATIONS = [
  `SELECT 'populated', 'materialized view ' || quote_ident(r.relname), jsonb_build_object('populated', r.relispopulated)
     FROM rel r WHERE r.relkind = 'm'`,
  `SELECT 'owned_by', 'sequence ' || quote_ident(r.relname), jsonb_build_object('column', d.refobjid::regclass::text || '.' || quote_ident(a.attname))
     FROM rel r JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('a', 'i')
      AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
     JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE r.relkind = 'S'`,
]

const OF_NAMESPACE = [
  `SELECT 'default_privileges', ${role('d.defaclrole')} || ' ' || CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences'
       WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' ELSE d.defaclobjtype::text END, coalesce(${rightsText('d.defaclacl')}, '{}')
     FROM pg_default_acl d WHERE d.defaclnamespace = w.oid`,
  `SELECT 'extension', quote_ident(e.extname), jsonb_build_object('version', e.extversion)
     FROM pg_extension e WHERE e.extnamespace = w.oid`,
]

function publications(major: number): string {
  const part = major < 15 ? { columns: 'NULL::jsonb', where: 'NULL::text' } : PARTS_OF_PUBLICATION
  return `SELECT 'publication', quote_ident(p.pubname) || ' of ' || quote_ident(r.relname),
            jsonb_strip_nulls(jsonb_build_object('columns', ${part.columns}, 'where', ${part.where}))
       FROM rel r JOIN pg_publication_rel x ON x.prrelid = r.oid JOIN pg_publication p ON p.oid = x.prpubid`
}

const PUBLICATIONS_OF_NAMESPACE = `SELECT 'publication', quote_ident(p.pubname) || ' of the namespace', '{}'::jsonb
  FROM pg_publication_namespace x JOIN pg_publication p ON p.oid = x.pnpubid WHERE x.pnnspid = w.oid`

const PARTS_OF_PUBLICATION = {
  columns: listOf(
    'quote_ident(a.attname)',
    'pg_attribute a WHERE a.attrelid = x.prrelid AND a.attnum = ANY (x.prattrs::smallint[])',
    'a.attname COLLATE "C"',
  ),
  where: 'pg_get_expr(x.prqual, x.prrelid, true)',
} as const

/** What has no line of its own; a new kind of object of a newer server belongs here by itself. */
const UNDESCRIBED = `SELECT '${UNSUPPORTED}', i.type || ' ' || coalesce(quote_ident(i.name), i.identity), '{}'::jsonb
  FROM member m CROSS JOIN LATERAL pg_identify_object(m.classid, m.objid, 0) i
 WHERE NOT (
   m.classid IN ('pg_statistic_ext'::regclass, 'pg_default_acl'::regclass, 'pg_extension'::regclass, 'pg_proc'::regclass)
   OR i.type = 'publication namespace'
   OR m.classid = 'pg_class'::regclass AND (SELECT c.relkind IN ('r', 'p', 'v', 'm', 'S') FROM pg_class c WHERE c.oid = m.objid)
   OR m.classid = 'pg_type'::regclass AND (SELECT t.typtype IN ('e', 'd', 'r', 'c', 'm') FROM pg_type t WHERE t.oid = m.objid))`

/** More of relations. */
export function linesOfRelations(major: number): readonly string[] {
  return [...OF_RELATIONS, publications(major)]
}

/** Of the namespace, and of what is in it and belongs to no object that has lines. */
export function linesOfNamespace(major: number): readonly string[] {
  return [...OF_NAMESPACE, ...(major < 15 ? [] : [PUBLICATIONS_OF_NAMESPACE]), UNDESCRIBED]
}
