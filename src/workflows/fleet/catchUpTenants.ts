/** The parked tenants of a project are brought up together; who stays parked is named with the reason. */
import {
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import { parseCatchUpTenants } from '../../contract/inputs/tenantInputs.ts'
import type {
  CatchUpTenantsInput,
  CatchUpTenantsResult,
  CatchUpTenantsSoFar,
  Comeback,
  MovedTenant,
  NotBroughtUp,
  TargetProblem,
} from '../../contract.ts'
import { groupedBy } from '../../groupedBy.ts'
import { parsed } from '../messages/parsed.ts'
import { CATCH_UP_PAUSES_MS, LONG_HISTORY_EVENTS } from '../retryPolicies.ts'
import { isFailure, reasonOf, workflowFailure } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE } from '../run/progress.ts'
import { catchUpEach } from './catchUpEach.ts'
import { manyCatchUps } from './fleetProxies.ts'

/** Named in the result: with the longest reasons they stay far below the 2 MB that Temporal takes. */
const MOST_NAMED = 1_000
const LONGEST_REASON = 500

/** Whose tenants, and who wants them up. */
interface Wish {
  readonly project: string
  readonly actor: string
  readonly look: 'person' | 'reconciler'
}

/** What became of some of them. */
interface Ended {
  readonly active: number
  readonly failed: readonly NotBroughtUp[]
  readonly moved: readonly MovedTenant[]
}

const NOTHING_YET: CatchUpTenantsSoFar = {
  after: '',
  active: 0,
  kept: 0,
  left: 0,
  failed: [],
  revisions: [],
  revisions_left_out: 0,
}

/** Page after page, in the order of ids. Who became active meanwhile is in no page, so that the same can be asked for again. */
export async function catchUpTenants(given: CatchUpTenantsInput): Promise<CatchUpTenantsResult> {
  const input = parsed(parseCatchUpTenants, given)
  const { project, actor = 'unknown', tenants } = input
  upsertSearchAttributes([{ key: PROJECT_ATTRIBUTE, value: project }])
  const wish: Wish = { project, actor, look: tenants === undefined ? 'person' : 'reconciler' }
  let soFar = input.soFar ?? NOTHING_YET
  try {
    for (;;) {
      const { opened, kept, more } = await manyCatchUps.openCatchUps({ project, actor, after: soFar.after, tenants })
      soFar = added(soFar, await bringUpPage(wish, opened), kept, opened.at(-1)?.target.scope)
      setCurrentDetails(`${soFar.active} are active, ${soFar.left} could not be brought up`)
      if (!more) break
      if (workflowInfo().historyLength > LONG_HISTORY_EVENTS) {
        await continueAsNew<typeof catchUpTenants>({ ...input, soFar })
      }
    }
  } catch (error) {
    throw isCancellation(error) || !isFailure(error) ? error : workflowFailure(reasonOf(error))
  }
  const { after: _, ...result } = soFar
  return result
}

function added(before: CatchUpTenantsSoFar, ended: Ended, kept: number, last = before.after): CatchUpTenantsSoFar {
  const failed = ended.failed.map(({ error, ...each }) => ({ ...each, error: error.slice(0, LONGEST_REASON) }))
  return {
    after: last,
    active: before.active + ended.active,
    kept,
    left: before.left + failed.length,
    failed: [...before.failed, ...failed].slice(0, MOST_NAMED),
    ...withMoved(before, ended.moved),
  }
}

/** So many characters of JSON may be revisions of tenants. */
const MOST_OF_REVISIONS = 1_000_000

/** Of a run that began before revisions were told, those of its pages are not known. */
function withMoved(
  { revisions = [], revisions_left_out: leftOut = 0 }: Partial<CatchUpTenantsSoFar>,
  moved: readonly MovedTenant[],
): Pick<CatchUpTenantsSoFar, 'revisions' | 'revisions_left_out'> {
  let room = MOST_OF_REVISIONS - JSON.stringify(revisions).length
  const told = moved.filter((each) => {
    room -= JSON.stringify(each).length + 1
    return room >= 0
  })
  return { revisions: [...revisions, ...told], revisions_left_out: leftOut + moved.length - told.length }
}

/** One server's trouble keeps no other waiting. */
async function bringUpPage(wish: Wish, opened: readonly Comeback[]): Promise<Ended> {
  const servers = [...groupedBy(opened, ({ target }) => target.server).values()]
  const ends = await Promise.all(servers.map((comebacks) => bringUpOnServer(wish, comebacks)))
  return {
    active: ends.reduce((sum, { active }) => sum + active, 0),
    failed: ends.flatMap(({ failed }) => failed),
    moved: ends.flatMap(({ moved }) => moved),
  }
}

/** In rounds: what waiting may cure is tried again after a pause. */
async function bringUpOnServer(wish: Wish, opened: readonly Comeback[]): Promise<Ended> {
  const pauses = [...CATCH_UP_PAUSES_MS]
  const failed: NotBroughtUp[] = []
  const problems: TargetProblem[] = []
  const moved: MovedTenant[] = []
  let active = 0
  for (let comebacks = opened; comebacks.length > 0; ) {
    const round = await bringUpTogether(wish, comebacks)
    const alone = await catchUpEach(wish, among(comebacks, round.alone))
    active += round.active + alone.active
    failed.push(...alone.failed)
    moved.push(...(round.moved ?? []), ...alone.moved)
    problems.push(...round.refused)
    const pause = pauses.shift()
    if (pause === undefined) problems.push(...round.later)
    if (pause === undefined || round.later.length === 0) break
    await sleep(pause)
    const scopes = round.later.map(({ scope }) => scope)
    comebacks = among(comebacks, scopes)
  }
  await record(wish, opened, problems)
  return { active, failed: [...failed, ...problems.map(told)], moved }
}

/** What keeps all of them from being brought up is the reason of each. */
async function bringUpTogether(
  wish: Wish,
  comebacks: readonly Comeback[],
): ReturnType<typeof manyCatchUps.bringUpTargets> {
  try {
    return await manyCatchUps.bringUpTargets({ ...wish, comebacks })
  } catch (error) {
    if (isCancellation(error) || !isFailure(error)) throw error
    const { type: errorType, code: errorCode, message } = reasonOf(error)
    const refused = comebacks.map(({ target: { scope } }) => ({ scope, errorType, errorCode, error: message }))
    return { active: 0, later: [], refused, alone: [] }
  }
}

async function record(
  { project, actor }: Wish,
  opened: readonly Comeback[],
  problems: readonly TargetProblem[],
): Promise<void> {
  if (problems.length === 0) return
  const targets = new Map(opened.map(({ target }) => [target.scope, target]))
  const failures = problems.flatMap((problem) => {
    const target = targets.get(problem.scope)
    return target === undefined ? [] : [{ ...problem, target }]
  })
  await manyCatchUps.recordCatchUpFailures({ project, actor, failures })
}

function among(comebacks: readonly Comeback[], scopes: readonly string[]): readonly Comeback[] {
  const wanted = new Set(scopes)
  return comebacks.filter(({ target }) => wanted.has(target.scope))
}

function told({ scope: id, errorCode: code, error }: TargetProblem): NotBroughtUp {
  return { id, code, error }
}
