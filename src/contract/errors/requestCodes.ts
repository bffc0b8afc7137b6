/** Why a request is refused as things stand: nothing was changed by it. */
import { type ErrorFacts, of } from './errorClasses.ts'

const refused = (sentence: string, advice: string): ErrorFacts<'RequestRefused'> =>
  of('RequestRefused', sentence, advice)

export const REQUEST_CODES = {
  INPUT_INVALID: of(
    'InputInvalid',
    'The input is not well formed: no JSON, an unknown key, a wrong type, or a missing argument.',
    'Correct the place that the path names.',
  ),
  MIGRATIONS_INVALID: of(
    'InputInvalid',
    'A folder of migrations cannot be read as what its tool wrote.',
    'Correct the file that the message names, or say with --format whose folder it is.',
  ),
  NAME_TAKEN: refused(
    'The name collides with another object, or the namespace belongs to another target.',
    'Choose another name, or remove the other object first.',
  ),
  PROJECT_NOT_FOUND: refused('There is no such project, or it is archived.', 'Check the id with `project list`.'),
  TENANT_NOT_FOUND: refused('The project has no such tenant.', 'Check the id with `tenant list`.'),
  TENANTS_MISSING: refused(
    "The embedder's list of tenants lacks more than 5 % of those that the catalog has.",
    'Correct the list; or suspend, or remove, those that are gone.',
  ),
  OPERATION_NOT_FOUND: refused('There is no such operation.', 'Check the id with `operation list`.'),
  SERVER_NOT_FOUND: refused('There is no such server.', 'Check the id with `server list`, or add it.'),
  ALREADY_EXISTS: refused('It exists already, with other values.', 'Choose another id, or change what exists.'),
  ALREADY_COMMITTED: refused('The operation has committed.', 'Nothing is left to do; `operation revert` undoes it.'),
  IDEMPOTENCY_CONFLICT: refused(
    'The id belongs to another request.',
    'Use a new id, or repeat exactly the request that the id was given to first.',
  ),
  IN_PROGRESS: refused('Other work on the same object has not ended.', 'Wait until it has ended, then try again.'),
  NOT_APPLICABLE: refused(
    'The request does not fit the current state of what it is about.',
    'Read the state in the message, and choose what fits it.',
  ),
  PROJECT_KIND: refused(
    'The project is described by models and the request is for one that is described by SQL, or the other way round.',
    'See which kind it is with `project show`; the kind is chosen when a project is created.',
  ),
  KIND_UNSUPPORTED: refused(
    'A namespace has, or would have, an object of a kind that no record describes.',
    'Leave the objects that the message names out, or move them to a namespace of their own.',
  ),
  FORBIDDEN: refused('The caller or the database role lacks a right.', 'Grant the right that the message names.'),
  HAZARD_NOT_ALLOWED: refused(
    'A change by SQL would lose what nobody allowed it to lose, or a program that gates hazards did not allow one of the plan.',
    'Read what the message names, then allow it by name with `--allow`, or by that program.',
  ),
  NO_WAY_BACK: refused(
    'A change by SQL has no proven way back, and the operation would have to undo it.',
    'Give a `down`; or apply it with `--on-tenant-failure hold` or `park`, which never undo it.',
  ),
  PLAN_CHANGED: refused(
    'The plan is no longer the one that was looked at.',
    'Look at the new plan, and apply it with its hash.',
  ),
  REVERT_BLOCKED: refused(
    'Later operations build on what would be reverted, or what it had set aside is purged.',
    'Revert those that the message names first; what is purged does not come back.',
  ),
  RUN_GONE: refused(
    'No workflow drives the operation: it was terminated from outside.',
    'Run `reconcile`, which starts it again where it stopped.',
  ),
} as const
