/** Lines of the audit that a workflow writes about what was said to it: they are written, or they are not, and stop nothing. */
import { log } from '@temporalio/workflow'
import { catalog } from '../activities.ts'
import { isFailure } from '../run/failures.ts'

/** One line. */
export type Note = Omit<Parameters<typeof catalog.audit>[0], 'operationId'>

/** The lines of one operation. */
export interface Notes {
  /** Resolves once it is on record, or was refused; never fails but by a cancellation of the work that waits for it. */
  readonly write: (note: Note) => Promise<void>
  /** Whether none is on its way. */
  readonly areWritten: () => boolean
}

/** The lines of that operation. */
export function createNotes(operationId: string): Notes {
  let open = 0
  return {
    areWritten: () => open === 0,
    write: async (note) => {
      open += 1
      try {
        await catalog.audit({ operationId, ...note })
      } catch (error) {
        if (!isFailure(error)) throw error
        log.warn('a line of the audit was refused', { action: note.action, reason: String(error) })
      } finally {
        open -= 1
      }
    },
  }
}
