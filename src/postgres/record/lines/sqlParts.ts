/**
 * Parts of the query of records. Each `*_LINES` is a query over `member` and `rel` that gives, for each object,
 * its class and oid, its kind, its name, what is known of it, its owner, its rights and what rights are without any GRANT.
 */

/** The columns that each such query gives, in order. */
export const LINE_COLUMNS = 'classid, objid, subid, kind, name, facts, owner, acl, usual'

/** What stands for the namespace wherever a name of it is a value of its own. */
export const NAMESPACE_TOKEN = '<namespace>'

/** A line; facts that are null are left out. Without facts there is no line of its own, but what is said of the object counts. */
export function line(
  object: { classid: string; objid: string; subid?: string },
  {
    kind,
    name,
    facts,
    rights,
  }: { kind: string; name: string; facts: Readonly<Record<string, string>> | null; rights?: Rights },
): string {
  const pairs = Object.entries(facts ?? {}).map(([key, value]) => `'${key}', ${value}`)
  // A function takes at most 100 arguments, which no line comes near.
  const told = facts === null ? 'NULL::jsonb' : `jsonb_strip_nulls(jsonb_build_object(${pairs.join(', ')}))`
  const { owner = 'NULL::oid', acl = 'NULL::aclitem[]', usual = 'NULL::"char"' } = rights ?? {}
  return `'${object.classid}'::regclass::oid, ${object.objid}, ${object.subid ?? '0'}, ${kind}, ${name}, ${told}, ${owner}, ${acl}, ${usual}`
}

/** Whose an object is; `usual` is the letter by which `acldefault` knows its type. */
export interface Rights {
  readonly owner: string
  readonly acl: string
  readonly usual: string
}

/** A role by what it is to the namespace: a fleet may have one for each tenant. */
export function role(oid: string): string {
  return `(CASE ${oid} WHEN 0 THEN 'public' WHEN w.nspowner THEN '<owner>' ELSE coalesce(
    (SELECT CASE WHEN held.rolname = w.tenant_role THEN '<tenant>' ELSE quote_ident(held.rolname) END
       FROM pg_roles held WHERE held.oid = ${oid}), ${oid}::text) END)`
}

/** Rights in an order of their own, whoever granted them. */
export function rightsText(acl: string): string {
  return `(SELECT jsonb_object_agg(g.grantee, g.rights) FROM (
    SELECT ${role('x.grantee')} AS grantee, string_agg(DISTINCT lower(x.privilege_type)
             || CASE WHEN x.is_grantable THEN ' with grant option' ELSE '' END, ', ') AS rights
      FROM aclexplode(${acl}) x GROUP BY 1) g)`
}

/** A list in its own order, of texts. */
export function listOf(text: string, from: string, order: string): string {
  return `(SELECT jsonb_agg(${text} ORDER BY ${order}) FROM ${from})`
}

/** True, or nothing: a fact that is rarely so. */
export function ifSo(condition: string): string {
  return `CASE WHEN ${condition} THEN true END`
}

/** A fact of which one value is the usual one. */
export function unless(value: string, usual: string): string {
  return `CASE WHEN ${value} IS DISTINCT FROM ${usual} THEN ${value} END`
}

/** What is set aside does not count. */
export function isCounted(name: string): string {
  return `NOT starts_with(${name}::text, '_aside_')`
}
