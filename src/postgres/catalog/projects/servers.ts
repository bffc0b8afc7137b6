/** Servers: names of places where targets live; connection strings stay in the workers' environment. */
import type pg from 'pg'
import { InputInvalid, RequestRefused } from '../../../errors.ts'
import type { Server } from '../../sessions/pools.ts'
import { writeAudit } from '../audit.ts'
import { checkId, checkNamespace } from '../checkIds.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'

/** A server as `server list --json` prints it. */
export interface ServerRow {
  /** Unique in its catalog. */
  readonly id: string
  /** The variable of the workers' environment that holds the connection string. */
  readonly dsn_env: string
  /** Sessions at once, over all workers. */
  readonly max_sessions: number
  /** Whether each tenant has a database of its own on it. */
  readonly database_per_tenant: boolean
  /** The namespace of the tables in a database per tenant; null where tenants share databases. */
  readonly tables_in: string | null
}

const COLUMNS = 'id, dsn_env, max_sessions, database_per_tenant, tables_in'
const MOST_SESSIONS = 1_000
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

/** What is said of a server when it is registered. */
export interface NewServer {
  readonly id: string
  readonly dsnEnv: string
  /** Over all workers together; 8 by default. */
  readonly maxSessions?: number
  readonly databasePerTenant?: boolean
  /** For a database per tenant; `public` by default. */
  readonly tablesIn?: string
  readonly actor: string
}

/** Registers a server; repeating it with the same values is harmless. Errors: `INPUT_INVALID`, `ALREADY_EXISTS`. */
export async function addServer(pool: pg.Pool, server: NewServer): Promise<ServerRow> {
  const wanted = parseServer(server)
  return await inTransaction(pool, async (client) => {
    const added = await client.query(
      `insert into schema_saga.server (${COLUMNS}) values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [wanted.id, wanted.dsn_env, wanted.max_sessions, wanted.database_per_tenant, wanted.tables_in],
    )
    if (added.rowCount === 1) {
      await writeAudit(client, { projectId: null, actor: server.actor, action: 'server_add', details: { ...wanted } })
      return wanted
    }
    const known = await requireRow(client, server.id)
    if (JSON.stringify(known) === JSON.stringify(wanted)) return known
    throw new RequestRefused('ALREADY_EXISTS', `Server "${server.id}" exists already with other values.`)
  })
}

/** Changes the budget of a server; workers follow within seconds. Errors: `INPUT_INVALID`, `SERVER_NOT_FOUND`. */
export async function setServer(
  pool: pg.Pool,
  { id, maxSessions, actor }: { readonly id: string; readonly maxSessions: number; readonly actor: string },
): Promise<ServerRow> {
  checkSessions(maxSessions)
  return await inTransaction(pool, async (client) => {
    const { max_sessions: before } = await requireRow(client, id)
    await client.query('update schema_saga.server set max_sessions = $2 where id = $1', [id, maxSessions])
    const details = { id, max_sessions: maxSessions, before }
    await writeAudit(client, { projectId: null, actor, action: 'server_set', details })
    return await requireRow(client, id)
  })
}

function parseServer({ id, dsnEnv, maxSessions = 8, databasePerTenant = false, tablesIn }: NewServer): ServerRow {
  checkId('server', id)
  if (!VARIABLE.test(dsnEnv)) {
    // The value is not shown: people put a connection string here by mistake.
    throw new InputInvalid('INPUT_INVALID', '--dsn-env takes the name of an environment variable.', {
      path: 'dsn_env',
    })
  }
  checkSessions(maxSessions)
  if (tablesIn !== undefined) checkNamespace(tablesIn)
  if (tablesIn !== undefined && !databasePerTenant) {
    throw new InputInvalid('INPUT_INVALID', '--tables-in is for servers with a database per tenant.', {
      path: 'tables_in',
    })
  }
  return {
    id,
    dsn_env: dsnEnv,
    max_sessions: maxSessions,
    database_per_tenant: databasePerTenant,
    tables_in: databasePerTenant ? (tablesIn ?? 'public') : null,
  }
}

function checkSessions(maxSessions: number): void {
  if (Number.isInteger(maxSessions) && maxSessions >= 1 && maxSessions <= MOST_SESSIONS) return
  throw new InputInvalid('INPUT_INVALID', `A server has 1 to ${MOST_SESSIONS} sessions.`, { path: 'max_sessions' })
}

/** All servers in id order. */
export async function listServers(pool: pg.Pool): Promise<ServerRow[]> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<ServerRow>(`select ${COLUMNS} from schema_saga.server order by id`)
    return rows
  })
}

/** The server of that id. Errors: `SERVER_NOT_FOUND`. */
export async function requireServer(db: Queryable, id: string): Promise<Server> {
  const row = await onCatalog(() => requireRow(db, id))
  return {
    id: row.id,
    dsnEnv: row.dsn_env,
    maxSessions: row.max_sessions,
    databasePerTenant: row.database_per_tenant,
    ...(row.tables_in !== null && { tablesIn: row.tables_in }),
  }
}

async function requireRow(db: Queryable, id: string): Promise<ServerRow> {
  const { rows } = await db.query<ServerRow>(`select ${COLUMNS} from schema_saga.server where id = $1`, [id])
  const [row] = rows
  if (row === undefined) throw new RequestRefused('SERVER_NOT_FOUND', `Server "${id}" does not exist.`)
  return row
}
