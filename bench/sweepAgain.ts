/** A sweep over tenants that are all done: what is left to a worker that takes over from one that died at the end. */

import { loadPlan } from '../src/postgres/catalog/operations/plans.ts'
import { createCatalogPool } from '../src/postgres/catalog/pool.ts'
import { requireServer } from '../src/postgres/catalog/projects/servers.ts'
import { listActiveTargets } from '../src/postgres/catalog/tenants/list.ts'
import { createTargetPools } from '../src/postgres/sessions/pools.ts'
import { sweepTargets } from '../src/postgres/sweep.ts'
import type { Measurement } from './measurement.ts'
import { SESSIONS } from './sagaFleet.ts'
import { measured, type SagaRun, timed } from './sagaRun.ts'

/** Sweeps again for an operation that is committed, in this process, without a workflow and without writes of the catalog. */
export async function measureSweepAgain(run: SagaRun, operationId: string): Promise<Measurement[]> {
  const { client, catalogUrl } = run.stack
  const { plan_hash: hash } = await (await client.operation(operationId)).show()
  const catalog = createCatalogPool(catalogUrl)
  const pools = createTargetPools({ server: (id) => requireServer(catalog, id), dsn: () => run.targetsUrl })
  try {
    const { plan, projectId } = await loadPlan(catalog, operationId, hash ?? '')
    const sweep = async (): Promise<void> => {
      const targets = (await listActiveTargets(catalog, run.project)).map((target) => ({ ...target, epoch: 0 }))
      const { succeeded } = await sweepTargets(pools, {
        projectId,
        operationId,
        plan,
        targets,
        sessions: SESSIONS,
        direction: 'forward',
        stopAtFailure: true,
        start: async (started) => started,
        record: async () => undefined,
      })
      if (succeeded !== run.fleet) throw new Error(`the sweep found ${succeeded} of ${run.fleet} tenants done`)
    }
    // Once to open the sessions.
    await sweep()
    return [measured(run, 'sweep again, all done', await timed(sweep))]
  } finally {
    await pools.close()
    await catalog.end()
  }
}
