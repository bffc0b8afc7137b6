/** A database with copies of one target, made and dropped by one message each. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { createTargetPools, type TargetPools } from '../../../src/postgres/sessions/pools.ts'
import { ensureBookkeeping } from '../../../src/postgres/target/bookkeeping/bookkeeping.ts'
import { type FreshDatabase, freshDatabase } from '../../fixtures/database.ts'
import { installState } from './state.ts'

/** Points that are tried at the same time; each may need two sessions. */
export const AT_ONCE = 4
const SESSIONS = 16
/** For all points of one test: some seconds, on a machine that has little else to do. */
export const LIMIT_MS = 300_000
const POLL_MS = 2

/** The database of a test file. */
export interface Scene {
  readonly pools: TargetPools
  readonly client: pg.Pool
  readonly url: string
  readonly close: () => Promise<void>
}

/** A database with the bookkeeping, in which states can be read; it is dropped in the end. */
export async function openScene(given?: FreshDatabase): Promise<Scene> {
  const database = given ?? (await freshDatabase())
  const pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'TEST_DSN', maxSessions: SESSIONS, databasePerTenant: false }),
    dsn: () => database.url,
  })
  const client = new pg.Pool({ connectionString: database.url, max: AT_ONCE })
  await pools.withClient({ server: 's1', namespace: 'none' }, (session) => ensureBookkeeping(session))
  await installState(client)
  return {
    pools,
    client,
    url: database.url,
    close: async () => {
      await client.end()
      await pools.close()
      await database.drop()
    },
  }
}

/** A namespace to be made. */
export interface Copy {
  readonly namespace: string
  /** With the namespace in them. */
  readonly statements: readonly string[]
  readonly projectId: string
  readonly revision: number
  readonly schemaHash: string
}

/** Makes targets as provisioning does; their own DDL is not among the statements seen. */
export async function makeCopies({ client }: Scene, copies: readonly Copy[]): Promise<void> {
  const scripts = copies.map(({ namespace, statements, projectId, revision, schemaHash }) => [
    `create schema ${pg.escapeIdentifier(namespace)}`,
    ...statements,
    `select schema_saga_target.register_target_v1(${[namespace, INCARNATION, projectId].map(pg.escapeLiteral).join(', ')}, ${revision}, ${pg.escapeLiteral(schemaHash)})`,
  ])
  // Event triggers rest in this mode.
  await client.query(['set local session_replication_role = replica', ...scripts.flat()].join(';\n'))
}

export const INCARNATION = 'one'

/** Drops what a point has left: with thousands of them, Postgres would have to look through ever larger catalogs. */
export async function dropCopies({ client }: Scene, namespaces: readonly string[]): Promise<void> {
  const quoted = namespaces.map(pg.escapeIdentifier).join(', ')
  const values = namespaces.map(pg.escapeLiteral).join(', ')
  const kept = ['target', 'marker', 'set_aside', 'backfill'].map((table) => `schema_saga_target.${table}`)
  const forgotten = [...kept, 'public.statements_seen'].map(
    (table) => `delete from ${table} where namespace in (${values})`,
  )
  const drop = `set local client_min_messages = warning; drop schema ${quoted} cascade`
  await client.query([drop, ...forgotten].join('; '))
}

/** Waits until the server has let go of the sessions of a worker that died. */
export async function sessionsEnded({ client }: Scene, backends: readonly number[]): Promise<void> {
  const alive = 'select from pg_stat_activity where pid = any ($1)'
  while ((await client.query(alive, [backends])).rowCount !== 0) await sleep(POLL_MS)
}
