/** The tenants of an operation, cohort by cohort: servers side by side, on each a bounded number of cohorts at once. */
import type { Cohort, CohortPage, CohortResult, CountedTenants, TargetProblem } from '../../contract.ts'
import { catalog } from '../activities.ts'
import { marksRecordsByActivities, waitsForOthers } from '../patches.ts'
import { type FanOut, runCohort } from './cohort.ts'
import { SELECTS } from './selection.ts'

/**
 * Tenants of a cohort at most: of children, so that every history stays far below the server's limits; of a sweep, so that
 * 10,000 fill its lanes just once.
 */
const COHORT_SIZE = { children: 250, sweep: 2_500 } as const

/** Smaller fleets are parted so that several sweeps share the work; below this one is as quick as many. */
const LEAST_SWEPT = 500

/** Each cohort that is swept costs about 0.3 s of latency: several at once hide it (DESIGN section 4). */
const SWEEPS_AT_ONCE = 4

/** Cohorts listed at once. */
const PAGE = 50

/** How a whole round over the tenants ended; `problems` holds at most 100. */
export interface FanOutResult {
  readonly cohorts: number
  readonly failed: number
  readonly problems: readonly TargetProblem[]
}

/**
 * Runs one round; forward, no further cohort is started once a tenant has failed. `moved` is called when a cohort has ended
 * and others wait behind it, and when all of a page have ended.
 */
export async function runCohorts(
  fanOut: FanOut,
  moved: (counted?: CountedTenants) => Promise<void>,
): Promise<FanOutResult> {
  marksRecordsByActivities()
  const results: CohortResult[] = []
  const failedForward = () => fanOut.direction === 'forward' && results.some((result) => result.failed > 0)
  for (let after: Cohort | null = null; !failedForward(); ) {
    const page: readonly Cohort[] = (after === null && fanOut.listed) || (await nextPage(fanOut, after))
    if (page.length === 0) break
    let counted: CountedTenants | undefined
    await runPage(fanOut, page, failedForward, async (result, waiting) => {
      results.push(result)
      counted ??= result.counted
      if (waiting > 0) await moved()
    })
    await moved(counted)
    after = page.at(-1) ?? null
    if (page.length < PAGE) break
  }
  return {
    cohorts: results.length,
    failed: results.reduce((sum, result) => sum + result.failed, 0),
    problems: results.flatMap((result) => result.problems).slice(0, 100),
  }
}

async function nextPage(fanOut: FanOut, after: Cohort | null): Promise<Cohort[]> {
  const { operationId, direction } = fanOut
  const page = await catalog.listCohorts({ operationId, select: SELECTS[direction], after, ...pageOf(fanOut) })
  return page.cohorts
}

/** How the cohorts of a round are listed. */
export function pageOf(fanOut: Pick<FanOut, 'sweep' | 'tenants' | 'wave'>): CohortPage {
  const { wave } = fanOut
  return { limit: PAGE, cohortSize: cohortSizeOf(fanOut), ...(wave !== undefined && { wave }) }
}

function cohortSizeOf({ sweep, tenants }: Pick<FanOut, 'sweep' | 'tenants'>): number {
  if (!sweep) return COHORT_SIZE.children
  // As many as fill all lanes to the end, so that none stands still while others have a whole cohort left.
  const rounds = Math.ceil(tenants / (COHORT_SIZE.sweep * SWEEPS_AT_ONCE))
  return Math.max(LEAST_SWEPT, Math.ceil(tenants / (rounds * SWEEPS_AT_ONCE)))
}

async function runPage(
  fanOut: FanOut,
  page: readonly Cohort[],
  stop: () => boolean,
  done: (result: CohortResult, waiting: number) => Promise<void>,
): Promise<void> {
  let broken: { readonly error: unknown } | null = null
  const lane = async (waiting: Cohort[], lanes: number): Promise<void> => {
    try {
      for (let cohort = waiting.shift(); cohort !== undefined; cohort = waiting.shift()) {
        if (stop() || broken !== null) return
        const result = await runCohort(fanOut, cohort, Math.max(1, Math.floor(cohort.maxSessions / lanes)))
        await done(result, waiting.length)
      }
    } catch (error) {
      if (!waitsForOthers()) throw error
      broken ??= { error }
    }
  }
  await runLanes(fanOut, page, lane)
  if (broken !== null) throw (broken as { readonly error: unknown }).error
}

async function runLanes(
  fanOut: FanOut,
  page: readonly Cohort[],
  lane: (waiting: Cohort[], lanes: number) => Promise<void>,
): Promise<void> {
  // A bound over all servers can only be kept by one cohort at a time.
  if (fanOut.cohorts.pace().parallel !== null) return lane([...page], 1)
  const servers = [...new Set(page.map((cohort) => cohort.server))]
  await Promise.all(
    servers.flatMap((server) => {
      const waiting = page.filter((cohort) => cohort.server === server)
      const lanes = fanOut.sweep ? Math.min(SWEEPS_AT_ONCE, waiting.length, waiting[0]?.maxSessions ?? 1) : 1
      return Array.from({ length: lanes }, () => lane(waiting, lanes))
    }),
  )
}
