import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/dev/servers/embeddedPostgres.ts'
import { eventually, firstLine, isGone, runFixture } from './processes.ts'

let root: string
let dataDir: string
let lines: string[]
let leftovers: string[]
const log = (line: string): void => {
  lines.push(line)
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'schema-saga-postgres-test-'))
  leftovers = [root]
})
afterAll(async () => {
  for (const folder of leftovers) await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  dataDir = join(await mkdtemp(join(root, 'test-')), 'postgres')
  lines = []
})

async function ask(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Where the data are: as root beneath a private folder, not in `dataDir`. */
async function dataOf(server: EmbeddedPostgres): Promise<string> {
  const [row] = await ask(server.url('postgres'), 'show data_directory')
  const data = String(row?.data_directory)
  leftovers.push(dirname(data))
  return data
}

async function postmasterOf(data: string): Promise<number> {
  return Number.parseInt(await readFile(join(data, 'postmaster.pid'), 'utf8'), 10)
}

describe('the embedded Postgres', () => {
  test('answers, listens on the loopback interface only, and leaves no process and no data when it is ephemeral', async () => {
    const server = await startEmbeddedPostgres({ dataDir, ephemeral: true, log })
    expect(await ask(server.url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await ask(server.url('postgres'), 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    expect(await ask(server.url('postgres'), 'show fsync')).toEqual([{ fsync: 'off' }])
    const data = await dataOf(server)
    const postmaster = await postmasterOf(data)
    await server.stop()
    expect(isGone(postmaster)).toBe(true)
    expect(existsSync(dataDir)).toBe(false)
    expect(existsSync(dirname(data))).toBe(false)
  })

  test('refuses a wrong password', async () => {
    const server = await startEmbeddedPostgres({ dataDir, ephemeral: true, log })
    const url = new URL(server.url('postgres'))
    url.password = 'guess'
    await expect(ask(url.href, 'select 1')).rejects.toThrow('password authentication failed')
    await server.stop()
  })

  test('keeps its data over a restart, and its password in a file that only we can read', async () => {
    const first = await startEmbeddedPostgres({ dataDir, log })
    await ask(first.url('postgres'), 'create table kept as select 42 as answer')
    await dataOf(first)
    await first.stop()
    const second = await startEmbeddedPostgres({ dataDir, log })
    expect(second.url('x')).toContain(new URL(first.url('x')).password)
    expect(await ask(second.url('postgres'), 'select * from kept')).toEqual([{ answer: 42 }])
    expect((await stat(join(dataDir, 'postgres.json'))).mode & 0o777).toBe(0o600)
    await second.stop()
  })

  test('takes the next free port when the wanted one is taken', async () => {
    const first = await startEmbeddedPostgres({ dataDir: join(dataDir, 'a'), ephemeral: true, log })
    const second = await startEmbeddedPostgres({ dataDir: join(dataDir, 'b'), ephemeral: true, port: first.port, log })
    expect(second.port).toBeGreaterThan(first.port)
    expect(lines).toContain(`Port ${first.port} is taken; Postgres uses ${second.port}.`)
    await Promise.all([first.stop(), second.stop()])
  })

  test('a second start on the same data is refused while the first one runs', async () => {
    const server = await startEmbeddedPostgres({ dataDir, ephemeral: true, log })
    const second = startEmbeddedPostgres({ dataDir, ephemeral: true, log })
    await expect(second).rejects.toThrow(`is already running, started by process ${process.pid}.`)
    expect(await ask(server.url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
  })

  test('dies with a killed parent, and the next start finds the data', async () => {
    const parent = runFixture('holdPostgres.ts', [dataDir])
    const { url, pid } = JSON.parse(await firstLine(parent)) as { url: string; pid: number }
    await ask(url, 'create table kept as select 42 as answer')
    parent.kill('SIGKILL')
    await eventually(() => isGone(pid))
    const server = await startEmbeddedPostgres({ dataDir, log })
    await dataOf(server)
    expect(await ask(server.url('postgres'), 'select * from kept')).toEqual([{ answer: 42 }])
    await server.stop()
  })

  test('an ephemeral one takes its data along when its parent is killed', async () => {
    const parent = runFixture('holdPostgres.ts', [dataDir, 'ephemeral'])
    const { pid, data } = JSON.parse(await firstLine(parent)) as { pid: number; data: string }
    parent.kill('SIGKILL')
    await eventually(() => isGone(pid))
    await eventually(() => !existsSync(data))
  })

  test('one that an earlier run left behind is stopped by the next start', async () => {
    const orphan = await startEmbeddedPostgres({ dataDir, log })
    const data = await dataOf(orphan)
    const pid = await postmasterOf(data)
    await writeFile(join(dirname(data), 'owner.pid'), '999999999\n')
    const server = await startEmbeddedPostgres({ dataDir, log })
    expect(lines).toContain(`Stopping a Postgres (process ${pid}) that an earlier run left behind.`)
    expect(isGone(pid)).toBe(true)
    await server.stop()
  })

  test('a stale pid file that names another living program does not keep it from starting', async () => {
    const first = await startEmbeddedPostgres({ dataDir, log })
    const data = await dataOf(first)
    await first.stop()
    await writeFile(join(data, 'postmaster.pid'), `${process.pid}\n${data}\n`)
    const second = await startEmbeddedPostgres({ dataDir, log })
    expect(await ask(second.url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }])
    await second.stop()
  })

  test('data of another major version are refused with a sentence', async () => {
    const first = await startEmbeddedPostgres({ dataDir, log })
    const data = await dataOf(first)
    await first.stop()
    await writeFile(join(data, 'PG_VERSION'), '12\n')
    await expect(startEmbeddedPostgres({ dataDir, log })).rejects.toThrow(
      'belong to Postgres 12, but the embedded server is',
    )
  })
})
