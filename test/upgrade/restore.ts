/** Recorded states, restored into databases of their own. */
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { freshDatabase } from '../fixtures/database.ts'
import type { Manifest } from './manifest.ts'

/** The releases whose states are recorded, each in a folder of its name. */
export const RECORDED_RELEASES = ['v0.4', 'v0.5'] as const

export type Release = (typeof RECORDED_RELEASES)[number]

/** A state in databases of its own. */
export interface Restored {
  readonly manifest: Manifest
  /** Superuser URLs by what the databases are: as such they are `createStack`'s own servers. */
  readonly urls: Readonly<Record<'catalog' | 'alpha' | 'beta', string>>
  readonly drop: () => Promise<void>
}

/** The recorded states of a release, by name. */
export async function recordedStates(release: Release): Promise<string[]> {
  const entries = await readdir(folderOf(release), { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

/** What is recorded beside the dumps of a state. */
export async function readManifest(release: Release, state: string): Promise<Manifest> {
  return JSON.parse(await readFile(`${folderOf(release)}/${state}/state.json`, 'utf8')) as Manifest
}

/** Restores a state into fresh databases of the run's Postgres. */
export async function restoreState(release: Release, state: string): Promise<Restored> {
  const manifest = await readManifest(release, state)
  const databases = await Promise.all([freshDatabase(), freshDatabase(), freshDatabase()])
  const [catalog, alpha, beta] = databases
  const read = (file: string): Promise<string> => readFile(`${folderOf(release)}/${file}`, 'utf8')
  const load = async (url: string, structure: string, name: keyof Restored['urls']): Promise<void> => {
    const { file = '' } = manifest.databases[name] ?? {}
    await runScripts(url, [await read(structure), await read(`${state}/${file}`)])
  }
  await Promise.all([
    load(catalog.url, 'catalog.sql', 'catalog'),
    load(alpha.url, 'bookkeeping.sql', 'alpha'),
    load(beta.url, 'bookkeeping.sql', 'beta'),
  ])
  return {
    manifest,
    urls: { catalog: catalog.url, alpha: alpha.url, beta: beta.url },
    drop: async () => {
      await Promise.all(databases.map((database) => database.drop()))
    },
  }
}

/** Each script is one message and so one transaction. */
async function runScripts(connectionString: string, scripts: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  try {
    for (const script of scripts) await client.query(script)
  } finally {
    await client.end()
  }
}

function folderOf(release: Release): string {
  return fileURLToPath(new URL(`./${release}`, import.meta.url))
}
