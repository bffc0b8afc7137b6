/** What has come, within a minute, of what the reconciler started; all of it is read from the catalog. */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { type ReconcileProblem, resultOf, type StartedOutcome, type StartedWork } from '../../contract/reconcile.ts'
import { readRepairEnds } from '../../postgres/catalog/operations/unfinished.ts'
import { requireProject } from '../../postgres/catalog/projects/projects.ts'
import { readCatchUpEnds } from '../../postgres/catalog/tenants/due.ts'
import { subjectOf } from './dutyDependencies.ts'

const WAIT_MS = 60_000
const POLL_MS = 250

/** Waits until all have ended, at most a minute; whatever has not goes on by itself and is left to the next run. */
export async function watchStarted(
  catalog: pg.Pool,
  { project, repairs, tenants }: { readonly project: string } & StartedWork,
  signal: AbortSignal,
): Promise<StartedOutcome> {
  const until = Date.now() + WAIT_MS
  const scopes = tenants.filter((scope) => scope !== '')
  for (;;) {
    const undone = await readRepairEnds(catalog, repairs)
    const brought = await readCatchUpEnds(catalog, project, scopes)
    const hasBase = scopes.length < tenants.length && !(await requireProject(catalog, project)).baseReady
    const isOver = undone.size === repairs.length && brought.size === scopes.length && !hasBase
    if (isOver || Date.now() >= until) return outcomeOf({ repairs, tenants }, undone, brought, hasBase)
    await sleep(POLL_MS, undefined, { signal })
  }
}

const UNDER_WAY = { error_code: 'IN_PROGRESS', error: 'It is under way.' } as const

function outcomeOf(
  { repairs, tenants }: StartedWork,
  undone: Awaited<ReturnType<typeof readRepairEnds>>,
  brought: Awaited<ReturnType<typeof readCatchUpEnds>>,
  baseWaits: boolean,
): StartedOutcome {
  const open = repairs.flatMap(({ operationId }): ReconcileProblem[] => {
    const end = undone.get(operationId)
    const subject = `operation ${operationId}`
    if (end === undefined) return [{ subject, ...UNDER_WAY }]
    if (end.clean) return []
    return [{ subject, error_code: 'COMPENSATION_FAILED', error: end.error ?? 'Its undo did not succeed.' }]
  })
  const behind = tenants.flatMap((scope): ReconcileProblem[] => {
    const subject = subjectOf(scope)
    if (scope === '') return baseWaits ? [{ subject, ...UNDER_WAY }] : []
    const end = brought.get(scope)
    if (end === undefined) return [{ subject, ...UNDER_WAY }]
    return end === null ? [] : [{ subject, error_code: end.code, error: end.reason }]
  })
  return {
    repairs: resultOf(repairs.length, repairs.length - open.length, open),
    tenants: resultOf(tenants.length, tenants.length - behind.length, behind),
  }
}
