/**
 * Asks the hook `authorize` in front of each activity that is the first of what somebody wants to be done. What the reconciler
 * does by itself is not asked for: the catalog says what that is, since anybody may call himself so.
 */

import type { Capability } from '../../contract/hooks/capabilities.ts'
import { wordsOf } from '../../contract/hooks/wordsOf.ts'
import { RECONCILER } from '../../contract/reconcile.ts'
import { parseRequest } from '../../contract/request.ts'
import { type AllActivities, BASE_SCOPE, FINAL_STATUSES, type WantedTenant } from '../../contract.ts'
import { RequestRefused } from '../../errors.ts'
import { parseOperationRequest } from '../../logical/parse/revertRequest.ts'
import { findOperation } from '../../postgres/catalog/operations/read.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { isProvisioningBegun, isSuspendedFor, isUndoRetried } from '../../postgres/catalog/reconcile/byItself.ts'
import { called } from '../../within.ts'
import type { ActivityDependencies } from '../dependencies.ts'
import { NOT_LISTED } from '../tenantList/compareTenants.ts'

/** What the hook is asked. */
interface Question {
  readonly actor: string | undefined
  readonly capability: Capability
  readonly project: string
  readonly request: Readonly<Record<string, unknown>>
}

type Dependencies = Pick<ActivityDependencies, 'catalog' | 'hooks'>

/** Null where nobody is to be asked; of several, each must be allowed. */
type Questions = Question | readonly Question[] | null
type Asking<Input> = (input: Input, deps: Dependencies) => Questions | Promise<Questions>

/** Shorter than a try of any activity that asks (30 s): silence is an answer, and a person waits for it. */
const WITHIN_MS = 20_000

/** Where all projects are meant. */
const ALL_PROJECTS = '*'

/** The Updates and Signals of an operation. */
const MESSAGES: Readonly<Record<string, Capability>> = {
  repair: 'operation.repair',
  abort: 'operation.abort',
  pause: 'operation.pause',
  resume: 'operation.resume',
  skipTenant: 'operation.skip_tenant',
  retryTenants: 'operation.retry_tenants',
  setParallelism: 'operation.set_parallelism',
  promoteWave: 'operation.promote_wave',
}

const CATCH_UPS = { parked: 'tenant.unpark', suspended: 'tenant.resume' } as const

const QUESTIONS: { readonly [Name in keyof AllActivities]?: Asking<Parameters<AllActivities[Name]>[0]> } = {
  openOperation: async ({ workflowId: _, runId: __, firstRunId, ...input }, { catalog }) => {
    const { project, actor, mutation, ...request } = parseRequest(input)
    const known = await findOperation(catalog, request.operationId)
    // It goes on as new, or in another run: it was allowed when it began, and is in the middle of something.
    if (known !== null && (known.firstRunId === firstRunId || !FINAL_STATUSES.includes(known.status))) return null
    const first = mutation.type === 'revert' ? 'operation.revert' : 'operation.apply'
    const capability = known === null ? first : 'operation.retry'
    return { actor, capability, project, request: { ...request, mutation } }
  },
  allowTexts: ({ project, operationId, actor }) => {
    return { actor, capability: 'operation.apply', project, request: { operationId, texts: true } }
  },
  provePlan: ({ project, mutation, actor }) => {
    const parsed = parseOperationRequest(mutation)
    const capability = parsed.type === 'revert' ? 'operation.revert' : 'operation.apply'
    return { actor, capability, project, request: { mutation: parsed, prove: true } }
  },
  dumpForBaseline: ({ project, server, namespace, actor }) => {
    return { actor, capability: 'project.create', project, request: { server, namespace, dump: true } }
  },
  authorizeMessage: async ({ project, operationId, message, request }, { catalog }) => {
    const { actor, ...rest } = request
    const capability = MESSAGES[message]
    if (capability === undefined) return null
    const retries = actor === RECONCILER && 'action' in rest && rest.action === 'retry'
    if (retries && (await isUndoRetried(catalog, project, operationId))) return null
    return { actor, capability, project, request: { operationId, ...rest } }
  },
  openProvisioning: async ({ project, scope, server, namespace, actor }, { catalog }) => {
    const place = { server, namespace }
    // It takes up what was asked for before.
    if (actor === RECONCILER && (await isProvisioningBegun(catalog, { project, scope, ...place }))) return null
    if (scope !== BASE_SCOPE) return adding({ project, actor }, { id: scope, ...place })
    return { actor, capability: 'project.create', project, request: place }
  },
  openProvisionings: ({ tenants, ...by }) => tenants.map((wanted) => adding(by, wanted)),
  openCatchUp: async ({ project, tenant, actor, from, onlyCause, at }, { catalog }) => {
    // The reconciler brings up what failed, the list what it lacked once: nothing that a person has put aside.
    if (onlyCause === 'failure' && at === undefined) return null
    if (actor === RECONCILER && at === undefined && (await isSuspendedFor(catalog, project, tenant, NOT_LISTED)))
      return null
    const capability = from === undefined ? 'tenant.catch_up' : CATCH_UPS[from]
    return { actor, capability, project, request: { tenant, ...(at !== undefined && { at }) } }
  },
  openCatchUps: ({ project, actor, tenants }) =>
    // Those that are named failed, and the reconciler brings them up anyway.
    tenants !== undefined ? null : { actor, capability: 'tenant.unpark', project, request: { all: true } },
  openBaseCatchUp: ({ project, actor, at }) => ({
    actor,
    capability: 'project.catch_up',
    project,
    request: at === undefined ? {} : { at },
  }),
  takeBaseline: (input) => importing(input),
  // With a baseline it has been asked for already.
  importNamespaces: (input) => (input.baseline === undefined ? importing(input) : null),
  purgeSetAside: ({ project, id, now, actor }) => ({
    actor,
    capability: 'set_aside.purge',
    project,
    request: { id, now },
  }),
  restoreSetAside: ({ project, id, actor }) => ({ actor, capability: 'set_aside.restore', project, request: { id } }),
  openReconcile: ({ trigger, dryRun, project = ALL_PROJECTS, operation, actor }) =>
    trigger === 'schedule' || dryRun === true
      ? null
      : { actor, capability: 'project.reconcile', project, request: operation === undefined ? {} : { operation } },
  repairDriftInTurn: async ({ project, scopes, actor }, { catalog }) => {
    const repairs = actor === RECONCILER && (await requireProject(catalog, project)).settings.auto_repair === 'additive'
    return repairs ? null : { actor, capability: 'project.reconcile', project, request: { scopes } }
  },
}

function adding(
  { project, actor }: Pick<Question, 'project' | 'actor'>,
  { id: tenant, server, namespace }: WantedTenant,
): Question {
  return { actor, capability: 'tenant.add', project, request: { tenant, server, namespace } }
}

function importing({
  project,
  actor,
  dryRun,
  ...request
}: Parameters<AllActivities['importNamespaces']>[0]): Question | null {
  return dryRun === true ? null : { actor, capability: 'tenant.import', project, request: { ...request } }
}

/** The same activities, each behind its question; those alone where there is no such hook. */
export function authorizing(deps: Dependencies, activities: AllActivities): AllActivities {
  if (deps.hooks.authorize === undefined) return activities
  const guarded = Object.entries(QUESTIONS).map(([name, asking]) => {
    const work = activities[name as keyof AllActivities] as (input: unknown) => Promise<unknown>
    const guard = async (input: unknown): Promise<unknown> => {
      const questions = await (asking as Asking<unknown>)(input, deps)
      for (const question of [questions].flat()) await ask(deps, question)
      return await work(input)
    }
    return [name, guard]
  })
  return { ...activities, ...(Object.fromEntries(guarded) as Partial<AllActivities>) }
}

async function ask({ hooks: { authorize } }: Dependencies, question: Question | null): Promise<void> {
  if (question === null || authorize === undefined) return
  const { actor = 'unknown', capability, project, request } = question
  const otherwise = `${actor} may not do this (${capability}) in project "${project}".`
  let answer: { readonly value: unknown } | null
  try {
    // A copy: what it does to the request is not what is done afterwards.
    answer = await called(WITHIN_MS, () => authorize(actor, capability, project, structuredClone(request)))
  } catch (error) {
    throw new RequestRefused('FORBIDDEN', wordsOf(error, otherwise))
  }
  if (answer === null) {
    const text = `The hook authorize has not answered within ${WITHIN_MS / 1_000} s: nothing is done that it has not allowed.`
    throw new RequestRefused('FORBIDDEN', text)
  }
  // It is to throw, but whoever returns this does not mean yes.
  if (answer.value === false) throw new RequestRefused('FORBIDDEN', otherwise)
}
