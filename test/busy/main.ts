/** `npm run test:busy`: every form of change on a large table that an application works on; writes `results.json`. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { createTargetPools } from '../../src/postgres/sessions/pools.ts'
import { limitsOf } from '../../src/postgres/target/stage/execution.ts'
import { startTestPostgres } from '../fixtures/testPostgres.ts'
import { type BusyDatabase, type FormResult, runForm } from './course.ts'
import { FORMS, type Form } from './forms.ts'
import { writeResults } from './results.ts'

const HELP = `npm run test:busy -- [--rows 1000000] [--only TEXT] [--dry]

  --rows N     rows of the table (1,000,000)
  --only TEXT  the forms whose names hold the text
  --dry        writes no results`

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    only: { type: 'string', default: '' },
    dry: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(HELP)
else process.exitCode = (await main(Number(values.rows))) ? 0 : 1

/** False when somebody waited too long, or something failed that no plan had announced. */
async function main(rows: number): Promise<boolean> {
  if (!Number.isInteger(rows) || rows < 1) throw new Error('--rows: a whole number is expected.')
  const forms = FORMS.filter(({ form }) => form.includes(values.only))
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-busy-'))
  const postgres = await startTestPostgres(join(folder, 'postgres'), () => {})
  try {
    const results: FormResult[] = []
    for (const form of forms) {
      const result = await onDatabase(postgres.url('postgres'), form, rows)
      console.log(lineOf(result))
      results.push(result)
      if (!values.dry) await writeResults(result)
    }
    const longest = results.toSorted((one, other) => other.longestWaitMs - one.longestWaitMs).slice(0, 5)
    console.log(`The longest waits:\n${longest.map(lineOf).join('\n')}`)
    return results.every(isFine)
  } finally {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** A database of its own, so that no form finds the catalogs of the ones before it. */
async function onDatabase(server: string, form: Form, rows: number): Promise<FormResult> {
  const name = `busy_${FORMS.indexOf(form)}`
  await onServer(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  const pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'BUSY_URL', maxSessions: 8, databasePerTenant: false }),
    dsn: () => url.href,
  })
  const database: BusyDatabase = { pools, client, url: url.href }
  try {
    return await runForm(database, form, rows, name)
  } finally {
    await client.end()
    await pools.close()
    await onServer(server, `drop database ${name} with (force)`)
  }
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}

function isFine({ longestWaitMs, unannounced }: FormResult): boolean {
  return longestWaitMs < 2 * limitsOf({}).lockMs && unannounced.length === 0
}

function lineOf(result: FormResult): string {
  const { form, took, longestWaitMs, announced, unannounced } = result
  const ways = Object.entries(took).map(([way, ms]) => `${way} ${ms}`)
  const failures = `${announced} failures announced, ${unannounced.length} not`
  return `${isFine(result) ? 'ok ' : 'BAD'} ${form}: waited ${longestWaitMs} ms; ${failures}; ms: ${ways.join(', ')}`
}
