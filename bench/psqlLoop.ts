/** What people do without a tool: one psql for each namespace, one after the other. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { processEnvironment } from '../src/config.ts'
import { findOnPath } from '../src/dev/servers/findServer.ts'
import { createRawFleet, libpqEnvironment } from './databases.ts'
import { type Measurement, PSQL_LOOP } from './measurement.ts'
import { runLoop } from './program.ts'
import { namespaceSql, roundSql } from './schema.ts'

/** Larger fleets are measured on their first tenants: the time of each is the same, and 10,000 take minutes. */
const MOST_TENANTS = 1_000

const LOOP = `while read -r ns; do psql -X -q -v ON_ERROR_STOP=1 -v ns="$ns" -f "$FILE" || exit 1; done`

/** Measures the loop on a fresh database; `folder` takes the file of the change. */
export async function measurePsqlLoop(url: string, fleet: number, folder: string): Promise<Measurement[]> {
  const tenants = Math.min(fleet, MOST_TENANTS)
  const about = { subject: PSQL_LOOP, operation: 'apply', fleet, tenants } as const
  if (findOnPath('psql', processEnvironment()) === null) {
    return [{ ...about, ms: null, note: 'psql is not on the PATH' }]
  }
  const { namespaces } = await createRawFleet(url, tenants, namespaceSql())
  const env = { ...libpqEnvironment(url), FILE: await writeRound(folder, 0) }
  const ms = await runLoop(LOOP, namespaces, { cwd: folder, env })
  return [{ ...about, ms, ...(tenants < fleet ? { note: `on ${tenants} namespaces` } : {}) }]
}

/** Writes the statements of a round as a file for psql, in one transaction; returns its path. */
export async function writeRound(
  folder: string,
  round: number,
  edit: (sql: string) => string = (sql) => sql,
): Promise<string> {
  const file = join(folder, `round-${round}.sql`)
  await writeFile(file, `${['BEGIN', ...roundSql(round).map(edit), 'COMMIT'].join(';\n')};\n`)
  return file
}
