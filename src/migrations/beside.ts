/** `NAME.down.sql` beside any file. */
import { type Entry, stemOf } from './files.ts'
import { type Direction, type FoundMigration, unreadable } from './migration.ts'
import { whole } from './sections.ts'

/** Files of SQL, and the ways back that lie beside them by the names of what they undo. */
export interface Parted {
  readonly files: readonly Entry[]
  readonly downs: ReadonlyMap<string, Entry>
}

/** Takes the ways back out of a list of files; what is no SQL is left out. */
export function partDowns(files: readonly Entry[]): Parted {
  const downs = new Map<string, Entry>()
  const rest: Entry[] = []
  for (const file of files) {
    const undone = undoneBy(file.name)
    if (undone !== null) downs.set(undone, file)
    else if (stemOf(file.name) !== null) rest.push(file)
  }
  return { files: rest, downs }
}

/** What `NAME.down.sql` undoes. */
export function undoneBy(name: string): string | null {
  return /^(.+)\.down\.sql$/i.exec(name)?.[1] ?? null
}

/** Errors: `MIGRATIONS_INVALID` for a way back without a way forward. */
export function requireUsed({ downs }: Parted, names: ReadonlySet<string>): void {
  for (const [undone, { path }] of downs) {
    if (names.has(undone)) continue
    throw unreadable(
      path,
      `"${path}" leads back, and there is no "${undone}.sql" or "${undone}.up.sql" that leads there.`,
    )
  }
}

/** The migration with the way back that lies beside its file. Errors: `MIGRATIONS_INVALID` when it has one of its own. */
export async function withDown(found: FoundMigration, beside: Entry | undefined): Promise<FoundMigration> {
  if (beside === undefined) return found
  if (found.down !== null) {
    const own = found.down.source
    throw unreadable(beside.path, `"${found.name}" has two ways back, in "${own}" and in "${beside.path}": leave one.`)
  }
  const down: Direction = await whole(beside)
  return { ...found, down, files: [...found.files, beside.path] }
}

/** Errors: `MIGRATIONS_INVALID` when two files have one version, of which their tool would run one only. */
export function requireVersions(versions: readonly (readonly [version: string, path: string])[]): void {
  const seen = new Map<string, string>()
  for (const [version, path] of versions) {
    const other = seen.get(version)
    if (other !== undefined) {
      throw unreadable(path, `"${other}" and "${path}" have the same version ${version}: give one of them another.`)
    }
    seen.set(version, path)
  }
}

/** Errors: `MIGRATIONS_INVALID` when only some names have a number in front, so that the others stand anywhere. */
export function requireNumbers(files: readonly Entry[]): void {
  const odd = files.find(({ name }) => !/^\d/.test(name))
  if (odd === undefined || !files.some(({ name }) => /^\d/.test(name))) return
  const text = `"${odd.path}" has no number in front, as others here have: give it one, or take it out of the folder.`
  throw unreadable(odd.path, text)
}
