/** What undos have noted on targets: rules that could not come back, because rows written meanwhile break them. */

import { entryOf } from '../../physical/entryOf.ts'
import type { Difference } from '../../physical/equality.ts'

/** By object, as differences name it: what is noted, by which operation. */
export type Notes = Readonly<Record<string, string>>

/** Says of differences what is noted about them. */
export function withNotes(found: readonly Difference[], notes: Notes): readonly Difference[] {
  return found.map((difference) => {
    const note = entryOf(notes, difference.object)
    return note === undefined ? difference : { ...difference, note }
  })
}
