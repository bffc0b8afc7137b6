/** Where a text of SQL runs: the search path in which its names are found, and the role that its objects belong to. */
import type { ClientBase } from 'pg'
import { StatementRefused } from '../../../errors.ts'
import { ident } from '../../../physical/sql.ts'
import { pathOf } from '../../record/buildBaseline.ts'

/** A namespace as people's SQL meets it. */
export interface ScriptPlace {
  readonly namespace: string
  /** The other namespaces in which names are found: those that the project shares, and those of extensions. */
  readonly shared: readonly string[]
  /** Tables and sequences of other namespaces whose rows may be written, as `namespace.name`; default: none. */
  readonly sharedRows?: readonly string[]
  /** As a value of `search_path`: the namespace, those of extensions, and temporary objects last. */
  readonly path: string
  /** The role that it runs as; null where the session's own role is the namespace's owner. */
  readonly role: string | null
}

/**
 * Looks it up. Objects are made by the owner of the namespace, so that ownership and default privileges are as for everything
 * else there. Errors: `STATEMENT_REFUSED` where the session's role may not act for the owner.
 */
export async function placeOf(
  client: ClientBase,
  namespace: string,
  {
    where,
    shared: more = [],
    sharedRows = [],
  }: {
    readonly where: string
    readonly shared?: readonly string[] | undefined
    readonly sharedRows?: readonly string[] | undefined
  },
): Promise<ScriptPlace> {
  const { rows } = await client.query<{ owner: string; own: boolean; may: boolean; shared: string[] }>(
    `SELECT o.rolname AS owner, o.rolname = current_user AS own, pg_has_role(current_user, o.oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END) AS may,
            ARRAY(SELECT DISTINCT e.nspname::text FROM pg_extension x JOIN pg_namespace e ON e.oid = x.extnamespace
                   WHERE e.nspname NOT IN ('pg_catalog', $1) ORDER BY 1) AS shared
       FROM pg_namespace n JOIN pg_roles o ON o.oid = n.nspowner WHERE n.nspname = $1`,
    [namespace],
  )
  const [found] = rows
  // That the namespace is gone is for the marker to say.
  if (found === undefined) return { namespace, shared: [], path: pathOf({ namespace, shared: [] }), role: null }
  const { owner, own, may } = found
  const shared = [...new Set([...more, ...found.shared])].filter((each) => each !== namespace)
  if (!own && !may) {
    throw new StatementRefused(
      'STATEMENT_REFUSED',
      `${where}: the namespace belongs to role "${owner}", for which the role of the worker may not act: GRANT ${ident(owner)} to it.`,
    )
  }
  return { namespace, shared, sharedRows, path: pathOf({ namespace, shared }), role: own ? null : owner }
}

/** A statement that is a message of its own, as the owner of the namespace, with names found there. */
export async function runInNamespace(
  client: ClientBase,
  namespace: string,
  about: { readonly where: string; readonly shared?: readonly string[] | undefined },
  sql: string,
): Promise<void> {
  const { path, role } = await placeOf(client, namespace, about)
  await client.query(`SET search_path = ${path}${role === null ? '' : `; SET ROLE ${ident(role)}`}`)
  try {
    await client.query(sql)
  } finally {
    await client.query('RESET ROLE; SET search_path = pg_catalog')
  }
}
