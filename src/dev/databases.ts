/** The databases of the embedded Postgres. */
import pg from 'pg'
import { withConnection } from '../postgres/sessions/connection.ts'

/** Creates those databases that are missing. */
export async function createDatabases(adminUrl: string, names: readonly string[]): Promise<void> {
  await withConnection(adminUrl, async (client) => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database')
    const known = new Set(rows.map((row) => row.datname))
    for (const name of names.filter((each) => !known.has(each))) {
      await client.query(`create database ${pg.escapeIdentifier(name)}`)
    }
  })
}
