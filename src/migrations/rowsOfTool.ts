/** What the tool of a folder would keep of some of its migrations. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { KeptRow, KeptRows, KeptTool } from '../sql/change/keptRows.ts'
import { type Migration, type MigrationFolder, unreadable } from './migration.ts'

/** Errors: `MIGRATIONS_INVALID` for a file whose name or journal does not say what its tool would keep. */
export async function keptRowsOf(
  folder: string,
  { migrations: all }: Pick<MigrationFolder, 'migrations'>,
  { tool, migrations }: { readonly tool: KeptTool; readonly migrations: readonly Migration[] },
): Promise<KeptRows> {
  const rows: KeptRow[] = []
  for (const migration of migrations) {
    const before = all[all.findIndex(({ name }) => name === migration.name) - 1]
    rows.push(await rowOf(folder, tool, migration, before))
  }
  return { tool, rows }
}

async function rowOf(
  folder: string,
  tool: KeptTool,
  migration: Migration,
  before: Migration | undefined,
): Promise<KeptRow> {
  const { name, files } = migration
  switch (tool) {
    case 'prisma':
      return { key: name, checksum: sha256(await bytesOf(folder, migration)) }
    case 'drizzle':
      return { key: sha256(await bytesOf(folder, migration)), at: await writtenAt(folder, migration) }
    case 'flyway': {
      const [, version = '', words = ''] = /^V(\d+(?:[._]\d+)*)(?:__(.*))?$/.exec(name) ?? []
      const checksum = String(lineChecksum((await bytesOf(folder, migration)).toString()))
      return {
        key: version.replaceAll('_', '.'),
        checksum,
        script: files[0] ?? name,
        description: words.replaceAll('_', ' '),
      }
    }
    case 'golang-migrate':
      return { key: numberOf(migration), before: before === undefined ? null : numberOf(before) }
    case 'goose':
      return { key: numberOf(migration) }
    case 'dbmate':
      return { key: /^\d+/.exec(name)?.[0] ?? numberOf(migration) }
    case 'node-pg-migrate':
      return { key: name }
  }
}

function numberOf({ name, files }: Migration): string {
  const digits = /^\d+/.exec(name)?.[0]
  if (digits === undefined)
    throw unreadable(files[0] ?? name, `"${files[0] ?? name}" has no number, by which its tool would know it.`)
  return String(BigInt(digits))
}

async function bytesOf(folder: string, { name, files }: Migration): Promise<Buffer> {
  return await readFile(join(folder, files[0] ?? name))
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Drizzle goes by when a migration was written, which its journal says. */
async function writtenAt(folder: string, { name }: Migration): Promise<number> {
  const path = 'meta/_journal.json'
  const journal = await readFile(join(folder, path), 'utf8').then(
    (text) => JSON.parse(text) as { entries?: readonly { tag?: unknown; when?: unknown }[] },
    () => ({ entries: [] }),
  )
  const when = journal.entries?.find(({ tag }) => tag === name)?.when
  if (typeof when === 'number') return when
  throw unreadable(path, `"${path}" does not say when "${name}" was written, by which Drizzle knows it.`)
}

/** As Flyway computes it: over the lines, without what ends them and without a byte order mark. */
function lineChecksum(text: string): number {
  // As a signed number of 32 bits.
  return crc32(text.replace(/^\uFEFF|\r\n|\n|\r/g, '')) | 0
}
