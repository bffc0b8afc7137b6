/** One form on a busy table: forward, undone, forward again and settled, and taken back by an operation of its own. */
import pg from 'pg'
import type { Target } from '../../src/contract.ts'
import type { TargetPools } from '../../src/postgres/sessions/pools.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../src/postgres/target/execute.ts'
import { settleTarget } from '../../src/postgres/target/settleTarget.ts'
import { type BusyApplication, type Failed, startApplication, type Work } from './application.ts'
import { type Elsewhere, whileOpen } from './elsewhere.ts'
import type { Form } from './forms.ts'
import { furnish, TABLE } from './furnish.ts'
import { patiently } from './patience.ts'
import { type FormPlans, plansOf } from './plans.ts'

/** The ways that a form goes. */
export type Way = 'forward' | 'undo' | 'again' | 'revert'

/** What became of a form. */
export interface FormResult {
  readonly form: string
  readonly rows: number
  /** Of each way, in ms. */
  readonly took: Readonly<Record<Way, number>>
  readonly statements: number
  readonly longestWaitMs: number
  /** Failures that a hazard of the plans names, and the others. */
  readonly announced: number
  readonly unannounced: readonly Failed[]
}

/** The database that it happens in. */
export interface BusyDatabase {
  readonly pools: TargetPools
  readonly client: pg.Client
  readonly url: string
}

/** How a form runs. */
export interface Course {
  readonly form: Form
  readonly rows: number
  readonly namespace: string
  /** The target, if it is furnished already. */
  readonly target?: Target
  /** What transaction of somebody else is open on which way. */
  readonly elsewhere?: Partial<Readonly<Record<Way, Elsewhere>>>
}

/** Hazards that announce failures of applications, and the codes that none of them announces: limits, deadlocks, ends. */
const BREAKS = new Set(['BREAKS_OLD_READERS', 'SETS_ASIDE', 'REFUSES_EMPTY'])
const NAMED = new RegExp(`\\b${TABLE}\\b`)
const NEVER = /^(08|40|53|55|57|58|XX)/

/** Statements of the application before, between and after the ways. */
const SEEN = 20

/** Runs the form on a table of that many rows. */
export async function runForm(database: BusyDatabase, course: Course): Promise<FormResult> {
  const { form, rows, namespace } = course
  const plans = plansOf(form)
  const target = course.target ?? (await furnish(database, form, rows, namespace))
  const application = await startApplication({ url: database.url, namespace, table: TABLE, rows })
  const { took, work } = await whileAtWork(application, () =>
    there(database, { ...course, target }, plans, () => application.works(SEEN)),
  )
  const { statements, failed, longestWaitMs } = work
  const hazards = [...plans.plan.hazards, ...plans.revert.hazards].filter(
    ({ name, detail }) => BREAKS.has(name) && NAMED.test(detail),
  )
  const isAnnounced = ({ code }: Failed): boolean => hazards.length > 0 && !NEVER.test(code)
  const unannounced = failed.filter((each) => !isAnnounced(each))
  await database.client.query(
    `set client_min_messages = warning; drop schema ${pg.escapeIdentifier(namespace)} cascade`,
  )
  return {
    form: form.form,
    rows,
    took,
    statements,
    longestWaitMs,
    announced: failed.length - unannounced.length,
    unannounced,
  }
}

/** The application is stopped however it goes. */
async function whileAtWork<T>(
  application: BusyApplication,
  run: () => Promise<T>,
): Promise<{ readonly took: T; readonly work: Work }> {
  try {
    const took = await run()
    return { took, work: await application.stop() }
  } catch (error) {
    await application.stop()
    throw error
  }
}

async function there(
  { pools, url }: BusyDatabase,
  { target, namespace, elsewhere }: Course & { readonly target: Target },
  { plan, revert }: FormPlans,
  seen: () => Promise<void>,
): Promise<FormResult['took']> {
  const work = { target, projectId: 'p', operationId: 'op-1', plan }
  const timed = async (way: Way, run: () => Promise<unknown>): Promise<number> => {
    await seen()
    const since = performance.now()
    const other = elsewhere?.[way]
    if (other === undefined) await patiently(run)
    else await whileOpen({ url, namespace }, other, () => patiently(run))
    return Math.round(performance.now() - since)
  }
  const forward = await timed('forward', () => applyPlanToTarget(pools, { ...work, epoch: 0 }))
  const undo = await timed('undo', () => compensatePlanOnTarget(pools, { ...work, epoch: 0 }))
  const again = await timed('again', () => applyPlanToTarget(pools, { ...work, epoch: 1 }))
  await patiently(() => settleTarget(pools, { ...work, epoch: 1 }))
  const back = { ...work, operationId: 'op-2', plan: revert, epoch: 0 }
  const taken = await timed('revert', () => applyPlanToTarget(pools, back))
  await patiently(() => settleTarget(pools, back))
  await seen()
  return { forward, undo, again, revert: taken }
}
