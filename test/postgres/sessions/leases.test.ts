/** Several worker processes on one server; each has pools of its own, and the catalog is all that they share. */
import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createCatalogPool } from '../../../src/postgres/catalog/pool.ts'
import { addServer, requireServer, setServer } from '../../../src/postgres/catalog/projects/servers.ts'
import { catalogLeases } from '../../../src/postgres/catalog/sessions/leases.ts'
import { createTargetPools, type TargetPools } from '../../../src/postgres/sessions/pools.ts'
import { type FreshDatabase, freshCatalog, freshDatabase, onServer } from '../../fixtures/database.ts'
import { sampleSessions } from '../../fixtures/sampleSessions.ts'

let catalogDatabase: FreshDatabase
let targets: FreshDatabase
let catalog: pg.Pool
let count = 0
let server = ''
const opened: TargetPools[] = []

beforeAll(async () => {
  catalogDatabase = await freshCatalog()
  targets = await freshDatabase()
  catalog = createCatalogPool(catalogDatabase.url)
})
beforeEach(() => {
  count += 1
  server = `s${count}`
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()))
})
afterAll(async () => {
  await catalog?.end()
  await targets?.drop()
  await catalogDatabase?.drop()
})

function budget(maxSessions: number): Promise<unknown> {
  return addServer(catalog, { id: server, dsnEnv: 'URL', maxSessions, actor: 'test' })
}

/** What a worker process has. */
function worker(options: { validMs?: number } = {}): TargetPools {
  const pools = createTargetPools({
    server: (id) => requireServer(catalog, id),
    dsn: () => targets.url,
    leases: catalogLeases(catalog, options),
  })
  opened.push(pools)
  return pools
}

async function use(pools: TargetPools, seconds = 0): Promise<number> {
  const since = performance.now()
  await pools.withClient({ server, namespace: 'n' }, (client) => client.query('SELECT pg_sleep($1)', [seconds]))
  return performance.now() - since
}

/** Uses sessions in `lanes` lanes until it is stopped; returns how often. */
function sweep(pools: TargetPools, lanes: number, seconds = 0.01): { done: () => number; stop: () => Promise<void> } {
  let [done, stopped] = [0, false]
  const lane = async (): Promise<void> => {
    while (!stopped) {
      await use(pools, seconds)
      done += 1
    }
  }
  const all = Promise.all(Array.from({ length: lanes }, lane))
  return {
    done: () => done,
    stop: async () => {
      stopped = true
      await all
    },
  }
}

async function leased(): Promise<number> {
  const { rows } = await catalog.query<{ sum: number }>(
    `select coalesce(sum(sessions), 0)::int as sum from schema_saga.session_lease
      where server_id = $1 and expires_at > clock_timestamp()`,
    [server],
  )
  return rows[0]?.sum ?? 0
}

async function leasesOf(): Promise<number[]> {
  const { rows } = await catalog.query<{ sessions: number }>(
    'select sessions from schema_saga.session_lease where server_id = $1 order by 1',
    [server],
  )
  return rows.map(({ sessions }) => sessions)
}

/** When the lease of a holder runs out, by the catalog's clock. */
async function endOf(holder: string): Promise<string> {
  const { rows } = await catalog.query<{ end: string }>(
    'select expires_at::text as end from schema_saga.session_lease where server_id = $1 and holder = $2',
    [server, holder],
  )
  if (rows[0] === undefined) throw new Error(`${holder} has no lease`)
  return rows[0].end
}

async function isPast(moment: string): Promise<boolean | undefined> {
  const { rows } = await catalog.query<{ past: boolean }>('select clock_timestamp() >= $1::timestamptz as past', [
    moment,
  ])
  return rows[0]?.past
}

async function sessionsOpen(): Promise<number> {
  return (await (await sampleSessions(databaseName())).stop()).most
}

const databaseName = (): string => new URL(targets.url).pathname.slice(1)

describe('the budget of a server', () => {
  test('is never exceeded by three workers with random demand, neither in the catalog nor on the server', async () => {
    await budget(4)
    const workers = [worker(), worker(), worker()]
    const burst = fc.record({ worker: fc.nat(2), uses: fc.integer({ min: 1, max: 12 }), pauseMs: fc.nat(400) })
    const bursts = fc.sample(burst, 30)
    const sampler = await sampleSessions(databaseName(), 5)
    let mostLeased = 0
    let over = false
    const sampling = (async () => {
      while (!over) mostLeased = Math.max(mostLeased, await leased())
    })()
    const uses: Promise<number>[] = []
    for (const { worker: index, uses: many, pauseMs } of bursts) {
      const pools = workers[index] as TargetPools
      for (let n = 0; n < many; n += 1) uses.push(use(pools, ((n * 7) % 5) / 50))
      await sleep(pauseMs)
    }
    await Promise.all(uses)
    over = true
    await sampling
    const { most, mostAside } = await sampler.stop()
    expect({ most, mostLeased, mostAside }).toEqual({ most: 4, mostLeased: 4, mostAside: 0 })
  })

  test('is given back when it is not needed, with the idle sessions', async () => {
    await budget(8)
    const pools = worker()
    await Promise.all(Array.from({ length: 8 }, () => use(pools, 0.05)))
    expect(await leasesOf()).toEqual([8])
    const one = sweep(pools, 1, 0.05)
    await expect.poll(leasesOf, { timeout: 5_000 }).toEqual([1])
    await one.stop()
    await expect.poll(leasesOf, { timeout: 5_000 }).toEqual([])
    const sampler = await sampleSessions(databaseName())
    expect((await sampler.stop()).most).toBe(0)
  })

  test('may change while workers run: they follow within seconds', async () => {
    await budget(2)
    const pools = worker()
    const busy = sweep(pools, 10)
    await expect.poll(leasesOf).toEqual([2])
    await setServer(catalog, { id: server, maxSessions: 6, actor: 'test' })
    await expect.poll(leasesOf, { timeout: 4_000 }).toEqual([6])
    await setServer(catalog, { id: server, maxSessions: 1, actor: 'test' })
    await expect.poll(leasesOf, { timeout: 4_000 }).toEqual([1])
    const sampler = await sampleSessions(databaseName())
    const since = busy.done()
    await expect.poll(busy.done, { timeout: 10_000 }).toBeGreaterThan(since + 20)
    await busy.stop()
    expect((await sampler.stop()).most).toBe(1)
  })

  test('outlives a worker that gives nothing back by the time of its lease, and no longer', async () => {
    await budget(2)
    const dead = catalogLeases(catalog, { holder: 'dead', validMs: 2_000 })
    const entry = await requireServer(catalog, server)
    expect(await dead.lease(entry, { wanted: 2, kept: 0 })).toMatchObject({ limit: 2, covered: 2 })
    const end = await endOf('dead')
    expect(await use(worker())).toBeLessThan(10_000)
    expect(await isPast(end)).toBe(true)
  })
})

describe('fairness', () => {
  test('a worker that wants one session gets it within seconds, while another one sweeps with all', async () => {
    await budget(4)
    const big = worker()
    const sweeping = sweep(big, 20)
    await expect.poll(leasesOf).toEqual([4])
    expect(await use(worker())).toBeLessThan(3_000)
    await expect.poll(leasesOf, { timeout: 5_000 }).toEqual([4])
    await sweeping.stop()
  })

  test('two workers that both want all have half each', async () => {
    await budget(4)
    const [one, other] = [sweep(worker(), 20), sweep(worker(), 20)]
    await expect.poll(leasesOf, { timeout: 5_000 }).toEqual([2, 2])
    await Promise.all([one.stop(), other.stop()])
  })

  test('four workers with one session between them take turns', async () => {
    await budget(1)
    const all = Array.from({ length: 4 }, () => sweep(worker(), 5))
    const sampler = await sampleSessions(databaseName(), 5)
    await expect.poll(() => Math.min(...all.map(({ done }) => done())), { timeout: 20_000 }).toBeGreaterThan(3)
    await Promise.all(all.map(({ stop }) => stop()))
    expect((await sampler.stop()).most).toBe(1)
  })
})

describe('a catalog that is away', () => {
  const away = async (gone: boolean): Promise<void> => {
    const name = new URL(catalogDatabase.url).pathname.slice(1)
    await onServer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${!gone}`)
    if (gone) await onServer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
  }

  test('leaves the lease until it runs out; then uses wait until the catalog is back', async () => {
    await budget(2)
    const pools = worker({ validMs: 3_000 })
    const busy = sweep(pools, 3)
    await expect.poll(leasesOf).toEqual([2])
    await away(true)
    try {
      const since = busy.done()
      await expect.poll(busy.done, { timeout: 3_000 }).toBeGreaterThan(since + 3)
      await expect.poll(sessionsOpen, { timeout: 10_000 }).toBe(0)
      const stood = busy.done()
      const sampler = await sampleSessions(databaseName())
      // Nothing to poll for: for this long, nothing must happen.
      await sleep(1_000)
      expect(busy.done()).toBe(stood)
      expect((await sampler.stop()).most).toBe(0)
    } finally {
      await away(false)
    }
    const since = busy.done()
    await expect.poll(busy.done, { timeout: 10_000 }).toBeGreaterThan(since + 10)
    await busy.stop()
  })
})

test('a process that was stopped for longer than its lease uses no session that another one has meanwhile', async () => {
  await budget(1)
  const pools = worker({ validMs: 1_500 })
  await use(pools)
  // As SIGSTOP does, this holds up everything here; a process beside us takes the lease once it has run out.
  const script = `
    import pg from 'pg'
    const client = new pg.Client({ connectionString: process.argv[1] })
    await client.connect()
    await client.query('select pg_sleep(2)')
    await client.query("delete from schema_saga.session_lease where server_id = $1", [process.argv[2]])
    await client.query("insert into schema_saga.session_lease values ($1, 'other', 1, 1, now(), now() + interval '2 s')", [process.argv[2]])
    await client.end()`
  const args = ['--input-type=module', '-e', script, catalogDatabase.url, server]
  expect(spawnSync(process.execPath, args, { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  const inUse = use(pools)
  const end = await endOf('other')
  await inUse
  expect(await isPast(end)).toBe(true)
  expect(await leased()).toBe(1)
})
