/** Whether a batch has written all the rows that it had to write; a trigger may leave some out without a word. */
import { DataRejected } from '../../../errors.ts'
import { whereOf } from '../../sessions/servers.ts'
import type { StageTry } from '../stage/protocol.ts'

/** What the statement of a batch answers. */
export interface BatchAnswer {
  readonly last: string | null
  readonly rows: number
  /** Rows that are as they were, though they should not be; plans of earlier releases do not say. */
  readonly kept?: number
  /** The keys of the first ones. */
  readonly ids?: readonly string[] | null
}

/** Also true where another session changed a row, or its key, in the moment before it was locked. */
export function isIncomplete(answer: BatchAnswer | undefined): boolean {
  return (answer?.kept ?? 0) > 0
}

/** Errors: `DATA_REJECTED`, as the value of such a row would be missing in the column that takes the place of the old one. */
export function requireWritten({ work, stage }: StageTry, answer: BatchAnswer | undefined): void {
  if (answer === undefined || !isIncomplete(answer)) return
  const { kept = 0, ids } = answer
  const table = /UPDATE :"ns"\."((?:[^"]|"")+)" t SET/.exec(stage.sql[0] ?? '')?.[1]?.replaceAll('""', '"') ?? 'a table'
  const rows = kept === 1 ? '1 row' : `${kept} rows`
  throw new DataRejected(
    'DATA_REJECTED',
    `${whereOf(work.target)}: a batch could not write ${rows} of ${table} (${(ids ?? []).join(', ')}): a trigger of the application leaves them as they are. Let it take an UPDATE of the new column.`,
    { details: { table, rows: kept, ids: ids ?? [] } },
  )
}
