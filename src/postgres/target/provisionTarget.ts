/** Makes a new target: its namespace with all tables at one revision, in one transaction with its registration. */
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { RequestRefused, TargetUnreachable } from '../../errors.ts'
import { ident, renderFor } from '../../physical/sql.ts'
import { createTenantDatabase, requireRights } from '../preflight/provisionRights.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { type Place, whereOf } from '../sessions/servers.ts'
import { ensureBookkeeping } from './bookkeeping/bookkeeping.ts'
import { type Registration, readRegistration } from './bookkeeping/registration.ts'
import { keepDatabase, NO_SUCH_DATABASE } from './madeDatabase.ts'
import { prepareSession } from './stage/execution.ts'
import { underOwnPath } from './stage/ownPath.ts'

/** What to make. */
export interface ProvisionTarget {
  readonly target: Target
  readonly projectId: string
  readonly revision: number
  readonly schemaHash: string
  /** With `:"ns"` where the namespace belongs. */
  readonly statements: readonly string[]
  /** Makes what is more than statements, in the same transaction. */
  readonly make?: (client: ClientBase, namespace: string, target: Target) => Promise<void>
  readonly catalogId?: string
  /** Asked about a namespace that is there and registered for somebody else; throws unless it may be taken. */
  readonly claim?: (registration: Registration) => Promise<unknown>
}

/** Where the target stands; after a repetition that may be the revision of the earlier try. */
export interface ProvisionedTarget {
  readonly revision: number
  readonly schemaHash: string
  /** False when an earlier try had made it. */
  readonly created: boolean
}

/**
 * Creates the namespace or takes an empty one; repeating it is harmless, also after the namespace was dropped again.
 * Errors: `ALREADY_EXISTS`, `IN_PROGRESS`, and what `claim` says of an empty namespace that somebody has registered.
 */
export async function provisionTarget(pools: TargetPools, input: ProvisionTarget): Promise<ProvisionedTarget> {
  await createTenantDatabase(pools, input.target)
  const seen = await requireFree(pools, input)
  return pools.withClient(input.target, async (client, namespace) => {
    await prepareSession(client, { operationId: 'provision', target: input.target })
    await ensureBookkeeping(client)
    await client.query('BEGIN')
    try {
      const created = await build(client, namespace, { ...input, seen })
      const at = await registration(client, namespace)
      await keepDatabase(client)
      await client.query('COMMIT')
      return { ...at, created }
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    }
  })
}

/** Whether the namespace is there with anything in it; one whose database is not there has nothing. */
export async function isInUse(pools: TargetPools, place: Place): Promise<boolean> {
  try {
    return await pools.withClient(place, isUsed)
  } catch (error) {
    if (error instanceof TargetUnreachable && error.details.sqlstate === NO_SUCH_DATABASE) return false
    throw error
  }
}

/** The incarnation under which the namespace is registered now. Errors: `FORBIDDEN`, and those of `claim`. */
async function requireFree(
  pools: TargetPools,
  { target, projectId, claim }: ProvisionTarget,
): Promise<string | undefined> {
  const { found, there } = await pools.withClient(target, async (client, namespace) => {
    await requireRights(client, target, namespace)
    const used = await isUsed(client, namespace)
    const registered = await readRegistration(client, namespace)
    // Before our bookkeeping is put into a database that is not to be ours.
    if (used && registered === null) throw notEmpty(target)
    return { found: registered, there: await isThere(client, namespace) }
  })
  const isOurs = found?.incarnation === target.incarnation && found.projectId === projectId
  // Whose tables are gone has no claim any more to the name.
  if (found !== null && there && !isOurs) await claim?.(found)
  return found?.incarnation
}

async function build(
  client: ClientBase,
  namespace: string,
  input: ProvisionTarget & { readonly seen: string | undefined },
): Promise<boolean> {
  const { target, projectId, revision, schemaHash, statements, catalogId = null, seen } = input
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`schema-saga/provision/${namespace}`])
  if (!(await isThere(client, namespace))) await forget(client, namespace, target)
  else if (await isRegistered(client, namespace, target)) return false
  const before = seen === undefined || seen === target.incarnation ? null : seen
  await takeNamespace(client, target, namespace)
  await client.query('SELECT schema_saga_target.forget_tables_v1($1)', [namespace])
  const { rows } = await client.query<{ outcome: 'found' | 'registered' | 'changed' }>(
    'SELECT schema_saga_target.register_target_v2($1, $2, $3, $4, $5, $6, $7) AS outcome',
    [namespace, target.incarnation, projectId, revision, schemaHash, catalogId, before],
  )
  if (rows[0]?.outcome === 'changed') {
    throw new RequestRefused('IN_PROGRESS', `${whereOf(target)} was registered by somebody else meanwhile: try again.`)
  }
  if (statements.length > 0) await client.query(underOwnPath(statements.map((sql) => renderFor(namespace, sql))))
  await input.make?.(client, namespace, target)
  return true
}

/** What an earlier try has made of this very target, and somebody has dropped since. */
async function forget(client: ClientBase, namespace: string, { incarnation }: Target): Promise<void> {
  await client.query('DELETE FROM schema_saga_target.marker WHERE namespace = $1 AND incarnation = $2', [
    namespace,
    incarnation,
  ])
  await client.query('DELETE FROM schema_saga_target.target WHERE namespace = $1 AND incarnation = $2', [
    namespace,
    incarnation,
  ])
}

async function isThere(client: ClientBase, namespace: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1', [namespace])
  return rowCount === 1
}

async function isRegistered(client: ClientBase, namespace: string, { incarnation }: Target): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT FROM schema_saga_target.target WHERE namespace = $1 AND incarnation = $2',
    [namespace, incarnation],
  )
  return rowCount === 1
}

async function takeNamespace(client: ClientBase, target: Target, namespace: string): Promise<void> {
  if (!(await isThere(client, namespace))) {
    await client.query(underOwnPath([`CREATE SCHEMA ${ident(namespace)}`]))
    return
  }
  if (await isUsed(client, namespace)) throw notEmpty(target)
}

async function isUsed(client: ClientBase, namespace: string): Promise<boolean> {
  const { rows } = await client.query<{ used: boolean }>(IN_USE, [namespace])
  return rows[0]?.used === true
}

function notEmpty(target: Target): RequestRefused {
  const text = `${whereOf(target)} is not empty: a target is made in a new namespace or an empty one.`
  return new RequestRefused('ALREADY_EXISTS', text)
}

/** Objects of extensions do not count: databases often come with some in `public`. */
const IN_USE = `
  SELECT EXISTS (
    SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    UNION ALL
    SELECT FROM pg_proc p WHERE p.pronamespace = n.oid AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT FROM pg_type t WHERE t.typnamespace = n.oid AND NOT EXISTS (
      SELECT FROM pg_depend d
       WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype IN ('e', 'i'))
  ) AS used FROM pg_namespace n WHERE n.nspname = $1`

async function registration(
  client: ClientBase,
  namespace: string,
): Promise<Pick<ProvisionedTarget, 'revision' | 'schemaHash'>> {
  const { rows } = await client.query<{ revision: number; schemaHash: string }>(
    'SELECT revision, schema_hash AS "schemaHash" FROM schema_saga_target.target WHERE namespace = $1',
    [namespace],
  )
  const [row] = rows
  if (row === undefined) throw new Error('A target that was registered a moment ago is not there.')
  return row
}
