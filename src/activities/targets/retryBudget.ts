/** How long work on targets is tried before it gives up: bounded by time, so that slow tries and quick ones are alike. */
import type { Patience } from '../../contract.ts'
import { TargetUnreachable } from '../../errors.ts'
import { isCatalogTrouble } from '../../postgres/catalog/pool.ts'

/** That of the contract; work that outlives any outage has no end of it. */
export type WorkPatience = Patience | 'endless'

const MINUTE_MS = 60_000

/** By what is missing (spec/saga.md section 7), in ms. */
const LIMITS = {
  long: { lock: 10 * MINUTE_MS, server: 10 * MINUTE_MS },
  short: { lock: 2 * MINUTE_MS, server: MINUTE_MS },
  once: { lock: 0, server: 0 },
} as const

/** A try that fails does so within this time (a lock 2 s, a connection or another's hold 10 s); longer ones got somewhere. */
const FAILS_WITHIN_MS = 15_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
/** A pause is up to half of it shorter or longer. */
const JITTER = 0.5

/** Work that may fail for good; everything else is tried until it works. */
const BOUNDED: readonly string[] = [
  'preflightTargets',
  'applyToTarget',
  'compensateTarget',
  'sweepCohort',
  'provisionTarget',
  'acceptTarget',
]

/** The patience of an activity, by its type and what its input says. */
export function patienceOf(activityType: string, args: readonly unknown[]): WorkPatience {
  if (!BOUNDED.includes(activityType)) return 'endless'
  const input = args[0] as { readonly patience?: unknown } | null | undefined
  return input?.patience === 'short' || input?.patience === 'once' ? input.patience : 'long'
}

/** The pause after a try: 1 s doubling to 30 s, each between half and one and a half of that. */
export function retryDelay(attempt: number, random: () => number = Math.random): number {
  return Math.round(pauseMs(attempt) * (1 - JITTER + 2 * JITTER * random()))
}

/** How long locks are tried for, in ms. */
export function lockLimitMs(patience: Patience): number {
  return LIMITS[patience].lock
}

/** A try that failed. */
export interface FailedTry {
  readonly patience: WorkPatience
  readonly attempt: number
  /** Since the activity was first scheduled, in ms. */
  readonly sinceMs: number
  /** A wrong setting is not waited for: nothing has been begun, and a person waits for the answer. */
  readonly settingsAreFinal?: boolean
  /** What the activity was given is wrong, whatever the class of the error. */
  readonly isFinal?: boolean
}

/** Whether an error that trying again might cure has been tried against for long enough; then for how many minutes. */
export function minutesTried(error: unknown, { patience, attempt, sinceMs }: FailedTry): number | null {
  if (patience === 'endless') return null
  // An operation outlives its catalog's outage, and a worker of another release: neither is a reason to undo.
  if (isCatalogTrouble(error)) return null
  const limit = LIMITS[patience][error instanceof TargetUnreachable ? 'server' : 'lock']
  const triedMs = Math.min(sinceMs, mostTriedMs(attempt))
  return triedMs < limit ? null : Math.round(triedMs / MINUTE_MS)
}

/** Hours of a backfill that went well, or of waiting for a worker, are no time of trying in vain. */
function mostTriedMs(attempt: number): number {
  let most = attempt * FAILS_WITHIN_MS
  for (let before = 1; before < attempt; before += 1) most += pauseMs(before) * (1 + JITTER)
  return most
}

function pauseMs(attempt: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS)
}
