/** Makes a new target: its namespace with all tables at one revision, in one transaction with its registration. */
import type { ClientBase } from 'pg'
import type { Target } from '../contract.ts'
import { RequestRefused } from '../errors.ts'
import { ident, renderFor } from '../physical/sql.ts'
import type { TargetPools } from './pools.ts'
import { whereOf } from './servers.ts'
import { ensureBookkeeping } from './target/bookkeeping.ts'
import { prepareSession } from './target/work.ts'

/** What to make. */
export interface ProvisionTarget {
  readonly target: Target
  readonly projectId: string
  readonly revision: number
  readonly schemaHash: string
  /** With `:"ns"` where the namespace belongs. */
  readonly statements: readonly string[]
}

/** Where the target stands; after a repetition that may be the revision of the earlier try. */
export interface ProvisionedTarget {
  readonly revision: number
  readonly schemaHash: string
  /** False when an earlier try had made it. */
  readonly created: boolean
}

/** Creates the namespace or takes an empty one; repeating it is harmless. Errors: `ALREADY_EXISTS`. */
export async function provisionTarget(pools: TargetPools, input: ProvisionTarget): Promise<ProvisionedTarget> {
  await pools.createDatabase(input.target)
  return pools.withClient(input.target, async (client, namespace) => {
    await prepareSession(client, { operationId: 'provision', target: input.target })
    await ensureBookkeeping(client)
    await client.query('BEGIN')
    try {
      const created = await build(client, namespace, input)
      const at = await registration(client, namespace)
      await client.query('COMMIT')
      return { ...at, created }
    } catch (error) {
      await client.query('ROLLBACK')
      throw error
    }
  })
}

async function build(client: ClientBase, namespace: string, input: ProvisionTarget): Promise<boolean> {
  const { target, projectId, revision, schemaHash, statements } = input
  await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`schema-saga/provision/${namespace}`])
  const { rows } = await client.query<{ outcome: 'found' | 'registered' }>(
    'SELECT schema_saga_target.register_target_v1($1, $2, $3, $4, $5) AS outcome',
    [namespace, target.incarnation, projectId, revision, schemaHash],
  )
  if (rows[0]?.outcome === 'found') return false
  await takeNamespace(client, target, namespace)
  if (statements.length > 0) await client.query(statements.map((sql) => renderFor(namespace, sql)).join(';\n'))
  return true
}

async function takeNamespace(client: ClientBase, target: Target, namespace: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [namespace])
  if (rowCount === 0) {
    await client.query(`CREATE SCHEMA ${ident(namespace)}`)
    return
  }
  const { rows } = await client.query<{ used: boolean }>(IN_USE, [namespace])
  if (rows[0]?.used !== true) return
  throw new RequestRefused(
    'ALREADY_EXISTS',
    `${whereOf(target)} is not empty: a target is made in a new namespace or an empty one.`,
  )
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
