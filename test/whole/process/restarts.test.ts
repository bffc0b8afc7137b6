import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clearLockedPorts } from 'get-port'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { createDatabases } from '../../../src/dev/databases.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/dev/servers/embeddedPostgres.ts'
import { eventually, isGone } from '../../dev/processes.ts'
import { drawnTests } from '../../faults/draw.ts'
import { dumpFleet } from '../fleet.ts'
import { freeze } from '../freeze.ts'
import {
  CARD,
  createSlowFleet,
  end,
  expectCommitted,
  expectUndone,
  type SlowFleet,
  untilMarkers,
} from '../slowFleet.ts'
import type { OwnServers, Stack } from '../stack.ts'

const log = (): void => {}
let folder: string
let postgres: EmbeddedPostgres
const stacks: Stack[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-restarts-'))
  postgres = await start()
  await createDatabases(postgres.url('postgres'), ['forward', 'undo', 'catalog_forward', 'catalog_undo'])
})
afterAll(async () => {
  await Promise.all(stacks.map((stack) => stack.stop()))
  await postgres?.stop()
  await rm(folder, { recursive: true, force: true })
})

function start(port?: number): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), ...(port !== undefined && { port }), log })
}

/** As when the machine loses its power: no session is told, and the next start recovers from the log. */
async function restartPostgres(): Promise<void> {
  const client = await connect('postgres')
  const { rows } = await client.query<{ data_directory: string }>('show data_directory')
  client.on('error', () => {})
  const pid = Number.parseInt(await readFile(join(rows[0]?.data_directory ?? '', 'postmaster.pid'), 'utf8'), 10)
  process.kill(pid, 'SIGQUIT')
  await eventually(() => isGone(pid))
  const { port } = postgres
  // Otherwise a port that was given out a moment ago counts as taken.
  clearLockedPorts()
  postgres = await start(port)
  expect(postgres.port).toBe(port)
}

async function connect(database: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: postgres.url(database) })
  await client.connect()
  return client
}

async function slowFleet(own: OwnServers): Promise<SlowFleet> {
  const fleet = await createSlowFleet(own)
  stacks.push(fleet.stack)
  return fleet
}

/** Two tenants have the change when the server of that role dies. */
async function commits(own: OwnServers): Promise<void> {
  const { stack, places } = await slowFleet(own)
  const handle = await stack.client.apply('inn', CARD, { operationId: 'card', parallel: 1 })
  await untilMarkers(stack, 'applied', 2)
  await restartPostgres()
  const now = await places()
  await expectCommitted(handle, now)
  await end(now)
}

/** The last tenant of beta, which comes when alpha's are done, refuses the change; one is undone when the server dies. */
async function isUndone(own: OwnServers): Promise<void> {
  const { stack, places } = await slowFleet(own)
  const first = await places()
  const before = await dumpFleet(first)
  await end(first)
  await freeze(stack.beta, 'inn_fay')
  const handle = await stack.client.apply('inn', CARD, { operationId: 'card', parallel: 1 })
  await untilMarkers(stack, 'compensated', 1)
  await restartPostgres()
  const now = await places()
  await expectUndone(handle, now, before)
  await end(now)
}

describe('Postgres that dies and comes back in the middle of an operation', () => {
  drawnTests('restarts', 2, {
    'with tenants on it: the operation commits, and no statement has run twice': () =>
      commits({ alpha: postgres.url('forward') }),
    'with tenants on it that are being undone: the undo comes to its end': () =>
      isUndone({ alpha: postgres.url('undo') }),
    'as the catalog: the operation waits for it and commits': () =>
      commits({ catalog: postgres.url('catalog_forward') }),
    'as the catalog of an undo: the undo comes to its end': () => isUndone({ catalog: postgres.url('catalog_undo') }),
  })
})
