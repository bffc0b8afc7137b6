/** The tenants of an operation, cohort by cohort: servers side by side, the cohorts of one server one after the other. */
import { executeChild, ParentClosePolicy, workflowInfo } from '@temporalio/workflow'
import {
  type Cohort,
  type CohortResult,
  cohortWorkflowId,
  type Direction,
  operationWorkflowId,
  type TargetProblem,
} from '../contract.ts'
import { applyToCohort } from './applyToCohort.ts'
import { PROJECT_ATTRIBUTE } from './progress.ts'
import { catalog } from './proxies.ts'

/** Children of one cohort; keeps every history far below the server's limits. */
const COHORT_SIZE = 250

/** Cohorts listed at once. */
const PAGE = 50

/** What the root has to know to fan out. */
export interface FanOut {
  readonly project: string
  readonly operationId: string
  readonly planHash: string
  readonly start: string
  readonly direction: Direction
  /** Tenants at once over all servers, or null for each server's own limit. */
  readonly parallel: number | null
}

/** How a whole round over the tenants ended; `problems` holds at most 100. */
export interface FanOutResult {
  readonly cohorts: number
  readonly failed: number
  readonly problems: readonly TargetProblem[]
}

/** Runs one round; forward, no further cohort is started once a tenant has failed. */
export async function runCohorts(fanOut: FanOut, finished: () => Promise<void>): Promise<FanOutResult> {
  const results: CohortResult[] = []
  const failedForward = () => fanOut.direction === 'forward' && results.some((result) => result.failed > 0)
  for (let after: Cohort | null = null; !failedForward(); ) {
    const page: Cohort[] = await nextPage(fanOut, after)
    if (page.length === 0) break
    await runPage(fanOut, page, failedForward, async (result) => {
      results.push(result)
      await finished()
    })
    after = page.at(-1) ?? null
  }
  return {
    cohorts: results.length,
    failed: results.reduce((sum, result) => sum + result.failed, 0),
    problems: results.flatMap((result) => result.problems).slice(0, 100),
  }
}

async function nextPage(fanOut: FanOut, after: Cohort | null): Promise<Cohort[]> {
  const select = fanOut.direction === 'forward' ? 'behind' : 'started'
  const page = await catalog.listCohorts({
    operationId: fanOut.operationId,
    select,
    after,
    limit: PAGE,
    cohortSize: COHORT_SIZE,
  })
  return page.cohorts
}

async function runPage(
  fanOut: FanOut,
  page: readonly Cohort[],
  stop: () => boolean,
  done: (result: CohortResult) => Promise<void>,
): Promise<void> {
  const chain = async (cohorts: readonly Cohort[]): Promise<void> => {
    for (const cohort of cohorts) {
      if (stop()) return
      await done(await runCohort(fanOut, cohort))
    }
  }
  // A bound over all servers can only be kept by one cohort at a time.
  if (fanOut.parallel !== null) return chain(page)
  const servers = [...new Set(page.map((cohort) => cohort.server))]
  await Promise.all(servers.map((server) => chain(page.filter((cohort) => cohort.server === server))))
}

function runCohort(fanOut: FanOut, cohort: Cohort): Promise<CohortResult> {
  const { parallel, ...input } = fanOut
  const operation = operationWorkflowId(fanOut.project, fanOut.operationId)
  return executeChild(applyToCohort, {
    workflowId: cohortWorkflowId(operation, fanOut.start, fanOut.direction, cohort.name),
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `${cohort.size} tenants on ${cohort.server}`,
    typedSearchAttributes: [{ key: PROJECT_ATTRIBUTE, value: fanOut.project }],
    taskQueue: workflowInfo().taskQueue,
    args: [{ ...input, cohort, window: parallel ?? cohort.maxSessions }],
  })
}
