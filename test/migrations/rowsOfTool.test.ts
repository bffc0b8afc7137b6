import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readMigrations } from '../../src/migrations/readMigrations.ts'
import { keptRowsOf } from '../../src/migrations/rowsOfTool.ts'
import type { KeptRow, KeptTool } from '../../src/sql/change/keptRows.ts'

const ADOPT = join(import.meta.dirname, '../../examples/adopt')
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-kept-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function rowsOf(tool: KeptTool, path: string): Promise<readonly KeptRow[]> {
  const read = await readMigrations(path, { format: tool })
  return (await keptRowsOf(path, read, { tool, migrations: read.migrations })).rows
}

async function hashOf(...path: readonly string[]): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(ADOPT, ...path)))
    .digest('hex')
}

describe('what a tool would keep of its files', () => {
  test('is the hash of the file, for Prisma and Drizzle', async () => {
    const [first] = await rowsOf('prisma', join(ADOPT, 'prisma/migrations'))
    const init = '20240102093015_init'
    expect(first).toEqual({ key: init, checksum: await hashOf('prisma/migrations', init, 'migration.sql') })
    const [, second] = await rowsOf('drizzle', join(ADOPT, 'drizzle/drizzle'))
    const hash = await hashOf('drizzle/drizzle/0001_silent_comet.sql')
    expect(second).toEqual({ key: hash, at: expect.any(Number) })
  })

  test('is a version, and a sum over the lines, for Flyway', async () => {
    await writeFile(join(folder, 'V2_1__add_a_note.sql'), '-- 1\r\nSELECT\n 2;\n')
    expect(await rowsOf('flyway', folder)).toEqual([
      {
        key: '2.1',
        checksum: String(await sumOf('-- 1SELECT 2;')),
        script: 'V2_1__add_a_note.sql',
        description: 'add a note',
      },
    ])
    await rm(join(folder, 'V2_1__add_a_note.sql'))
  })

  test('is a number, and for golang-migrate the one before it, too', async () => {
    for (const name of ['000001_a', '000002_b']) {
      await writeFile(join(folder, `${name}.up.sql`), 'SELECT 1;')
      await writeFile(join(folder, `${name}.down.sql`), 'SELECT 1;')
    }
    expect(await rowsOf('golang-migrate', folder)).toEqual([
      { key: '1', before: null },
      { key: '2', before: '1' },
    ])
    expect(await rowsOf('node-pg-migrate', folder)).toEqual([{ key: '000001_a' }, { key: '000002_b' }])
  })
})

/** By the library that Node has. */
async function sumOf(text: string): Promise<number> {
  const { gzipSync } = await import('node:zlib')
  // The sum stands in front of the length at the end.
  return gzipSync(text).readInt32LE(gzipSync(text).length - 8)
}
