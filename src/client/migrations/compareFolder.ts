/** A folder beside what its project has. Pure. */
import { InputInvalid, MutationRejected } from '../../errors.ts'
import type { Migration, MigrationFolder } from '../../migrations/migration.ts'
import type { NamedRevision } from '../../postgres/catalog/sql/changes.ts'
import { sha256Of, sqlTextOf } from '../../sql/text.ts'
import type { MigrationEntry, MigrationStatusDocument } from './migrationDocuments.ts'

/** The name of the first revision, which no folder has to have. */
const BASELINE = 'baseline'

/** The states of all migrations that the folder or the project has. */
export function compareFolder(
  project: string,
  { format, migrations, notes }: MigrationFolder,
  revisions: readonly NamedRevision[],
): MigrationStatusDocument {
  const known = new Map(revisions.filter(({ applied }) => applied).map((each) => [each.name, each]))
  const inFolder = new Set(migrations.map(({ name }) => name))
  const ofFolder = migrations.map((each) => entryOf(each, known.get(each.name)))
  const missing = [...known.values()].filter(({ name }) => !inFolder.has(name) && name !== BASELINE)
  const entries = [...ofFolder, ...missing.sort((one, other) => one.revision - other.revision).map(missingEntry)]
  const count = (state: MigrationEntry['state']): number => entries.filter((each) => each.state === state).length
  const withoutDown = entries.filter(({ state, has_down }) => state === 'pending' && !has_down).length
  const counts = {
    applied: count('applied'),
    pending: count('pending'),
    changed: count('changed'),
    missing: count('missing'),
  }
  return {
    project,
    format,
    clean: counts.pending + counts.changed + counts.missing === 0,
    counts: { ...counts, pending_without_down: withoutDown },
    migrations: entries,
    notes: [...notes, ...notesOnOrder(ofFolder)],
  }
}

function entryOf({ name, up, down, files, notes }: Migration, known: NamedRevision | undefined): MigrationEntry {
  const entry = { name, has_down: down !== null, files, notes }
  if (known === undefined) return { ...entry, state: 'pending', revision: null }
  // As the worker says it: where none is given, the way back that was given or written before is as good as ever.
  const isSame = known.up === hashOf(name, up) && (down === null || known.down === hashOf(name, down))
  const has_down = down !== null || known.down !== null
  return { ...entry, has_down, state: isSame ? 'applied' : 'changed', revision: known.revision }
}

function missingEntry({ name, revision, down }: NamedRevision): MigrationEntry {
  return { name, state: 'missing', revision, has_down: down !== null, files: [], notes: [] }
}

function hashOf(name: string, text: string): string {
  return sha256Of(sqlTextOf(name, text).text)
}

/** Files that were put in front of others after those were applied: two branches that met. */
function notesOnOrder(entries: readonly MigrationEntry[]): readonly string[] {
  const last = entries.findLast(({ state }) => state !== 'pending')
  const late =
    last === undefined ? [] : entries.slice(0, entries.indexOf(last)).filter(({ state }) => state === 'pending')
  if (last === undefined || late.length === 0) return []
  return [`In front of "${last.name}", which is applied, are pending: ${namesOf(late)}.`]
}

/** Names for a sentence. */
export function namesOf(entries: readonly { readonly name: string }[]): string {
  const [shown, more] = [entries.slice(0, 10), entries.length - 10]
  return `${shown.map(({ name }) => name).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/**
 * The pending migrations up to the one that is named, which may lack its ending. Errors: `SQL_CHANGED` when one of them, or one in
 * front of them, is applied with another text; `INPUT_INVALID` for a name that the folder does not have.
 */
export function pendingUpTo(
  { migrations }: MigrationFolder,
  { migrations: entries }: MigrationStatusDocument,
  to: string | undefined,
): readonly Migration[] {
  const until = to === undefined ? migrations.length : indexOfName(migrations, to) + 1
  const wanted = migrations.slice(0, until)
  const stateOf = new Map(entries.map(({ name, state }) => [name, state]))
  const changed = wanted.filter(({ name }) => stateOf.get(name) === 'changed')
  if (changed.length > 0) {
    const text = `Applied with another text, or another way back, than the folder has now: ${namesOf(changed)}. Nothing was begun.`
    throw new MutationRejected(
      'SQL_CHANGED',
      `${text} Bring the files back, and put what is new into a file of its own.`,
      {
        details: { names: changed.map(({ name }) => name) },
      },
    )
  }
  return wanted.filter(({ name }) => stateOf.get(name) === 'pending')
}

function indexOfName(migrations: readonly Migration[], to: string): number {
  // A shell completes the path of a file.
  const isNamed = ({ name, files }: Migration): boolean =>
    name === to || files.some((file) => `/${to}`.endsWith(`/${file}`))
  const exact = migrations.findIndex(isNamed)
  if (exact >= 0) return exact
  // `0042` for `0042_add_state`.
  const begun = migrations.filter(({ name }) => name.startsWith(to) && /^[^\p{L}\p{N}]/u.test(name.slice(to.length)))
  const [only] = begun
  if (only !== undefined && begun.length === 1) return migrations.indexOf(only)
  const why = begun.length === 0 ? 'has no migration' : 'has more than one migration'
  throw new InputInvalid('INPUT_INVALID', `The folder ${why} "${to}".`, { path: 'to' })
}
