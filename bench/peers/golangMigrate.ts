/** golang-migrate: one process for each namespace, which is its `search_path`. */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { processEnvironment } from '../../src/config.ts'
import { buildOnce, cacheDir } from '../../src/dev/servers/cacheDir.ts'
import { findOnPath } from '../../src/dev/servers/findServer.ts'
import { withProgress } from '../../src/dev/servers/progress.ts'
import { runBuild } from '../../src/dev/servers/runBuild.ts'
import { ident } from '../../src/physical/sql.ts'
import { libpqEnvironment, urlForNamespace, withClient } from '../databases.ts'
import { runLoop } from '../program.ts'
import { roundSql } from '../schema.ts'
import type { FilePeer, PeerFleet } from './peer.ts'

const VERSION = 'v4.20.1'
const PACKAGE = `github.com/golang-migrate/migrate/v4/cmd/migrate@${VERSION}`

const SCRIPTS = {
  loop: `while read -r ns; do "$MIGRATE" -path "$FILES" -database "$URL$ns" goto "$VERSION" || exit 1; done`,
  'xargs -P8': `xargs -P8 -I{} "$MIGRATE" -path "$FILES" -database "$URL{}" goto "$VERSION"`,
} as const

/** One after the other, or eight at once. */
export function golangMigrate(how: keyof typeof SCRIPTS): FilePeer {
  return {
    name: `golang-migrate ${VERSION.slice(1)}, ${how}`,
    install: (log) =>
      buildOnce({
        cache: cacheDir(),
        entry: `bench-golang-migrate-${VERSION}`,
        log,
        build: (folder) => withProgress(`Building golang-migrate ${VERSION}`, log, () => build(folder)),
      }),
    prepare: async (installed, fleet) => {
      await registerFirst(fleet)
      const env = {
        ...libpqEnvironment(fleet.url),
        MIGRATE: join(installed, 'migrate'),
        FILES: fleet.folder,
        URL: urlForNamespace(fleet.url),
      }
      const goTo = (round: number): Promise<number> =>
        runLoop(SCRIPTS[how], fleet.namespaces, { cwd: fleet.folder, env: { ...env, VERSION: String(round + 1) } })
      return {
        apply: async (round) => {
          await writeMigration(fleet, round)
          return await goTo(round)
        },
        applyAll: async (rounds) => {
          for (const round of rounds) await writeMigration(fleet, round)
          return await goTo(rounds.at(-1) ?? 0)
        },
        noop: goTo,
      }
    },
  }
}

async function build(folder: string): Promise<void> {
  const env = processEnvironment()
  if (findOnPath('go', env) === null) throw new Error('Go is not on the PATH')
  const scratch = join(folder, 'scratch')
  await mkdir(scratch)
  await runBuild({
    command: 'go',
    args: ['install', '-tags', 'postgres', PACKAGE],
    env: { ...env, CGO_ENABLED: '0', GOBIN: scratch, GOTMPDIR: scratch, GOFLAGS: '' },
    cwd: folder,
  })
  await rename(join(scratch, 'migrate'), join(folder, 'migrate'))
  await rm(scratch, { recursive: true, force: true })
}

/** Each namespace is at version 1, with the tool's own table as the tool makes it. */
async function registerFirst({ url, namespaces, folder }: PeerFleet): Promise<void> {
  await writeFile(join(folder, '000001_tables.up.sql'), 'SELECT 1;\n')
  await withClient(url, async (client) => {
    for (const namespace of namespaces) {
      const table = `${ident(namespace)}.schema_migrations`
      await client.query(
        `CREATE TABLE ${table} (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
         INSERT INTO ${table} VALUES (1, false)`,
      )
    }
  })
}

async function writeMigration({ folder }: PeerFleet, round: number): Promise<void> {
  const number = String(round + 1).padStart(6, '0')
  const statements = roundSql(round).map((sql) => sql.replaceAll(':"ns".', ''))
  await writeFile(join(folder, `${number}_round.up.sql`), `${statements.join(';\n')};\n`)
}
