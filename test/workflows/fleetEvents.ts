/** What happened to the fleet of a story, in order, as the ledger and the answers of the activities say. */
import type pg from 'pg'
import type { AllActivities, OperationStatus, StepState } from '../../src/contract.ts'

/** The fleet as it stands, and everything that happened to it in order. */
export interface Fleet {
  readonly project: string
  readonly operationId: string
  /** For example `apply t1`, `undo base`, `status compensating`. */
  readonly events: string[]
  /** The records of the ledger by `step` or `step/tenant`; each is read anew after every activity. */
  readonly steps: ReadonlyMap<string, { readonly state: StepState; readonly error: string | null }>
  readonly status: () => OperationStatus
  readonly document: () => { readonly error: string | null; readonly code: string | null; readonly attempt: number }
  /** How many runs the operation has had. */
  readonly runs: () => number
  /** Provisions and activates one more tenant at the project's revision. */
  readonly addTenant: (id: string) => Promise<void>
}

/** A fleet whose events are told by `watched` activities. */
export interface WatchedFleet extends Fleet {
  readonly watched: (activities: AllActivities) => AllActivities
}

interface LedgerRow {
  readonly status: OperationStatus
  readonly error: string | null
  readonly error_code: string | null
  readonly attempt: number
}

interface StepRow {
  readonly key: string
  readonly scope: string
  readonly state: StepState
  readonly error: string | null
}

/** Watches one operation of a catalog. */
export function watchFleet(
  catalog: pg.Pool,
  about: Pick<Fleet, 'project' | 'operationId' | 'addTenant'>,
): WatchedFleet {
  const { operationId } = about
  const events: string[] = []
  const steps = new Map<string, { state: StepState; error: string | null }>()
  const runs = new Set<string>()
  let now: LedgerRow = { status: 'pending', error: null, error_code: null, attempt: 1 }
  let reading = Promise.resolve()

  const read = async (): Promise<void> => {
    const operation = await catalog.query<LedgerRow>(OPERATION, [operationId])
    const records = await catalog.query<StepRow>(STEPS, [operationId])
    for (const { key, scope, state, error } of records.rows) {
      steps.set(scope === '' ? key : `${key}/${scope}`, { state, error })
    }
    const next = operation.rows[0]
    if (next === undefined) return
    if (next.status !== now.status) events.push(`status ${next.status}`)
    now = next
  }
  // One after the other: an older answer must not follow a newer one.
  const refresh = (): Promise<void> => {
    reading = reading.then(read)
    return reading
  }

  const watched = (activities: AllActivities): AllActivities =>
    Object.fromEntries(
      Object.entries(activities).map(([name, activity]) => [
        name,
        async (input: { runId?: string }) => {
          if (name === 'openOperation' && input.runId !== undefined) runs.add(input.runId)
          try {
            const answer = await (activity as (input: unknown) => Promise<unknown>)(input)
            const told = EVENTS[name]?.(input as never, answer as never) ?? []
            // Persist and what it takes along come before the status that they lead to.
            events.push(...told)
            return answer
          } finally {
            await refresh()
          }
        },
      ]),
    ) as unknown as AllActivities

  return {
    ...about,
    events,
    steps,
    watched,
    status: () => now.status,
    document: () => ({ error: now.error, code: now.error_code, attempt: now.attempt }),
    runs: () => runs.size,
  }
}

const OPERATION = 'select status, error, error_code, attempt from schema_saga.operation where id = $1'
const STEPS = 'select key, scope, state, error from schema_saga.operation_step where operation_id = $1'

const named = (scope: string): string => (scope === '' ? 'base' : scope)
const turnOf = (turn: { readonly taken: boolean } | undefined): string[] =>
  turn === undefined ? [] : [turn.taken ? 'turn taken' : 'turn waits']

type Input<Name extends keyof AllActivities> = Parameters<AllActivities[Name]>[0]
type Answer<Name extends keyof AllActivities> = Awaited<ReturnType<AllActivities[Name]>>
type Tellers = {
  readonly [Name in keyof AllActivities]?: (input: Input<Name>, answer: Answer<Name>) => string[]
}

const TELLERS: Tellers = {
  openOperation: (_, { turn }) => turnOf(turn),
  takeTurn: (_, turn) => turnOf(turn),
  applyToTarget: ({ target }) => [`apply ${named(target.scope)}`],
  compensateTarget: ({ target }, { touched }) => [`${touched ? 'undo' : 'tombstone'} ${named(target.scope)}`],
  sweepCohort: ({ direction }, { succeeded }) => [`sweep ${direction} ${succeeded}`],
  persistSchema: (_, { persisted, turn, published }) =>
    persisted ? ['persist', ...(turn ? ['turn released'] : []), ...(published ? ['cache'] : [])] : ['persist refused'],
  publishCache: () => ['cache'],
  releaseTurn: () => ['turn released'],
  audit: ({ action }) => [`audit ${action}`],
  setPaused: ({ paused }) => [paused ? 'paused' : 'resumed'],
  parkTenant: ({ tenant }, { parked }) => [parked ? `park ${tenant}` : `over the limit ${tenant}`],
  skipTenant: ({ tenant }, { fence }) => (fence === null ? [`skip ${tenant}`] : []),
  markAccepted: (_, { marked, left }) => [`accepted ${marked} of ${marked + left}`],
  afterCommit: () => ['hook'],
}
const EVENTS: Readonly<Record<string, ((input: never, answer: never) => string[]) | undefined>> = TELLERS
