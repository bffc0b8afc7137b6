/** What lies in a folder, as people have it: links are followed, hidden files and those of editors are left out. */
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type FoundMigration, unreadable } from './migration.ts'

/** A file or a folder. */
export interface Entry {
  /** In composed form, so that it is the same on every machine. */
  readonly name: string
  /** Below the folder that was given, with slashes. */
  readonly path: string
  /** For the file system. */
  readonly full: string
}

/** What one folder holds, in order of names. */
export interface Listing {
  /** For the file system. */
  readonly full: string
  readonly files: readonly Entry[]
  readonly folders: readonly Entry[]
}

/** Reads one folder. Errors: `MIGRATIONS_INVALID` when it is none, or a link in it leads nowhere. */
export async function listFolder(full: string, path = ''): Promise<Listing> {
  const files: Entry[] = []
  const folders: Entry[] = []
  for (const given of await namesIn(full, path)) {
    if (given.startsWith('.') || given === 'node_modules') continue
    const name = given.normalize('NFC')
    const entry = { name, path: path === '' ? name : `${path}/${name}`, full: join(full, given) }
    const kind = await kindOf(entry)
    if (kind !== 'other') (kind === 'file' ? files : folders).push(entry)
  }
  return { full, files, folders }
}

/** Whoever gives a folder with more below it has given another one than was meant. */
const MOST_FOLDERS = 1_000

/** All files of a folder and of those below it, each folder once, however links lead to it. Errors: `MIGRATIONS_INVALID`. */
export async function filesBelow(listing: Listing, seen = new Set<string>()): Promise<readonly Entry[]> {
  seen.add(await realpath(listing.full))
  if (seen.size > MOST_FOLDERS) {
    throw unreadable(
      listing.full,
      `There are more than ${MOST_FOLDERS} folders below: give the one that the migrations are in.`,
    )
  }
  const files = [...listing.files]
  for (const { full, path } of listing.folders) {
    if (seen.has(await realpath(full))) continue
    files.push(...(await filesBelow(await listFolder(full, path), seen)))
  }
  return files
}

/** The bytes of a file. Errors: `MIGRATIONS_INVALID`. */
export async function bytesOf({ full, path }: Entry): Promise<Uint8Array> {
  try {
    return await readFile(full)
  } catch (error) {
    throw unreadable(path, `The file "${path}" cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}

async function namesIn(full: string, path: string): Promise<readonly string[]> {
  const shown = path === '' ? full : path
  try {
    return (await readdir(full)).sort()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw unreadable(shown, `The folder "${shown}" does not exist.`)
    if (code === 'ENOTDIR') {
      throw unreadable(shown, `"${shown}" is a file: give the folder that the migrations are in.`)
    }
    throw unreadable(shown, `The folder "${shown}" cannot be read (${code}).`)
  }
}

async function kindOf({ full, path }: Entry): Promise<'file' | 'folder' | 'other'> {
  try {
    const found = await stat(full)
    return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other'
  } catch (error) {
    // Whether a migration is behind it nobody knows.
    const { code } = error as NodeJS.ErrnoException
    throw unreadable(path, `The link "${path}" leads nowhere (${code}): correct it, or remove it.`)
  }
}

/** Whether a file is one of SQL, and its name without the ending. */
export function stemOf(name: string): string | null {
  return /\.sql$/i.test(name) ? name.slice(0, -4) : null
}

/** By the numbers in names and not by their digits: `2_b` before `10_c`; what is the same so far, by code points. */
export function byNumbers(one: string, other: string): number {
  const [left, right] = [partsOf(one), partsOf(other)]
  for (const [index, part] of left.entries()) {
    const against = right[index]
    if (against === undefined) return 1
    const order = isNumber(part) && isNumber(against) ? compare(BigInt(part), BigInt(against)) : compare(part, against)
    if (order !== 0) return order
  }
  return left.length < right.length ? -1 : compare(one, other)
}

/** As most tools sort: by code units. */
export function compare<Value extends string | bigint>(one: Value, other: Value): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function partsOf(name: string): readonly string[] {
  return name.match(/\d+|\D+/g) ?? []
}

function isNumber(part: string): boolean {
  return /^\d/.test(part)
}

/** Errors: `MIGRATIONS_INVALID` for a step that is written in another language: without it the others mean something else. */
export function requireNoCode({ files }: Listing): void {
  const code = files.find(
    ({ name }) =>
      /^\d[\w.-]*\.(js|mjs|cjs|ts|mts|cts|go|py|rb|java|kt|groovy|php|exs?|sh)$/i.test(name) &&
      !/_test\.go$/.test(name),
  )
  const named = files.find(({ name }) => /^\d.*\.(pgsql|psql|ddl)$/i.test(name))
  if (named !== undefined)
    throw unreadable(named.path, `"${named.path}" would not be run: give its name the ending .sql.`)
  if (code === undefined) return
  throw unreadable(code.path, `"${code.path}" is a migration that is no SQL, which alone is run here: write it in SQL.`)
}

/** As an operation takes it. */
const LONGEST_NAME = 200

/** Errors: `MIGRATIONS_INVALID` for a name that no operation could have, or that two have. */
export function requireNames(found: readonly FoundMigration[]): void {
  const seen = new Map<string, string>()
  for (const { name, files } of found) {
    const path = files[0] ?? name
    const other = seen.get(name)
    if (other !== undefined) throw unreadable(path, `"${other}" and "${path}" are both named "${name}": rename one.`)
    seen.set(name, path)
    if (name.length > LONGEST_NAME || /[\p{Cc}\p{Surrogate}]/u.test(name)) {
      throw unreadable(
        path,
        `The name of "${path}" is longer than ${LONGEST_NAME} characters, or has control characters.`,
      )
    }
  }
}
