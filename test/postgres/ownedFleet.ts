/** A fleet whose role owns what it works on and is no superuser, and a superuser's session beside it. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { createTargetPools } from '../../src/postgres/sessions/pools.ts'
import { freshDatabase, onServer } from '../fixtures/database.ts'
import type { TestFleet } from './fleet.ts'

/** `client` is a session of the role, which may make namespaces and has nothing else. */
export interface OwnedFleet extends TestFleet {
  readonly role: string
  readonly superuser: pg.Client
  /** Runs statements of the superuser with a namespace as its search path. */
  readonly meanwhile: (namespace: string, sql: string) => Promise<void>
}

/** As `openFleet`, for another role. */
export async function openOwnedFleet(): Promise<OwnedFleet> {
  const database = await freshDatabase()
  const role = `owner_${randomBytes(4).toString('hex')}`
  await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'o' NOSUPERUSER NOBYPASSRLS`)
  const url = new URL(database.url)
  await onServer(`GRANT CREATE ON DATABASE ${url.pathname.slice(1)} TO ${role}`)
  url.username = role
  url.password = 'o'
  const opened: pg.Client[] = []
  const session = async (connectionString: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString, application_name: 'a test' })
    client.on('error', () => {})
    await client.connect()
    opened.push(client)
    return client
  }
  const pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'TEST_DSN', maxSessions: 8, databasePerTenant: false }),
    dsn: () => url.href,
  })
  const superuser = await session(database.url)
  return {
    pools,
    role,
    superuser,
    client: await session(url.href),
    url: url.href,
    connect: () => session(url.href),
    meanwhile: async (namespace, sql) => {
      await superuser.query(`set search_path = "${namespace}"; ${sql}; reset search_path`)
    },
    close: async () => {
      await Promise.all(opened.map((client) => client.end()))
      await pools.close()
      await database.drop()
      await onServer(`DROP ROLE ${role}`)
    },
  }
}
