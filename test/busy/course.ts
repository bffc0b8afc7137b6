/** One form on a busy table: forward, undone, forward again and settled, and taken back by an operation of its own. */
import pg from 'pg'
import type { Target } from '../../src/contract.ts'
import type { Plan } from '../../src/physical/plan/plan.ts'
import { planMutation, provisionSql, schemaHashOf } from '../../src/physical/plan/planMutation.ts'
import { planRevert } from '../../src/physical/plan/planRevert.ts'
import { projectSchema } from '../../src/physical/project.ts'
import type { TargetPools } from '../../src/postgres/sessions/pools.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../src/postgres/target/provisionTarget.ts'
import { settleTarget } from '../../src/postgres/target/settleTarget.ts'
import { rowsOf, settingOf } from '../postgres/cases/setting.ts'
import { type BusyApplication, type Failed, startApplication, type Work } from './application.ts'
import { fill } from './fill.ts'
import type { Form } from './forms.ts'

/** What became of a form. */
export interface FormResult {
  readonly form: string
  readonly rows: number
  /** Of each way, in ms. */
  readonly took: Readonly<Record<'forward' | 'undo' | 'again' | 'revert', number>>
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

const TABLE = 'food'

/** Hazards that announce failures of applications, and the codes that none of them announces: limits, deadlocks, ends. */
const BREAKS = new Set(['BREAKS_OLD_READERS', 'SETS_ASIDE', 'REFUSES_EMPTY'])
const NAMED = new RegExp(`\\b${TABLE}\\b`)
const NEVER = /^(08|40|53|55|57|58|XX)/

/** Statements of the application before, between and after the ways. */
const SEEN = 20

/** Runs the form on a table of that many rows. */
export async function runForm(
  database: BusyDatabase,
  form: Form,
  rows: number,
  namespace: string,
): Promise<FormResult> {
  const before = settingOf(form.before)
  const plan = planMutation({ schema: before, revision: 6, mutation: form.mutation, operationId: 'op-1' })
  const reverted = {
    id: 'op-1',
    plan,
    mutation: form.mutation,
    applied: true,
    origin: { operationId: 'op-1', before },
  }
  const place = { later: [], purged: [], bornLater: 0, schema: plan.nextSchema, revision: 7, operationId: 'op-2' }
  const revert = planRevert({ ...place, reverted })
  const target = await furnish(database, form, rows, namespace)
  const application = await startApplication({ url: database.url, namespace, table: TABLE, rows })
  const { took, work } = await whileAtWork(application, () =>
    there(database.pools, target, { plan, revert }, () => application.works(SEEN)),
  )
  const { statements, failed, longestWaitMs } = work
  const hazards = [...plan.hazards, ...revert.hazards].filter(
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

async function furnish({ pools, client }: BusyDatabase, form: Form, rows: number, namespace: string): Promise<Target> {
  const before = settingOf(form.before)
  const target = { scope: 't', server: 's1', namespace, incarnation: 'one' }
  const statements = provisionSql(projectSchema(before))
  await provisionTarget(pools, {
    target,
    projectId: 'p',
    revision: 6,
    statements,
    schemaHash: schemaHashOf(6, before),
  })
  await client.query(rowsOf(form).replaceAll(':ns', pg.escapeIdentifier(namespace)))
  // A rule that rows are unique needs rows that are; another type needs values that fit it.
  await fill(client, { namespace, table: TABLE, like: 'f1', rows, distinct: /unique/.test(form.form) })
  return target
}

async function there(
  pools: TargetPools,
  target: Target,
  { plan, revert }: { readonly plan: Plan; readonly revert: Plan },
  seen: () => Promise<void>,
): Promise<FormResult['took']> {
  const work = { target, projectId: 'p', operationId: 'op-1', plan }
  const timed = async (run: () => Promise<unknown>): Promise<number> => {
    await seen()
    const since = performance.now()
    await run()
    return Math.round(performance.now() - since)
  }
  const forward = await timed(() => applyPlanToTarget(pools, { ...work, epoch: 0 }))
  const undo = await timed(() => compensatePlanOnTarget(pools, { ...work, epoch: 0 }))
  const again = await timed(() => applyPlanToTarget(pools, { ...work, epoch: 1 }))
  await settleTarget(pools, { ...work, epoch: 1 })
  const back = { ...work, operationId: 'op-2', plan: revert, epoch: 0 }
  const taken = await timed(() => applyPlanToTarget(pools, back))
  await settleTarget(pools, back)
  await seen()
  return { forward, undo, again, revert: taken }
}
