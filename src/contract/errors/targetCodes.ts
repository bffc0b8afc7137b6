/** What happens on a target: the base or one tenant. */
import { of } from './errorClasses.ts'

export const TARGET_CODES = {
  TARGET_DRIFTED: of(
    'TargetDrifted',
    'The target does not look as its recorded revision says.',
    'See the differences with `drift`; repair the target by hand or with `reconcile`, then try again.',
  ),
  REVISION_AMBIGUOUS: of(
    'TargetDrifted',
    'A namespace looks like several revisions, and nothing tells which one its rows have.',
    'Say it: `tenant unpark --at REVISION` for one, `tenant import` with `--at-newest`, `--at-oldest` or a file of ids for many.',
  ),
  TARGET_GONE: of(
    'TargetDrifted',
    'The namespace of the target does not exist, or is not the one that was registered.',
    'Restore it from a backup and bring it up (`tenant unpark`, for a base `project catch-up`), or remove the tenant.',
  ),
  TARGET_UNFIT: of(
    'TargetDrifted',
    'The target cannot take the change as it is.',
    'Correct what the message names, then try again.',
  ),
  STATEMENT_REFUSED: of(
    'StatementRefused',
    'Postgres, or code of the application such as a trigger, refused a statement.',
    'The message quotes the refusal: cure its cause on that target, then try again.',
  ),
  DOES_OTHERWISE: of(
    'StatementRefused',
    'A change by SQL did something else on this target than on the base, and was rolled back there.',
    'Compare the target with the base for the objects that the message names, then try again.',
  ),
  OTHER_NAMESPACE: of(
    'StatementRefused',
    'A change by SQL touched objects outside of its namespace, and was rolled back.',
    'Name only objects of the namespace; what all tenants share is changed by hand, once. Tables there that triggers write to are named in the setting `shared_rows`.',
  ),
  SESSION_CHANGED: of(
    'StatementRefused',
    'A change by SQL did not leave the settings, temporary objects, cursors or roles of its session as they were.',
    'Undo them at the end of the text, or use SET LOCAL and ON COMMIT DROP.',
  ),
  ROWS_HIDDEN: of(
    'StatementRefused',
    'Row-level security hides rows from the role of the worker.',
    'Give the role BYPASSRLS, or take FORCE off the table.',
  ),
  DATA_REJECTED: of(
    'DataRejected',
    'Rows of the target forbid the change.',
    'Correct the rows; the message has their number and some of their ids, never their values.',
  ),
  LOCK_UNAVAILABLE: of(
    'LockUnavailable',
    'A lock could not be acquired in time.',
    'End the blocking sessions that the message names, or try again when it is quieter.',
  ),
  TIME_LIMIT_REACHED: of(
    'TimeLimitReached',
    'A statement had its locks and did not finish within its time limit.',
    'Make the table quieter or smaller; the statement is not repeated by itself, as it would take as long again.',
  ),
  TARGET_UNREACHABLE: of(
    'TargetUnreachable',
    'The server of the target does not answer, refuses the login, or takes no writes.',
    'Bring the server back; work that has not given up continues by itself.',
  ),
  STALE_EPOCH: of(
    'StaleEpoch',
    'A delayed attempt arrived after its operation had moved on, and stopped without changing anything.',
    'Nothing: this protects the target.',
  ),
} as const
