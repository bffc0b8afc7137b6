/** A refusal that only says that our bookkeeping in a database is not ours to use: made by another role, as a rule. */
import type { ClientBase } from 'pg'
import { SagaError } from '../../../errors.ts'
import { INSUFFICIENT_PRIVILEGE } from '../../errors/sqlstates.ts'
import { BOOKKEEPING_VERSION, bookkeepingVersion } from './bookkeeping.ts'

interface Rights {
  readonly owner: string
  /** Whoever is a member of such a role can do anything. */
  readonly isSuper: boolean
  readonly role: string
  readonly mayUse: boolean
  readonly isOwner: boolean
}

// The catalogs of Postgres are open to every role.
const RIGHTS = `
  SELECT quote_ident(o.rolname) AS owner, o.rolsuper AS "isSuper", quote_ident(current_user) AS role,
         has_schema_privilege(n.oid, 'USAGE')
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS needed
                            WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND NOT has_table_privilege(c.oid, needed))
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_proc p
                            WHERE p.pronamespace = n.oid AND NOT has_function_privilege(p.oid, 'EXECUTE')) AS "mayUse",
         pg_has_role(n.nspowner, 'USAGE') AS "isOwner"
    FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_roles o ON o.oid = n.nspowner
   WHERE n.nspname = 'schema_saga_target'`

/** The same error, in words that say whose the bookkeeping is and what to run. The session is not used again. */
export async function withOwner(client: ClientBase, where: string, error: unknown): Promise<unknown> {
  if (!(error instanceof SagaError) || error.details.sqlstate !== INSUFFICIENT_PRIVILEGE) return error
  try {
    await client.query('ROLLBACK')
    const [rights] = (await client.query<Rights>(RIGHTS)).rows
    if (rights === undefined || rights.isOwner) return error
    if (!rights.mayUse) return error.retold(told(where, rights, 'use it'))
    // Whoever may use it need not own it, until there is something to add.
    const isOld = (await bookkeepingVersion(client)) < BOOKKEEPING_VERSION
    return isOld ? error.retold(told(where, rights, 'bring it up to date')) : error
  } catch {
    return error
  }
}

function told(where: string, { owner, role, isSuper }: Rights, what: string): string {
  const cure = isSuper
    ? `make ${role} the owner of that namespace and of all tables and functions in it`
    : `run \`GRANT ${owner} TO ${role}\`, or let the workers log in as ${owner}`
  return `${where}: the bookkeeping in its database (namespace schema_saga_target) belongs to role ${owner}, and our role ${role} may not ${what}: ${cure}.`
}
