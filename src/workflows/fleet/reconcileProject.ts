/** The duties of the reconciler on one project, in their order. */
import { isCancellation } from '@temporalio/workflow'
import {
  addResults,
  type Duty,
  type DutyInput,
  type DutyResult,
  NOTHING,
  type ProjectResult,
  type ProjectSurvey,
} from '../../contract/reconcile.ts'
import { reasonOf } from '../run/failures.ts'
import { reconciling } from './fleetProxies.ts'

/** Each duty that has anything to look at; one that fails leaves its reason and the others go on. */
export async function reconcileProject(survey: ProjectSurvey, input: DutyInput): Promise<ProjectResult> {
  const duties: Partial<Record<Duty, DutyResult>> = {}
  if (survey.operations) duties.operations = await settled('operations', () => reconciling.reviveOperations(input))
  const repairs = survey.repairs ? await started(() => reconciling.retryUndos(input)) : none([])
  const all = input.operation === undefined
  const tenants = all && survey.tenants ? await started(() => reconciling.startCatchUps(input)) : none([])
  const ends = { repairs: NOTHING, tenants: NOTHING }
  if (repairs.started.length + tenants.started.length > 0) {
    const work = { project: input.project, repairs: repairs.started, tenants: tenants.started }
    Object.assign(ends, await watched(work))
  }
  if (survey.repairs) duties.repairs = addResults(ends.repairs, repairs.result)
  if (!all) return { project: input.project, duties }
  if (survey.tenants) duties.tenants = addResults(ends.tenants, tenants.result)
  // Only now: what was just brought up looks like its revision.
  const [drift, purge, retention] = await Promise.all([
    settled('drift', () => reconciling.reconcileDrift(input)),
    settled('purge', () => reconciling.purgePastHold(input)),
    settled('retention', () => reconciling.pruneHistory(input)),
  ])
  return { project: input.project, duties: { ...duties, drift, purge, retention } }
}

interface Started<T> {
  readonly result: DutyResult
  readonly started: readonly T[]
}

function none<T>(started: readonly T[]): Started<T> {
  return { result: NOTHING, started }
}

async function started<T>(work: () => Promise<Started<T>>): Promise<Started<T>> {
  try {
    return await work()
  } catch (error) {
    if (isCancellation(error)) throw error
    return { result: failed('start', error), started: [] }
  }
}

async function watched(work: Parameters<typeof reconciling.watchStarted>[0]) {
  try {
    return await reconciling.watchStarted(work)
  } catch (error) {
    if (isCancellation(error)) throw error
    const lost = (count: number): DutyResult => ({ ...failed('watch', error), found: count, left: count })
    return { repairs: lost(work.repairs.length), tenants: lost(work.tenants.length) }
  }
}

async function settled(duty: Duty, work: () => Promise<DutyResult>): Promise<DutyResult> {
  try {
    return await work()
  } catch (error) {
    if (isCancellation(error)) throw error
    return failed(duty, error)
  }
}

function failed(what: string, error: unknown): DutyResult {
  const { code, message } = reasonOf(error)
  return { found: 1, done: 0, left: 1, problems: [{ subject: `duty ${what}`, error_code: code, error: message }] }
}
