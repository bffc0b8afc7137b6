/** This process's part of a server's budget: asked for as demand grows, renewed while it lasts, given back after it. */

import { createPeak, createTimer, expiryFromNow, type Peak, type Timer } from './leaseClock.ts'
import type { LeaseGrant, LeaseRequest } from './leaseSource.ts'

/** The lease on one server. */
export interface SessionLease {
  /** Sessions that may be used now; 0 before the first grant and once the lease has run out. */
  readonly limit: () => number
  /** To be called whenever demand or what is held has changed; asks nobody unless it must. */
  readonly look: () => void
  /** Gives everything back; nothing may be held any more. */
  readonly end: () => Promise<void>
}

/** What the lease knows of the sessions that it is for. */
export interface LeaseUser {
  readonly ask: (request: LeaseRequest) => Promise<LeaseGrant>
  /** Sessions in use and uses in line. */
  readonly demand: () => number
  /** Sessions that are open, or about to be. */
  readonly held: () => number
  /** The limit may have changed: close what is too much, let in who was waiting. */
  readonly changed: () => void
}

/** A lease is renewed this often, and what was not needed for so long is given back. */
const RENEW_MS = 1_000
/** Somebody is in line: more often, so that what another process gives back is taken up soon. */
const RETRY_MS = 250

interface State {
  grant: LeaseGrant
  expired: () => boolean
  /** What was wanted when the grant was made. */
  asked: number
  asking: Promise<void> | null
  failed: boolean
  ended: boolean
  readonly peak: Peak
  readonly renewal: Timer
  readonly lapse: Timer
}

/** A lease that begins when somebody wants a session. */
export function createSessionLease(user: LeaseUser): SessionLease {
  const state: State = {
    grant: { limit: 0, covered: 0, budget: Number.POSITIVE_INFINITY, validMs: 0 },
    expired: () => true,
    asked: 0,
    asking: null,
    failed: false,
    ended: false,
    peak: createPeak(RENEW_MS),
    renewal: createTimer(),
    lapse: createTimer(),
  }
  return {
    limit: () => limitOf(state),
    look: () => look(state, user),
    end: async () => {
      state.ended = true
      state.renewal.stop()
      state.lapse.stop()
      await state.asking
      // Unsaid, it runs out by itself.
      if (!state.expired()) await user.ask({ wanted: 0, kept: 0 }).catch(() => {})
      state.expired = () => true
    },
  }
}

function limitOf({ grant, expired }: State): number {
  return expired() ? 0 : grant.limit
}

function look(state: State, user: LeaseUser): void {
  if (state.ended || state.asking !== null) return
  const demand = user.demand()
  const held = user.held()
  const { covered, budget } = state.grant
  state.peak.note(demand)
  const limit = limitOf(state)
  const grown = demand > limit && (state.expired() || Math.min(demand, budget) > state.asked)
  const givesBack = !state.expired() && covered > limit && held < covered
  // After a failure only the timer asks: a catalog that is away is not to be stormed.
  if (!state.failed && (grown || givesBack)) {
    void ask(state, user)
  } else if (demand > 0 || held > 0 || (covered > 0 && !state.expired())) {
    const wait = demand > limit && limit < budget ? RETRY_MS : RENEW_MS
    state.renewal.start(wait, () => void ask(state, user))
  }
}

/** One question at a time; what changes while it is on its way is looked at when the answer is there. */
async function ask(state: State, user: LeaseUser): Promise<void> {
  if (state.asking !== null || state.ended) return
  state.renewal.stop()
  // A moment later, so that uses which come together ask together.
  state.asking = Promise.resolve().then(() => askOnce(state, user))
  await state.asking
  state.asking = null
  user.changed()
  look(state, user)
}

async function askOnce(state: State, user: LeaseUser): Promise<void> {
  const wanted = state.peak.take(user.demand())
  // Smaller here first and there afterwards: at no time may we use what the catalog no longer counts as ours.
  state.grant = { ...state.grant, limit: Math.min(state.grant.limit, wanted) }
  user.changed()
  const kept = Math.max(limitOf(state), user.held())
  const expiry = expiryFromNow()
  try {
    state.grant = await user.ask({ wanted, kept })
    state.expired = expiry(state.grant.validMs)
    state.asked = Math.min(wanted, state.grant.budget)
    state.failed = false
    state.lapse.stop()
    if (!state.ended) state.lapse.start(state.grant.validMs, user.changed)
  } catch {
    // The catalog is away: what was granted holds until it runs out.
    state.failed = true
  }
}
