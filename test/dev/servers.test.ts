import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildOnce, cacheDir } from '../../src/dev/servers/cacheDir.ts'
import { findTemporalCli } from '../../src/dev/servers/temporalCli.ts'
import { findTimeSkippingServer } from '../../src/dev/servers/timeSkippingServer.ts'
import { eventually, isGone, runFixture } from './processes.ts'
import { serveRelease } from './serveRelease.ts'

let root: string
let folder: string
let lines: string[]
const log = (line: string): void => {
  lines.push(line)
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'schema-saga-servers-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'test-'))
  lines = []
})

// Nothing listens on port 2, so the connection is refused at once, as on a machine where downloads are blocked.
const blocked = 'http://127.0.0.1:2'

async function program(path: string, script = 'exit 0'): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

/** A machine with an empty cache and nothing on its PATH but what the test puts into `bin`. */
function bareMachine(): { SCHEMA_SAGA_CACHE_DIR: string; PATH: string } {
  return { SCHEMA_SAGA_CACHE_DIR: join(folder, 'cache'), PATH: join(folder, 'bin') }
}

describe('finding a server', () => {
  test('an explicit path wins over the PATH and the cache', async () => {
    const mine = await program(join(folder, 'mine', 'my-temporal'))
    await program(join(folder, 'bin', 'temporal'))
    const env = { ...bareMachine(), TEMPORAL_CLI_PATH: mine, TEMPORAL_TEST_SERVER_PATH: mine }
    expect(await findTemporalCli({ log, env })).toBe(mine)
    expect(await findTimeSkippingServer({ log, env })).toBe(mine)
  })

  test('a wrong explicit path is one sentence that names the setting', async () => {
    const env = { ...bareMachine(), TEMPORAL_CLI_PATH: join(folder, 'nowhere') }
    await expect(findTemporalCli({ log, env })).rejects.toMatchObject({
      code: 'SETTING_INVALID',
      message: `TEMPORAL_CLI_PATH is set to ${join(folder, 'nowhere')}, which is not an executable file.`,
    })
  })

  test('an explicit path to a file that is not executable is refused', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    const env = { ...bareMachine(), TEMPORAL_TEST_SERVER_PATH: file }
    await expect(findTimeSkippingServer({ log, env })).rejects.toThrow('TEMPORAL_TEST_SERVER_PATH is set to')
  })

  test('temporal on the PATH wins over the cache', async () => {
    const env = bareMachine()
    const installed = await program(join(folder, 'bin', 'temporal'))
    await program(join(env.SCHEMA_SAGA_CACHE_DIR, 'temporal-cli-2', 'temporal'))
    expect(await findTemporalCli({ log, env })).toBe(installed)
  })

  test('what is in the cache is used without asking the network', async () => {
    const env = bareMachine()
    const cached = await program(join(env.SCHEMA_SAGA_CACHE_DIR, 'temporal-cli-2', 'temporal'))
    expect(await findTemporalCli({ log, env, downloadHost: blocked })).toBe(cached)
    expect(lines).toEqual([])
  })

  test('a release that can be downloaded is unpacked into the cache', async () => {
    const host = await serveRelease(join(folder, 'host'), 'temporal', 'echo downloaded')
    const env = bareMachine()
    const path = await findTemporalCli({ log, env, downloadHost: host.url }).finally(host.close)
    expect(path).toBe(join(env.SCHEMA_SAGA_CACHE_DIR, 'temporal-cli-2', 'temporal'))
    expect(await readFile(path, 'utf8')).toContain('echo downloaded')
    expect((await stat(path)).mode & 0o111).not.toBe(0)
    expect(host.asked[0]).toMatch(/^\/cli\/default\?platform=\w+&arch=\w+&format=tar\.gz&sdk-name=sdk-typescript/)
  })

  test('where downloads are blocked the program is built with Go', async () => {
    const env = bareMachine()
    await program(join(folder, 'bin', 'go'), '/bin/cp go.mod temporal; echo "built $*" >> temporal')
    const path = await findTemporalCli({ log, env, downloadHost: blocked })
    const built = await readFile(path, 'utf8')
    expect(built).toMatch(/^built build .* github\.com\/temporalio\/cli\/cmd\/temporal$/m)
    expect(built).toContain('github.com/temporalio/cli v1.5.1')
    expect(built).toContain('modernc.org/sqlite v1.51.0')
    expect(lines).toContain(
      'The Temporal CLI cannot be downloaded (ECONNREFUSED); it is built from source instead, once.',
    )
  })

  test('without downloads and without Go, the sentence says every way out', async () => {
    const env = bareMachine()
    await expect(findTemporalCli({ log, env, downloadHost: blocked })).rejects.toMatchObject({
      code: 'SERVER_UNAVAILABLE',
      message:
        'The Temporal CLI is not here, it cannot be downloaded (ECONNREFUSED), and it cannot be built because go cannot ' +
        'be found on the PATH: set TEMPORAL_CLI_PATH to a `temporal` program, install `temporal` on the PATH, or install Go 1.25 or later.',
    })
  })

  test('without downloads and without Java and Maven, the sentence says what is missing', async () => {
    const finding = findTimeSkippingServer({ log, env: bareMachine(), downloadHost: blocked })
    await expect(finding).rejects.toThrow('cannot be built because java and mvn cannot be found on the PATH: set')
  })

  test('a build that fails reports the end of its output and leaves nothing in the cache', async () => {
    const env = bareMachine()
    await program(join(folder, 'bin', 'go'), 'echo "no such module" >&2; exit 3')
    const finding = findTemporalCli({ log, env, downloadHost: blocked })
    await expect(finding).rejects.toThrow(/go build .* exited with code 3:\nno such module/)
    expect(await readdir(env.SCHEMA_SAGA_CACHE_DIR)).toEqual([])
  })

  test('a download host that hangs is noticed within seconds', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const begin = Date.now()
    const downloadHost = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const finding = findTemporalCli({ log, env: bareMachine(), downloadHost })
    await expect(finding).rejects.toThrow('it cannot be downloaded (')
    expect(Date.now() - begin).toBeLessThan(5_000)
    silent.closeAllConnections()
    silent.close()
  })
})

describe('the cache', () => {
  test('lies where SCHEMA_SAGA_CACHE_DIR says, and else outside the checkout', () => {
    expect(cacheDir({ SCHEMA_SAGA_CACHE_DIR: '/somewhere' })).toBe('/somewhere')
    expect(cacheDir({})).toContain('schema-saga')
    expect(cacheDir({}).startsWith(process.cwd())).toBe(false)
  })

  test('two that want the same thing at once build it once, and the second says that it waits', async () => {
    let builds = 0
    const want = () =>
      buildOnce({
        cache: folder,
        entry: 'thing',
        log,
        build: async (aside) => {
          builds += 1
          // Not before the other one has found that somebody builds.
          await eventually(() => lines.length > 0)
          await writeFile(join(aside, 'file'), 'made')
        },
      })
    const [first, second] = await Promise.all([want(), want()])
    expect(first).toBe(second)
    expect(builds).toBe(1)
    expect(lines).toEqual(['Another process is making thing: waiting for it.'])
    expect(await readdir(folder)).toEqual(['thing'])
  })

  test('a failed build leaves nothing, and the next one succeeds', async () => {
    const failing = buildOnce({ cache: folder, entry: 'thing', log, build: () => Promise.reject(new Error('no')) })
    await expect(failing).rejects.toThrow('no')
    expect(await readdir(folder)).toEqual([])
    await buildOnce({ cache: folder, entry: 'thing', log, build: () => Promise.resolve() })
    expect(await readdir(folder)).toEqual(['thing'])
  })

  test('a build killed half-way is no entry; its tool dies too, and the next build cleans up and succeeds', async () => {
    await program(join(folder, 'bin', 'go'), 'echo half > temporal; echo $$ > "$PIDFILE"; exec /bin/sleep 60')
    const pidFile = join(folder, 'tool.pid')
    const env = { ...bareMachine(), PIDFILE: pidFile }
    const builder = runFixture('buildTemporalCli.ts', [blocked], env)
    const tool = await eventually(async () => Number(await readFile(pidFile, 'utf8')) || (false as const))
    builder.kill('SIGKILL')
    await eventually(() => isGone(tool))
    const cache = env.SCHEMA_SAGA_CACHE_DIR
    expect(await readdir(cache)).not.toContain('temporal-cli-2')
    await program(join(folder, 'bin', 'go'), 'echo whole > temporal')
    const path = await findTemporalCli({ log, env, downloadHost: blocked })
    expect(await readFile(path, 'utf8')).toBe('whole\n')
    expect(await readdir(cache)).toEqual(['temporal-cli-2'])
  })
})
