/** What all states begin with: a Temporal dev server, a workflow bundle, and databases that each world is a copy of. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { findTemporalCli } from '../../src/dev/servers/temporalCli.ts'
import { startTemporalDevServer } from '../../src/dev/servers/temporalServer.ts'
import { migrateCatalog } from '../../src/postgres/catalog/migrate.ts'
import { WORKFLOW_SOURCES } from '../../src/workflowSources.ts'
import { session } from './sessions.ts'
import { PROJECT, ROWS, SETTING, TENANTS } from './stories/mutations.ts'
import { reaches, submit } from './stories/story.ts'
import { type Databases, type Ground, openWorld } from './world.ts'

/** The ground, with a way to a copy of its databases. */
export interface PreparedGround extends Ground {
  /** Databases as every state finds them; `name` makes theirs unique. */
  readonly copy: (name: string) => Promise<Databases>
  /** The setting itself; nobody may be connected when it is copied. */
  readonly original: Databases
  readonly close: () => Promise<void>
}

const PREFIX = 'states_'

/** Prepares it on that Postgres, whose databases with the same prefix are removed, now and in the end. */
export async function prepareGround(superuserUrl: string, log: (line: string) => void): Promise<PreparedGround> {
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-states-'))
  const cliPath = await findTemporalCli({ log })
  const temporal = await startTemporalDevServer({ cliPath, namespace: 'default', headless: true, log })
  const { code } = await bundleWorkflowCode({ ...WORKFLOW_SOURCES, logger: new DefaultLogger('WARN') })
  const workflowBundlePath = join(folder, 'workflows.js')
  await writeFile(workflowBundlePath, code)
  const url = (database: string): string => {
    const each = new URL(superuserUrl)
    each.pathname = `/${database}`
    return each.href
  }
  const ground: Ground = { url, temporalAddress: temporal.address, workflowBundlePath }
  await removeDatabases(url)
  const original = databasesOf('setting')
  for (const name of Object.values(original)) await administer(url, `create database ${name}`)
  await migrateCatalog(url(original.catalog))
  await setUp(ground, original)
  return {
    ...ground,
    original,
    copy: async (name) => {
      const copies = databasesOf(name)
      for (const [which, copy] of Object.entries(copies)) {
        await administer(url, `create database ${copy} template ${original[which as keyof Databases]}`)
      }
      return copies
    },
    close: async () => {
      await temporal.stop()
      await removeDatabases(url)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function databasesOf(state: string): Databases {
  const name = (which: string): string => `${PREFIX}${state.replaceAll('-', '_')}_${which}`
  return { catalog: name('catalog'), alpha: name('alpha'), beta: name('beta') }
}

async function setUp(ground: Ground, original: Databases): Promise<void> {
  const world = await openWorld(ground, original)
  const { client } = world
  const by = { actor: 'rosa' }
  await client.addServer({ id: 'alpha', dsnEnv: 'ALPHA_URL', ...by })
  await client.addServer({ id: 'beta', dsnEnv: 'BETA_URL', ...by })
  await world.work()
  await client.createProject({ id: PROJECT, base: { server: 'alpha', namespace: `${PROJECT}_base` }, ...by })
  for (const [id, server] of Object.entries(TENANTS)) await client.addTenant(PROJECT, { id, server, ...by })
  for (const [operationId, mutation] of Object.entries(SETTING)) {
    await reaches(await submit(world, operationId, mutation), 'committed')
  }
  for (const [id, server] of [['base', 'alpha'], ...Object.entries(TENANTS)]) {
    await (server === 'alpha' ? world.alpha : world.beta).query(ROWS.replaceAll(':ns', `${PROJECT}_${id}`))
  }
  await world.kill()
  await world.close()
}

async function removeDatabases(url: (database: string) => string): Promise<void> {
  const admin = await session(url('postgres'))
  const { rows } = await admin.query<{ datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [PREFIX],
  )
  for (const { datname } of rows) await admin.query(`drop database ${datname} with (force)`)
  await admin.end()
}

async function administer(url: (database: string) => string, sql: string): Promise<void> {
  const admin = await session(url('postgres'))
  await admin.query(sql)
  await admin.end()
}
