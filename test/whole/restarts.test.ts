import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clearLockedPorts } from 'get-port'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { OperationHandle } from '../../src/client.ts'
import { createDatabases } from '../../src/dev/databases.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/dev/servers/embeddedPostgres.ts'
import { startTemporalDevServer, type TemporalDevServer } from '../../src/dev/servers/temporalServer.ts'
import { eventually, isGone } from '../dev/processes.ts'
import { dumpFleet, markersOf, type Place, placesOf, shapesOf } from './fleet.ts'
import { freeze } from './freeze.ts'
import { alterations, slowDown } from './slowDdl.ts'
import { createFleet, createStack, type OwnServers, type Stack } from './stack.ts'

const TENANTS = ['ada', 'bob', 'cleo', 'dan', 'eve', 'fay']
const CARD = { type: 'add_field', model_name: 'guest', field_label: 'Card', field_type: 'text' }
const log = (): void => {}
let folder: string
let postgres: EmbeddedPostgres
const stacks: Stack[] = []
const temporals: TemporalDevServer[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-restarts-'))
  postgres = await start()
  await createDatabases(postgres.url('postgres'), ['forward', 'undo', 'catalog_forward', 'catalog_undo'])
}, 60_000)
afterAll(async () => {
  await Promise.all(stacks.map((stack) => stack.stop()))
  await Promise.all(temporals.map((temporal) => temporal.stop()))
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

/** A fleet of one more model, whose DDL takes its time; both servers of its tenants are one database. */
async function createSlowFleet(own: OwnServers): Promise<{ stack: Stack; places: () => Promise<Place[]> }> {
  const stack = await createStack(own)
  stacks.push(stack)
  await stack.startWorker()
  await createFleet(stack, 'inn', TENANTS)
  await stack.client.run('inn', { type: 'create_model', name: 'guest' })
  await slowDown(stack.alpha, 0.4)
  const places = async (): Promise<Place[]> => {
    // The sessions from before a restart are dead.
    const alpha = await stack.connectAlpha()
    return placesOf({ ...stack, alpha }, 'inn', TENANTS)
  }
  return { stack, places }
}

async function end(places: readonly Place[]): Promise<void> {
  await places[0]?.client.end()
}

/** Resolves once the operation's markers of that state are `count` on alpha. */
async function untilMarkers(stack: Stack, state: string, count: number): Promise<void> {
  const sql = `select count(*)::int as n from schema_saga_target.marker where operation_id = 'card' and state = $1`
  const ask = async () => (await stack.alpha.query<{ n: number }>(sql, [state])).rows[0]?.n
  await expect.poll(ask, { timeout: 60_000, interval: 20 }).toBeGreaterThanOrEqual(count)
}

async function expectCommitted(handle: OperationHandle, places: readonly Place[]): Promise<void> {
  expect(await handle.result()).toMatchObject({ status: 'committed', tenants: { succeeded: TENANTS.length } })
  expect(await shapesOf(places)).toHaveLength(1)
  for (const place of places) expect(await markersOf(place, 'card')).toEqual([{ stage: 1, state: 'applied' }])
  // The base and every second tenant are on alpha.
  const alpha = places[0]?.client as pg.Client
  expect(await alterations(alpha)).toEqual({ objects: 1 + TENANTS.length / 2, most: 1 })
}

async function expectUndone(handle: OperationHandle, places: readonly Place[], before: unknown): Promise<void> {
  await expect(handle.result()).rejects.toMatchObject({ operation: { status: 'failed' } })
  expect(await dumpFleet(places)).toEqual(before)
  for (const place of places) {
    for (const { state } of await markersOf(place, 'card')) expect(state).toBe('compensated')
  }
}

describe('Postgres that dies and comes back in the middle of an operation', () => {
  test('with tenants on it: the operation commits, and no statement has run twice', async () => {
    const { stack, places } = await createSlowFleet({ alpha: postgres.url('forward') })
    const handle = await stack.client.apply('inn', CARD, { operationId: 'card', parallel: 1 })
    await untilMarkers(stack, 'applied', 2)
    await restartPostgres()
    const now = await places()
    await expectCommitted(handle, now)
    await end(now)
  }, 180_000)

  test('with tenants on it that are being undone: the undo comes to its end', async () => {
    const { stack, places } = await createSlowFleet({ alpha: postgres.url('undo') })
    const first = await places()
    const before = await dumpFleet(first)
    await end(first)
    // The last one of beta, which comes when alpha's are done.
    await freeze(stack.beta, 'inn_fay')
    const handle = await stack.client.apply('inn', CARD, { operationId: 'card', parallel: 1 })
    await untilMarkers(stack, 'compensated', 1)
    await restartPostgres()
    const now = await places()
    await expectUndone(handle, now, before)
    await end(now)
  }, 180_000)

  test('as the catalog: the operation waits for it and commits', async () => {
    const { stack, places } = await createSlowFleet({ catalog: postgres.url('catalog_forward') })
    const handle = await stack.client.apply('inn', CARD, { operationId: 'card', parallel: 1 })
    await untilMarkers(stack, 'applied', 2)
    await restartPostgres()
    const now = await places()
    await expectCommitted(handle, now)
    await end(now)
  }, 180_000)

  test('as the catalog of an undo: the undo comes to its end', async () => {
    const { stack, places } = await createSlowFleet({ catalog: postgres.url('catalog_undo') })
    const now = await places()
    const before = await dumpFleet(now)
    await freeze(stack.beta, 'inn_fay')
    const handle = await stack.client.apply('inn', CARD, { operationId: 'card', parallel: 1 })
    await untilMarkers(stack, 'compensated', 1)
    await restartPostgres()
    await expectUndone(handle, now, before)
    await end(now)
  }, 180_000)
})

describe('Temporal that is restarted in the middle of an operation', () => {
  test('on its store the operation goes on, and commits', async () => {
    const options = { cliPath: inject('temporalCliPath'), namespace: 'default', headless: true, log }
    const dbFilename = join(folder, 'temporal.db')
    const first = await startTemporalDevServer({ ...options, dbFilename })
    const { stack, places } = await createSlowFleet({ temporal: first.address })
    const handle = await stack.client.apply('inn', CARD, { operationId: 'card', parallel: 1 })
    await untilMarkers(stack, 'applied', 2)
    await first.stop()
    clearLockedPorts()
    const second = await startTemporalDevServer({ ...options, dbFilename, port: Number(first.address.split(':')[1]) })
    expect(second.address).toBe(first.address)
    const now = await places()
    await expectCommitted(handle, now)
    await end(now)
    temporals.push(second)
  }, 180_000)
})
