/** What our role must be allowed to do before a target can be made: said with the statement that allows it. */
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { RequestRefused, SagaError } from '../../errors.ts'
import { ident } from '../../physical/sql.ts'
import { INSUFFICIENT_PRIVILEGE } from '../errors/sqlstates.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { makeDatabase } from '../target/madeDatabase.ts'

/** The database of a tenant that is to have one of its own. Errors: `FORBIDDEN`. */
export async function createTenantDatabase(pools: TargetPools, target: Target): Promise<void> {
  try {
    await makeDatabase(pools, target)
  } catch (error) {
    if (!(error instanceof SagaError) || error.details.sqlstate !== INSUFFICIENT_PRIVILEGE) throw error
    const text = `${whereOf(target)}: our role may not create its database: run \`ALTER ROLE ... CREATEDB\` for it, or create the database by hand, and try again.`
    throw new RequestRefused('FORBIDDEN', text)
  }
}

interface Rights {
  readonly role: string
  readonly database: string
  readonly onDatabase: boolean
  readonly onNamespace: boolean | null
  readonly bookkeeping: boolean
}

const RIGHTS = `
  SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database,
         has_database_privilege(current_database(), 'CREATE') AS "onDatabase",
         (SELECT has_schema_privilege(n.oid, 'CREATE') FROM pg_catalog.pg_namespace n WHERE n.nspname = $1) AS "onNamespace",
         to_regclass('schema_saga_target.bookkeeping') IS NOT NULL AS bookkeeping`

/** Errors: `FORBIDDEN`, with the statement that grants what is missing. */
export async function requireRights(client: ClientBase, target: Target, namespace: string): Promise<void> {
  const { rows } = await client.query<Rights>(RIGHTS, [namespace])
  const [rights] = rows
  if (rights === undefined) return
  const { role, database, onDatabase, onNamespace, bookkeeping } = rights
  const needsDatabase = onNamespace === null || !bookkeeping
  if (needsDatabase && !onDatabase) throw forbidden(target, role, `GRANT CREATE ON DATABASE ${database} TO ${role}`)
  if (onNamespace === false) throw forbidden(target, role, `GRANT CREATE ON SCHEMA ${ident(namespace)} TO ${role}`)
}

function forbidden(target: Target, role: string, grant: string): RequestRefused {
  const text = `${whereOf(target)}: our role ${role} may not make the target's tables: run \`${grant}\`, and try again.`
  return new RequestRefused('FORBIDDEN', text)
}
