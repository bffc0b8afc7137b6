/** Reads a folder of migrations into the list that is run, whatever tool wrote it. */
import { readScript } from '../sql/script/readScript.ts'
import type { ScriptStage } from '../sql/script/script.ts'
import { undoneBy } from './beside.ts'
import { readDbmate } from './dbmate.ts'
import { formatOf } from './detect.ts'
import { readDrizzle } from './drizzle.ts'
import { filesBelow, type Listing, listFolder, requireNames, requireNoCode, stemOf } from './files.ts'
import { readFlyway } from './flyway.ts'
import { readPrisma } from './foldered.ts'
import { readGoose } from './goose.ts'
import {
  type Direction,
  type Found,
  type FoundMigration,
  type Migration,
  type MigrationFolder,
  type MigrationFormat,
  unreadable,
} from './migration.ts'
import { readPlain } from './plain.ts'
import { type FinishedDirection, finishDirection } from './transactions.ts'
import { readGolangMigrate, readNodePgMigrate } from './upDown.ts'

const READERS: Readonly<Record<MigrationFormat, (listing: Listing) => Promise<Found>>> = {
  plain: readPlain,
  dbmate: readDbmate,
  goose: readGoose,
  'golang-migrate': readGolangMigrate,
  'node-pg-migrate': readNodePgMigrate,
  flyway: readFlyway,
  prisma: readPrisma,
  drizzle: readDrizzle,
}

/** Those that read no folder below. */
const FLAT: readonly MigrationFormat[] = ['plain', 'dbmate', 'goose', 'golang-migrate', 'node-pg-migrate']

/**
 * The migrations of a folder in order; the format is found by looking unless it is given. Errors: `MIGRATIONS_INVALID` naming
 * the file that is in the way, `SQL_INVALID` for a text that is no UTF-8.
 */
export async function readMigrations(
  folder: string,
  options: { readonly format?: MigrationFormat } = {},
): Promise<MigrationFolder> {
  const listing = await listFolder(folder)
  const format = options.format ?? (await formatOf(folder, listing))
  if (FLAT.includes(format)) requireNoCode(listing)
  const { migrations: found, notes } = await READERS[format](listing)
  if (found.length === 0) throw unreadable(folder, `The folder "${folder}" holds no migrations of ${format}.`)
  requireNames(found)
  const migrations: Migration[] = []
  for (const each of found) migrations.push(await finish(each))
  const below = FLAT.includes(format) ? await notesOnFolders(listing) : []
  return { format, migrations, notes: [...notes, ...below] }
}

async function finish({ name, up: forward, down: back, files, notes = [] }: FoundMigration): Promise<Migration> {
  const { up, down, note } = await finishBoth(forward, back)
  // Whoever writes an empty file means that nothing is to be done.
  const empty = up.text === null ? [`"${forward.source}" holds no statement.`] : []
  return {
    name,
    up: up.text ?? forward.text,
    down: down?.text ?? null,
    notes: [...new Set([...notes, ...empty, ...(note ?? [...up.notes, ...(down?.notes ?? [])])])],
    files,
  }
}

interface Finished {
  readonly up: FinishedDirection
  readonly down: FinishedDirection | null
  /** Instead of what is to be noted of each. */
  readonly note?: readonly string[]
}

/**
 * A stage of the way back undoes one of the way forward. Where each statement has a transaction of its own, that asks for as many
 * statements: where there are others, those that can share a transaction do.
 */
async function finishBoth(forward: Direction, back: Direction | null): Promise<Finished> {
  const up = await finishDirection(forward)
  if (back === null) return { up, down: null }
  const down = await finishDirection(back)
  if ((!forward.alone && !back.alone) || (await arePaired(up, down))) return { up, down }
  const shared = {
    up: await finishDirection({ ...forward, alone: false }),
    down: await finishDirection({ ...back, alone: false }),
  }
  if (!(await arePaired(shared.up, shared.down))) return { up, down }
  const why = 'because the way back has another number of them'
  return { ...shared, note: [`Statements of ${forward.source} share a transaction where they can, ${why}.`] }
}

async function arePaired(up: FinishedDirection, down: FinishedDirection): Promise<boolean> {
  if (up.text === null || down.text === null) return true
  const [forward, back] = [await stagesIn(up.text), await stagesIn(down.text)]
  // An index that is built concurrently needs no written undo.
  const toUndo = forward?.filter(({ index }) => index?.builds !== true)
  return back !== null && (back.length === forward?.length || back.length === toUndo?.length)
}

/** Null for what cannot be read: why is told when it is to be run. */
async function stagesIn(text: string): Promise<readonly ScriptStage[] | null> {
  return await readScript('a migration', text, { namespace: null }).then(
    ({ stages }) => stages,
    () => null,
  )
}

async function notesOnFolders({ full, folders }: Listing): Promise<readonly string[]> {
  const notes: string[] = []
  for (const folder of folders) {
    const below = await filesBelow({ full, files: [], folders: [folder] })
    const count = below.filter(({ name }) => stemOf(name) !== null && undoneBy(name) === null).length
    if (count > 0)
      notes.push(
        `The folder "${folder.path}" below is not read; it holds ${count} ${count === 1 ? 'file' : 'files'} of SQL.`,
      )
  }
  return notes
}
