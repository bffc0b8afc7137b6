/** A new target: its namespace with all tables at one revision, in one transaction with its bookkeeping row. */
import type { ClientBase } from 'pg'
import type { Target } from '../contract.ts'
import { renderFor } from '../physical/sql.ts'
import { notEmpty } from './errors.ts'
import { type TargetPools, whereOf } from './pools.ts'
import { ensureBookkeeping } from './target/bookkeeping.ts'
import { prepareSession } from './target/session.ts'

/** What a new target gets. */
export interface ProvisionRequest {
  readonly target: Target
  readonly projectId: string
  readonly revision: number
  readonly schemaHash: string
  /** With `:"ns"` where the namespace belongs. */
  readonly statements: readonly string[]
}

const DUPLICATE_DATABASE = '42P04'

/**
 * Creates the namespace or takes an empty one; repeating it with the same incarnation is harmless. Returns where the
 * target stands, which after a repetition may be an earlier revision than the one asked for.
 * Errors: `ALREADY_EXISTS` when somebody's tables are there, and those of any work on a target.
 */
export async function provisionTarget(
  pools: TargetPools,
  request: ProvisionRequest,
): Promise<{ revision: number; schemaHash: string }> {
  const { target } = request
  const { databasePerTenant } = await pools.serverOf(target)
  if (databasePerTenant) await pools.withServerClient(target, (client) => createDatabase(client, target.namespace))
  const namespace = databasePerTenant ? 'public' : target.namespace
  return await pools.withClient(target, async (client) => {
    await ensureBookkeeping(client)
    await prepareSession(client, 'saga/provision', 'ddl')
    await client.query('begin')
    try {
      await build(client, namespace, request)
      const { rows } = await client.query<{ revision: number; hash: string }>(
        'select revision, schema_hash as hash from schema_saga_target.target where namespace = $1',
        [namespace],
      )
      await client.query('commit')
      return { revision: rows[0]?.revision ?? request.revision, schemaHash: rows[0]?.hash ?? request.schemaHash }
    } catch (error) {
      await client.query('rollback')
      throw error
    }
  })
}

async function build(client: ClientBase, namespace: string, request: ProvisionRequest): Promise<void> {
  const { target, projectId, revision, schemaHash, statements } = request
  // Two tries of one provisioning come one after the other.
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`schema-saga/provision/${namespace}`])
  const { rows } = await client.query<{ outcome: string }>(
    'select schema_saga_target.register_target_v1($1, $2, $3, $4, $5) as outcome',
    [namespace, target.incarnation, projectId, revision, schemaHash],
  )
  if (rows[0]?.outcome === 'found') return
  await client.query(renderFor(namespace, 'CREATE SCHEMA IF NOT EXISTS :"ns"'))
  const tables = await countRelations(client, namespace)
  if (tables > 0) throw notEmpty(whereOf(target), tables)
  for (const statement of statements) await client.query(renderFor(namespace, statement))
}

async function countRelations(client: ClientBase, namespace: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')`,
    [namespace],
  )
  return rows[0]?.count ?? 0
}

async function createDatabase(client: ClientBase, name: string): Promise<void> {
  const known = await client.query('select 1 from pg_catalog.pg_database where datname = $1', [name])
  if (known.rowCount !== 0) return
  try {
    await client.query(renderFor(name, 'CREATE DATABASE :"ns"'))
  } catch (error) {
    // Another try was quicker.
    if ((error as { code?: string }).code !== DUPLICATE_DATABASE) throw error
  }
}
