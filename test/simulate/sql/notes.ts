/** What the steps of a world of SQL know of the operations that they submitted, for the laws. */
import type { World } from '../types.ts'

/** One operation. */
export interface SqlNote {
  readonly project: string
  /** Its way back does not lead back: it must never be committed. */
  readonly wrong: boolean
  /** Whether it changes what a namespace looks like. */
  readonly reshapes: boolean
  /** Whether an undo brings back the rows that it writes. */
  readonly undoes: boolean
  /** Tables, and `table.column`, that it may lose with all they hold; null for whatever there is. */
  readonly drops: readonly string[] | null
  /** The operation that it takes back; null for none. */
  readonly reverts: string | null
  /** Where it adds its mark to each row: once. */
  readonly fills: readonly { readonly table: string; readonly column: string; readonly mark: string }[]
}

const notes = new WeakMap<World, Map<string, SqlNote>>()

/** The notes of a world by operation. */
export function notesOf(world: World): Map<string, SqlNote> {
  const known = notes.get(world) ?? new Map<string, SqlNote>()
  notes.set(world, known)
  return known
}
