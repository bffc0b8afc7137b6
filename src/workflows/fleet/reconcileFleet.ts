/** Keeps fleets converged without anybody watching: one project after the other, those first that waited longest. */
import { continueAsNew, setCurrentDetails, workflowInfo } from '@temporalio/workflow'
import { parseReconcile } from '../../contract/inputs/runInputs.ts'
import {
  DUTIES,
  type DutyResult,
  type ProjectResult,
  RECONCILER,
  type ReconcileDocument,
  type ReconcileFleetInput,
  type ReconcileSoFar,
} from '../../contract/reconcile.ts'
import { parsed } from '../messages/parsed.ts'
import { RECONCILE_RUN_MS } from '../retryPolicies.ts'
import { reasonOf, workflowFailure } from '../run/failures.ts'
import { reconciling } from './fleetProxies.ts'
import { reconcileProject } from './reconcileProject.ts'

/** Far below the 4,096 events at which the server asks for it. */
const LONG_EVENTS = 1_024
const MOST_TOLD = 100

/** Completes with the document that `reconcile --json` prints; fails only when the catalog refuses the run itself. */
export async function reconcileFleet(given: ReconcileFleetInput): Promise<ReconcileDocument> {
  const input = parsed(parseReconcile, given)
  const { dryRun = false, operation } = input
  const soFar = input.soFar ?? (await opened(input))
  const { id, startedAt } = soFar
  const waiting = [...soFar.waiting]
  const looked: string[] = []
  let { results, lookedAt } = soFar
  while (Date.now() - startedAt < RECONCILE_RUN_MS) {
    const survey = waiting.shift()
    if (survey === undefined) break
    const actor = input.actor ?? RECONCILER
    const duty = { project: survey.project, dryRun, actor, ...(operation !== undefined && { operation }) }
    const result = await reconcileProject(survey, duty)
    lookedAt += 1
    looked.push(survey.project)
    if (hasNews(result) && results.length < MOST_TOLD) results = [...results, result]
    setCurrentDetails(detailsOf(results, lookedAt, waiting.length))
    if (waiting.length > 0 && workflowInfo().historyLength > LONG_EVENTS) {
      await reconciling.closeReconcile({ id, results, looked })
      await continueAsNew<typeof reconcileFleet>({ ...input, soFar: { id, startedAt, waiting, results, lookedAt } })
    }
  }
  const { endedAt } = await reconciling.closeReconcile({ id, results, looked })
  return {
    id,
    trigger: input.trigger,
    dry_run: dryRun,
    project: input.project ?? null,
    started_at: new Date(startedAt).toISOString(),
    ended_at: endedAt,
    done: sumOf(results, 'done'),
    left: sumOf(results, 'left'),
    projects: results,
    projects_looked_at: lookedAt,
    projects_left_out: waiting.length,
  }
}

async function opened(input: ReconcileFleetInput): Promise<ReconcileSoFar> {
  const { firstExecutionRunId: id, startTime } = workflowInfo()
  try {
    const { projects: waiting } = await reconciling.openReconcile({ ...input, id })
    return { id, startedAt: startTime.getTime(), waiting, results: [], lookedAt: 0 }
  } catch (error) {
    throw workflowFailure(reasonOf(error))
  }
}

function hasNews({ duties }: ProjectResult): boolean {
  return Object.values(duties).some(({ found, problems }) => found > 0 || problems.length > 0)
}

function sumOf(results: readonly ProjectResult[], what: 'done' | 'left'): number {
  return results.flatMap(({ duties }) => Object.values(duties)).reduce((sum, duty) => sum + duty[what], 0)
}

function detailsOf(results: readonly ProjectResult[], lookedAt: number, waiting: number): string {
  const head = `${lookedAt} projects looked at, ${waiting} to go`
  if (results.length === 0) return `${head}: nothing to do`
  const cell = (duty: DutyResult | undefined): string =>
    duty === undefined || duty.found === 0 ? '-' : `${duty.done} of ${duty.found}`
  const rows = results.map(({ project, duties }) => [project, ...DUTIES.map((duty) => cell(duties[duty]))])
  return [head, '', ['project', ...DUTIES], DUTIES.map(() => '---').concat('---'), ...rows]
    .map((row) => (typeof row === 'string' ? row : `| ${row.join(' | ')} |`))
    .join('\n')
}
