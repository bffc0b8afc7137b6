/** Applies pending migrations one behind the other, until one fails. */
import { asErrorCode, type ErrorCode } from '../../contract/errors/errorCodes.ts'
import type { OperationDocument } from '../../contract.ts'
import { SagaError } from '../../errors.ts'
import type { Migration } from '../../migrations/migration.ts'
import type { OperationHandle } from '../operationHandle.ts'
import { namesOf } from './compareFolder.ts'
import type { MigrationRunDocument, MigrationStep, MigrationStop } from './migrationDocuments.ts'

/** Where a run is. */
export interface MigrationCourse {
  /** The run as it is now. */
  readonly run: MigrationRunDocument
  /** Which of its migrations it is at, from 0; -1 before the first. */
  readonly at: number
  /** How many of them, from there, are made by the operation. */
  readonly together: number
  /** The operation of that one; null before it is begun. */
  readonly operation: OperationDocument | null
}

/** What a run works with. */
export interface Running {
  /** Submits, tries again, or only finds the operation of migrations that are made together. */
  readonly begin: (migrations: readonly Migration[]) => Promise<OperationHandle>
  readonly heard: (course: MigrationCourse) => void
  /** Lets go: what is in progress continues, and nothing further is begun. */
  readonly signal: AbortSignal | undefined
}

/** The run as it ended, an operation for each group; what an operation, or its submission, failed with is in it. */
export async function runMigrations(
  start: MigrationRunDocument,
  groups: readonly (readonly Migration[])[],
  { begin, heard, signal }: Running,
): Promise<MigrationRunDocument> {
  let run = start
  const letGo = aborted(signal)
  heard({ run, at: -1, together: 1, operation: null })
  let at = 0
  for (const group of groups) {
    const steps = { at, together: group.length }
    const ended = await untilEnd(
      () => begin(group),
      { signal, letGo },
      (operation) => {
        run = withSteps(run, steps, operation)
        heard({ run, ...steps, operation })
      },
    )
    if (ended.why !== null) return { ...run, stopped: stopAt(run, steps, ended.operation, ended.why) }
    at += group.length
  }
  return run
}

interface Ended {
  readonly operation: OperationDocument | null
  /** Why the run ends with it; null when it committed. */
  readonly why: { readonly code: ErrorCode | null; readonly error: string } | null
}

async function untilEnd(
  begin: () => Promise<OperationHandle>,
  { signal, letGo }: { readonly signal: AbortSignal | undefined; readonly letGo: Promise<null> },
  seen: (operation: OperationDocument) => void,
): Promise<Ended> {
  let operation: OperationDocument | null = null
  const ofPerson = { code: null, error: 'It was let go of.' }
  try {
    if (signal?.aborted) return { operation, why: ofPerson }
    const handle = await begin()
    const watched = handle.watch()[Symbol.asyncIterator]()
    for (;;) {
      const next = await Promise.race([watched.next(), letGo])
      if (next === null) return { operation: operation ?? (await handle.show()), why: ofPerson }
      if (next.done) break
      operation = next.value
      seen(operation)
    }
    operation ??= await handle.show()
    if (operation.status === 'committed') return { operation, why: null }
    const { error, error_code: code, status } = operation
    return { operation, why: { code: asErrorCode(code), error: error ?? `The operation is ${status}.` } }
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
    return { operation, why: { code: error.code, error: error.message } }
  }
}

async function aborted(signal: AbortSignal | undefined): Promise<null> {
  if (signal?.aborted) return null
  return await new Promise((resolve) => signal?.addEventListener('abort', () => resolve(null), { once: true }))
}

/** Which migrations of a run an operation makes. */
type Steps = Pick<MigrationCourse, 'at' | 'together'>

function withSteps(
  run: MigrationRunDocument,
  { at, together }: Steps,
  operation: OperationDocument,
): MigrationRunDocument {
  const { id, status, revision, tenants } = operation
  const isAtWork = status === 'pending' || status === 'applying' || status === 'compensating'
  const step = { operation: id, state: isAtWork ? 'in_progress' : status, revision, parked: tenants.parked } as const
  const isIts = (index: number): boolean => index >= at && index < at + together
  return { ...run, migrations: run.migrations.map((each, index) => (isIts(index) ? { ...each, ...step } : each)) }
}

function stopAt(
  { migrations }: MigrationRunDocument,
  steps: Steps,
  operation: OperationDocument | null,
  { code, error }: NonNullable<Ended['why']>,
): MigrationStop {
  const name = migrations[steps.at]?.name ?? ''
  return { name, error_code: code, error, operation, summary: summaryOf(migrations, steps) }
}

const HOW: Readonly<Record<MigrationStep['state'], string>> = {
  pending: 'was not begun',
  in_progress: 'goes on without you',
  committed: 'is applied',
  failed: 'failed',
  cancelled: 'was cancelled',
  needs_repair: 'needs repair',
}

/** What was done and what was not. */
function summaryOf(migrations: readonly MigrationStep[], { at, together }: Steps): string {
  const done = migrations.slice(0, at)
  const left = migrations.slice(at + together)
  const [step] = migrations.slice(at)
  const which =
    together === 1 ? step?.name : `the operation of all ${together} (${namesOf(migrations.slice(at, at + together))})`
  const parts = [
    done.length === 0 ? 'Nothing was applied' : `Applied: ${done.length} of ${migrations.length} (${namesOf(done)})`,
    `${which} ${HOW[step?.state ?? 'pending']}`,
    ...(left.length === 0 ? [] : [`not begun: ${left.length} (${namesOf(left)})`]),
  ]
  return `${parts.join('; ')}. The same command goes on there.`
}
