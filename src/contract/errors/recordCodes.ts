/** How operations end or wait, and what is noted about targets that are left. */
import { noted, of } from './errorClasses.ts'

export const RECORD_CODES = {
  ABORTED: of('Cancelled', 'A person ended the operation, and it was undone.', 'Nothing, or apply it again.'),
  HELD: of(
    'Held',
    'The operation stopped before other tenants, and waits for a person.',
    'Decide with `operation repair`, or try failed tenants again with `operation retry-tenants`.',
  ),
  COMPENSATION_FAILED: of(
    'PersistConflict',
    'The undo did not succeed on some targets.',
    'Cure the cause that the message names, then `operation repair --action retry`, or accept the targets as they are.',
    5,
  ),
  CACHE_UNAVAILABLE: of(
    'SurroundingsMissing',
    'The change is durable, but the cache cannot be refreshed.',
    'Bring the cache back: the operation commits by itself.',
    5,
  ),
  SKIPPED: noted('A person had the operation skip this tenant.', 'Unpark the tenant when it may follow.'),
  ACCEPTED: noted('A person accepted the target as it is.', 'Make the target what its revision says, then unpark it.'),
  NOT_SETTLED: noted(
    'Something that an operation left on a target has not been cleared away yet.',
    '`reconcile` clears it away as soon as the target can be worked on.',
    true,
  ),
  REPLICA_BEHIND: noted(
    'Batches of rows wait for a replica that is further behind than `max_replica_lag`.',
    'Nothing: they continue by themselves once it has caught up.',
    true,
  ),
  SOAKING: noted(
    'A wave is over, and the next one waits until the soak time is over.',
    'Nothing, or `operation promote-wave`, which begins the next one now.',
  ),
  KEPT_ASIDE: noted(
    'An object that was set aside could not be purged or restored yet.',
    'The message says what it waits for.',
  ),
  PAST_HOLD: noted('An object that was set aside is past its time.', '`reconcile` purges it.'),
  PAST_RETENTION: noted('Records of an operation are older than they are kept.', '`reconcile` removes them.'),
  PERSIST_CONFLICT: of(
    'PersistConflict',
    'The catalog moved on, so that the operation can no longer take this step.',
    'Look at the operation with `operation show`; if it failed, apply it again.',
  ),
  UNEXPECTED: of(
    'Unexpected',
    'Something failed in a way that nobody foresaw.',
    "Look into the worker's log, and report it.",
  ),
} as const
