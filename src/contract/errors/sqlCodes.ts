/** Why a text of SQL is refused, found before any target is touched; and what is missing of one. */
import { type ErrorFacts, of } from './errorClasses.ts'

const rejected = (sentence: string, advice: string): ErrorFacts<'MutationRejected'> =>
  of('MutationRejected', sentence, advice)

export const SQL_CODES = {
  SQL_INVALID: rejected(
    'A text is not SQL that Postgres can read.',
    'Correct it at the line and column that the message gives.',
  ),
  SQL_TOO_COMPLEX: rejected(
    'A statement is nested too deeply, or has too many terms, to be read.',
    'Split the statement, or write its list of values in several statements.',
  ),
  SQL_CHANGED: rejected(
    'A change by SQL is applied under this name with another text.',
    'Leave files that are applied as they are; give the new text a name of its own.',
  ),
  DOWN_NOT_PAIRED: rejected(
    'The way back of a change by SQL has another number of stages than the way forward.',
    'Part both at the same places with "-- schema-saga: new transaction" on a line of its own.',
  ),
  DOWN_INCOMPLETE: rejected(
    'The way back of a change by SQL does not lead to what was there before.',
    'Correct the `down` for the objects that the message names.',
  ),
  SQL_NAMES_NAMESPACE: rejected(
    'A body names the namespace that its text was written for, so that every tenant would use that one.',
    'Take the name out of the body, or let qualifications be taken off with --rewrite-bodies.',
  ),
  STATEMENT_UNSUPPORTED: rejected(
    'A statement is not among those that run on all targets, or does something that is not allowed on a target.',
    'Do what the message says, at the line and column that it gives.',
  ),
  DIRECTIVE_INVALID: rejected(
    'A comment for schema-saga is unknown, or stands where it says nothing.',
    'Write one of those that the message lists, on a line of its own between two statements.',
  ),
  BATCH_UNSUPPORTED: rejected(
    'A statement that is to run in batches has a form that cannot, or a table without a key for it.',
    'Write it as the message says, or let it run whole.',
  ),
  DUMP_UNAVAILABLE: of(
    'RequestRefused',
    'No worker could dump the namespace that a base is to be made of.',
    'Run pg_dump as the message says, and give its file with `--baseline`; or put a pg_dump on the PATH of the workers.',
  ),
  TEMPLATE_MISSING: of(
    'RequestRefused',
    'Nothing says what a new tenant at the revision of its project is made of: the base could not be written down.',
    "Put pg_dump of the server's major on the PATH of the workers, or cure what the message says of it.",
  ),
} as const
