/** A fleet in the catalog's own database, with an operation that has its plan, and the activities that work on it. */
import { MockActivityEnvironment } from '@temporalio/testing'
import { createPreflightActivities } from '../../src/activities/targets/preflightActivities.ts'
import { createSweepActivities } from '../../src/activities/targets/sweepActivities.ts'
import type { CohortPage, SweepResult, SweepWork, TargetActivities } from '../../src/contract.ts'
import { EMPTY_SCHEMA } from '../../src/logical/schema.ts'
import { schemaHashOf } from '../../src/physical/plan/planMutation.ts'
import { activateTenant } from '../../src/postgres/catalog/tenants/activation.ts'
import { openProvisioning } from '../../src/postgres/catalog/tenants/provision.ts'
import { createTargetPools } from '../../src/postgres/sessions/pools.ts'
import { provisionTarget } from '../../src/postgres/target/provisionTarget.ts'
import { ACTIVITY_DEFAULTS } from '../fixtures/activityDefaults.ts'
import type { Ledger } from '../postgres/catalog/ledger.ts'

/** `count` tenants, `t0` and so on, each in a namespace of its own. */
export async function plannedFleet(ledger: Ledger, count: number) {
  const { pool, project, database } = ledger
  const targetPools = createTargetPools({
    server: (id) => ({ id, dsnEnv: id, maxSessions: 4, databasePerTenant: false }),
    // Nobody answers for server b.
    dsn: (server) => (server === 'b' ? 'postgres://me@127.0.0.1:1/nowhere' : database.url),
  })
  for (let index = 0; index < count; index += 1) {
    const place = { project, scope: `t${index}`, server: 'a', namespace: `${project}_t${index}`, actor: 'x' }
    const { target } = await openProvisioning(pool, place)
    const at = { revision: 0, schemaHash: schemaHashOf(0, EMPTY_SCHEMA) }
    await provisionTarget(targetPools, { target, projectId: project, ...at, statements: [] })
    await activateTenant(pool, { project, target, revision: 0 })
  }
  const operationId = await ledger.opened('1')
  await ledger.catalog.takeTurn({ operationId, runId: operationId })
  const { hash: planHash } = await ledger.catalog.planOperation({ operationId })
  const dependencies = { ...ACTIVITY_DEFAULTS, catalog: pool, targetPools, runs: ledger.runs }
  const { sweepCohort } = createSweepActivities(dependencies)
  const { preflightTargets } = createPreflightActivities(dependencies)
  const cohort = { name: 'a-1', server: 'a', after: '', upTo: 't99', size: count, maxSessions: 4 }
  const options = { operationId, planHash, cohort, wave: null, sessions: 2, stopAtFailure: true }
  return {
    operationId,
    close: () => targetPools.close(),
    sweep: (
      direction: SweepWork['direction'],
      { environment = new MockActivityEnvironment(), part = {} }: SweepSetting = {},
    ) =>
      environment.run(sweepCohort, { ...options, direction, cohort: { ...cohort, ...part } }) as Promise<SweepResult>,
    preflight: (cohorts?: CohortPage, scheduledTimestampMs = Date.now()) =>
      new MockActivityEnvironment({ scheduledTimestampMs }).run(preflightTargets, {
        operationId,
        planHash,
        ...(cohorts !== undefined && { cohorts }),
      }) as ReturnType<TargetActivities['preflightTargets']>,
  }
}

interface SweepSetting {
  readonly environment?: MockActivityEnvironment
  /** Where another cohort begins and ends. */
  readonly part?: Partial<SweepWork['cohort']>
}
