/** Servers: names of places where targets live; connection strings stay in the workers' environment. */
import type pg from 'pg'
import { RequestRefused } from '../../errors.ts'
import type { Server } from '../pools.ts'
import { writeAudit } from './audit.ts'
import { checkId } from './ids.ts'
import { inTransaction, onCatalog, type Queryable } from './pool.ts'

/** A server as `server list --json` prints it. */
export interface ServerRow {
  readonly id: string
  readonly dsn_env: string
  readonly max_sessions: number
  readonly database_per_tenant: boolean
}

const COLUMNS = 'id, dsn_env, max_sessions, database_per_tenant'
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Registers a server; repeating it with the same values is harmless. Errors: `INPUT_INVALID`, `ALREADY_EXISTS`. */
export async function addServer(
  pool: pg.Pool,
  server: { id: string; dsnEnv: string; maxSessions?: number; databasePerTenant?: boolean; actor: string },
): Promise<ServerRow> {
  checkId('server', server.id)
  if (!VARIABLE.test(server.dsnEnv)) {
    // The value is not shown: people put a connection string here by mistake.
    throw new RequestRefused('INPUT_INVALID', '--dsn-env takes the name of an environment variable.', {
      path: 'dsn_env',
    })
  }
  const wanted: ServerRow = {
    id: server.id,
    dsn_env: server.dsnEnv,
    max_sessions: server.maxSessions ?? 8,
    database_per_tenant: server.databasePerTenant ?? false,
  }
  return await inTransaction(pool, async (client) => {
    const added = await client.query(
      `insert into schema_saga.server (${COLUMNS}) values ($1, $2, $3, $4) on conflict do nothing`,
      [wanted.id, wanted.dsn_env, wanted.max_sessions, wanted.database_per_tenant],
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
  }
}

async function requireRow(db: Queryable, id: string): Promise<ServerRow> {
  const { rows } = await db.query<ServerRow>(`select ${COLUMNS} from schema_saga.server where id = $1`, [id])
  const [row] = rows
  if (row === undefined) throw new RequestRefused('SERVER_NOT_FOUND', `Server "${id}" does not exist.`)
  return row
}
