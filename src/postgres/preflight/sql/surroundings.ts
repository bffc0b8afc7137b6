/** What a change by SQL meets around the objects that it touches: names, rights, roles, extensions. */
import type { ClientBase } from 'pg'
import { unquoted } from '../../../sql/lineNames.ts'
import type { Printing } from '../../../sql/record.ts'

/** Names that a change adds, without quotes. */
export interface AddedNames {
  /** Tables, views, sequences and indexes. */
  readonly relations: readonly string[]
  readonly types: readonly string[]
  /** `signature`: as lines of records have it. */
  readonly routines: readonly { readonly name: string; readonly signature: string }[]
  /** Of tables that were there before. */
  readonly constraints: readonly { readonly table: string; readonly name: string }[]
}

/** What is asked of each namespace. */
export interface SurroundingsQuestion {
  readonly adds: AddedNames
  /** Relations that have to be there, without quotes. */
  readonly needs?: readonly string[]
  readonly roles: readonly string[]
  readonly extensions: readonly string[]
}

/** What one namespace says. */
export interface Surroundings {
  readonly namespace: string
  readonly printing: Printing
  /** In plain words. */
  readonly obstacles: readonly string[]
}

interface Row {
  readonly namespace: string
  readonly major: number
  readonly role: string
  readonly owner: string
  readonly may_become: boolean
  readonly may_create: boolean
  readonly taken: readonly { readonly kind: string; readonly name: string }[]
  readonly no_roles: readonly string[]
  readonly missing: readonly string[]
  readonly extensions: Readonly<Record<string, string>>
}

/** From 16 on a member may be kept from acting as the role. */
function query(major: number): string {
  return `
  SELECT n.nspname::text AS namespace, ${major} AS major, quote_ident(current_user) AS role, quote_ident(pg_get_userbyid(n.nspowner)) AS owner,
         pg_has_role(current_user, n.nspowner, '${major < 16 ? 'MEMBER' : 'SET'}') AS may_become,
         has_schema_privilege(n.nspowner, n.oid, 'CREATE') AS may_create,
         (SELECT coalesce(json_agg(t ORDER BY t.name), '[]') FROM (
            SELECT CASE WHEN c.relkind IN ('i', 'I') THEN 'index' WHEN c.relkind = 'S' THEN 'sequence' WHEN c.relkind IN ('v', 'm') THEN 'view' ELSE 'table' END AS kind,
                   c.relname::text AS name
              FROM pg_class c WHERE c.relname = ANY ($2::name[]) AND c.relnamespace = n.oid AND c.relkind <> 'c'
            UNION ALL
            SELECT 'type', y.typname FROM pg_type y
             WHERE y.typname = ANY ($2::name[] || $3::name[]) AND y.typnamespace = n.oid
               AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = y.typelem AND e.typarray = y.oid)
               AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = y.typrelid AND c.relkind <> 'c' AND c.relname = ANY ($2::name[]))
            UNION ALL
            SELECT 'constraint', c.relname || '.' || k.conname FROM unnest($4::name[], $5::name[]) w(tab, con)
              JOIN pg_class c ON c.relname = w.tab AND c.relnamespace = n.oid JOIN pg_constraint k ON k.conrelid = c.oid AND k.conname = w.con) t) AS taken,
         (SELECT coalesce(json_agg(w.role ORDER BY w.role), '[]') FROM unnest($6::text[]) w(role)
           WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = w.role)) AS no_roles,
         (SELECT coalesce(json_agg(quote_ident(w.relation) ORDER BY w.relation), '[]') FROM unnest($7::name[]) w(relation)
           WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.relname = w.relation AND c.relnamespace = n.oid)) AS missing,
         (SELECT coalesce(json_object_agg(e.extname, CASE WHEN e.extnamespace = n.oid THEN '<namespace>' ELSE e.extnamespace::regnamespace::text END), '{}')
            FROM pg_extension e) AS extensions
    FROM pg_namespace n WHERE n.nspname = ANY ($1::name[])`
}

/** By namespace, those that are there; one look at all of them. */
export async function readSurroundings(
  client: ClientBase,
  namespaces: readonly string[],
  question: SurroundingsQuestion,
): Promise<ReadonlyMap<string, Surroundings>> {
  const { adds, roles, needs = [] } = question
  const { relations, types, constraints } = adds
  const values = [
    ...[namespaces, relations, types, constraints.map(({ table }) => table), constraints.map(({ name }) => name)],
    ...[roles, needs],
  ]
  await client.query('BEGIN READ ONLY; SET LOCAL search_path = pg_catalog')
  try {
    const version = await client.query<{ server_version_num: string }>('SHOW server_version_num')
    const major = Math.floor(Number(version.rows[0]?.server_version_num) / 10_000)
    const { rows } = await client.query<Row>(query(major), values)
    return new Map(rows.map((row) => [row.namespace, surroundingsOf(row, question)]))
  } finally {
    await client.query('ROLLBACK')
  }
}

function surroundingsOf(row: Row, question: SurroundingsQuestion): Surroundings {
  const { namespace, major, extensions, taken, role, owner } = row
  const obstacles = [
    ...taken.map(({ kind, name }) => takenText(name, kind)),
    ...row.no_roles.map(
      (name) => `role ${name}, which the change or what it touches names, does not exist on its server`,
    ),
    ...row.missing.map((name) => `the change names ${name}, which its namespace does not have`),
    ...question.extensions
      .filter((name) => extensions[unquoted(name)] === undefined)
      .map((name) => `extension ${name} is not in its database: run \`CREATE EXTENSION ${name}\` there`),
    ...(row.may_become
      ? []
      : [`our role ${role} may not act as ${owner}, to whom the namespace belongs: run \`GRANT ${owner} TO ${role}\``]),
    ...(row.may_create ? [] : [`${owner}, to whom the namespace belongs, may not create objects in it`]),
  ]
  const used = question.extensions.flatMap((name) => {
    const where = extensions[unquoted(name)]
    return where === undefined ? [] : [[name, where] as const]
  })
  return { namespace, printing: { major, extensions: Object.fromEntries(used) }, obstacles }
}

/** Why a name is not free. */
export function takenText(name: string, kind: string): string {
  return `the change makes ${name}, and there is ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} of that name`
}
