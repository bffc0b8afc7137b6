/** What work needs beside its targets: settings, the catalog, Temporal, the embedded servers. */
import { type ErrorFacts, of } from './errorClasses.ts'

const missing = (sentence: string, advice: string): ErrorFacts<'SurroundingsMissing'> =>
  of('SurroundingsMissing', sentence, advice)

export const SERVICE_CODES = {
  SETTING_INVALID: of(
    'SurroundingsMissing',
    'A setting of the environment or of the project is missing or wrong.',
    'Correct the setting that the message names, and start the process again.',
    2,
  ),
  CATALOG_UNREACHABLE: missing(
    'The catalog database does not answer.',
    'Bring it back; running operations wait for it.',
  ),
  CATALOG_MISMATCH: missing(
    'The catalog is of another release, or a right is missing there.',
    'Run `schema-saga init` with the release of the workers, or grant the right that the message names.',
  ),
  CATALOG_FAILED: missing(
    'The catalog database failed.',
    'Cure the cause in the message; running operations wait for it.',
  ),
  NOT_INITIALISED: missing('The catalog has no tables of schema-saga.', 'Run `schema-saga init`.'),
  VALUE_REFUSED: of(
    'CatalogRefused',
    'The catalog has no place for a value of the request.',
    'Shorten or correct the value; work that is under way waits instead.',
  ),
  NO_WORKER: missing(
    'No worker has taken up the work.',
    'Start one with `schema-saga worker`, on the task queue and in the namespace of Temporal that the client uses; one that runs may be busy, or cannot reach Temporal: its log says so.',
  ),
  HOOK_MISSING: missing(
    'The worker lacks a hook that the project needs.',
    'Nothing, if another worker of the task queue has it; give it to all of them.',
  ),
  TENANT_LIST_UNAVAILABLE: missing(
    "The embedder's list of tenants could not be read, or is not well formed.",
    'Cure what the message says about the hook `listTenants`: it is called again.',
  ),
  TEMPORAL_UNREACHABLE: missing('Temporal does not answer.', 'Check TEMPORAL_ADDRESS, and that the server runs.'),
  PACKAGE_MISSING: missing(
    'A package that this part needs is not installed.',
    'Install the package that the message names.',
  ),
  SERVER_UNAVAILABLE: missing(
    'An embedded server of `schema-saga dev` could not be found or started.',
    'The message says what is missing, and how to provide it.',
  ),
} as const
