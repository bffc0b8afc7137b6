/** A fleet whose role owns what it works on and is no superuser, and a superuser's session beside it. */
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { freshDatabase, onServer } from '../fixtures/database.ts'
import { fleetOn, type TestFleet } from './fleet.ts'

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
  const superuser = new pg.Client({ connectionString: database.url, application_name: 'a test' })
  superuser.on('error', () => {})
  await superuser.connect()
  const fleet = await fleetOn(url.href, async () => {
    await superuser.end()
    await database.drop()
    await onServer(`DROP ROLE ${role}`)
  })
  return {
    ...fleet,
    role,
    superuser,
    meanwhile: async (namespace, sql) => {
      await superuser.query(`set search_path = "${namespace}"; ${sql}; reset search_path`)
    },
  }
}
