/** Flyway: `V1__name.sql` and `U1__name.sql`, in any folder below, in order of their versions. */

import { lineOf } from '../sql/text.ts'
import { requireUsed, requireVersions, undoneBy, withDown } from './beside.ts'
import { compare, type Entry, filesBelow, type Listing, stemOf } from './files.ts'
import { type Direction, type Found, type FoundMigration, unreadable } from './migration.ts'
import { textOf, whole } from './sections.ts'

const NAME = /^([VU])(\d+(?:[._]\d+)*)(?:__.*)?\.sql$/

/** What Flyway runs, and we do not. */
const REFUSED: readonly (readonly [name: RegExp, why: string])[] = [
  [/^R__/, 'is run again whenever it changes, which no operation is: give it a version, each time that it changes'],
  [/^B\d/, 'is a baseline: give it to `project create --baseline`'],
  [/^(before|after)[A-Z]|^createSchema/, 'is a callback, which nothing would call: put what it does into a migration'],
  [/^(?!flyway\.conf$).*\.conf$/i, 'changes how Flyway runs a file: say it in the file, and remove this one'],
  [
    /^[VU]\d.*__.*\.(java|class|kt|groovy|js|py|sh|bash|ps1|bat|cmd)$/i,
    'is no SQL, which alone is run here: write it in SQL, or take it out of the folder',
  ],
]

/** Whether a name is one that Flyway knows. */
export function isOfFlyway(name: string): boolean {
  return NAME.test(name) || /^R__.*\.sql$/.test(name)
}

/** Errors: `MIGRATIONS_INVALID`, `SQL_INVALID`. */
export async function readFlyway(listing: Listing): Promise<Found> {
  const all = await filesBelow(listing)
  for (const file of all) requireRunnable(file)
  const besides = new Map(
    all.flatMap((file) => (undoneBy(file.name) === null ? [] : [[undoneBy(file.name) ?? '', file]])),
  )
  const named = all.filter(({ name }) => undoneBy(name) === null && stemOf(name) !== null)
  const forward = named.filter(({ name }) => name.startsWith('V'))
  const back = named.filter(({ name }) => name.startsWith('U'))
  for (const each of [forward, back]) requireVersions(each.map(({ name, path }) => [versionOf(name).join('.'), path]))
  const undos = new Map(back.map((file) => [versionOf(file.name).join('.'), file]))
  const migrations: (FoundMigration & { readonly version: readonly bigint[] })[] = []
  for (const file of forward) {
    const version = versionOf(file.name)
    const name = stemOf(file.name) ?? file.name
    const undo = undos.get(version.join('.'))
    undos.delete(version.join('.'))
    const found = await withDown(await foundIn(file, name, undo), besides.get(name))
    migrations.push({ ...found, version })
  }
  const [lost] = [...undos.values()]
  if (lost !== undefined) throw unreadable(lost.path, `"${lost.path}" undoes a version that no file with V has.`)
  requireUsed({ files: [], downs: besides }, new Set(migrations.map(({ name }) => name)))
  return { migrations: migrations.sort((one, other) => compareVersions(one.version, other.version)), notes: [] }
}

async function foundIn(file: Entry, name: string, undo: Entry | undefined): Promise<FoundMigration> {
  const up = await read(file)
  if (undo === undefined) return { name, up, down: null, files: [file.path] }
  return { name, up, down: await read(undo), files: [file.path, undo.path] }
}

/** Errors: `MIGRATIONS_INVALID` for a placeholder, which stands for something that only Flyway knows. */
async function read(file: Entry): Promise<Direction> {
  const { text, bytes } = await textOf(file)
  const at = text.search(/\$\{[^}\n]+\}/)
  if (at < 0) return await whole(file)
  const line = lineOf(bytes, Buffer.byteLength(text.slice(0, at)))
  const sentence = `Line ${line} of "${file.path}" has a placeholder of Flyway: write what it stands for.`
  throw unreadable(file.path, sentence)
}

function requireRunnable({ name, path }: Entry): void {
  const why = REFUSED.find(([refused]) => refused.test(name))?.[1]
  if (why !== undefined) throw unreadable(path, `"${path}" ${why}.`)
  if (stemOf(name) === null || undoneBy(name) !== null || NAME.test(name)) return
  throw unreadable(
    path,
    `"${path}" has no name that Flyway runs, such as V2__add_state.sql: rename it, or take it away.`,
  )
}

/** `1_1` is 1.1, and 1.0 is 1. */
function versionOf(name: string): readonly bigint[] {
  const parts = (NAME.exec(name)?.[2] ?? '0').split(/[._]/).map(BigInt)
  while (parts.length > 1 && parts.at(-1) === 0n) parts.pop()
  return parts
}

function compareVersions(one: readonly bigint[], other: readonly bigint[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const order = compare(one[at] ?? 0n, other[at] ?? 0n)
    if (order !== 0) return order
  }
  return 0
}
