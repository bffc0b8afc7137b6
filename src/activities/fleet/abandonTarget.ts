/** A base or tenant that did not come about, whoever asked for it. */
import { log } from '@temporalio/activity'
import type { Target } from '../../contract.ts'
import { SagaError } from '../../errors.ts'
import { abandonProvisioning } from '../../postgres/catalog/tenants/provision.ts'
import { dropMadeDatabase } from '../../postgres/target/madeDatabase.ts'
import type { ActivityDependencies } from '../dependencies.ts'

/** What did not come about, and why. */
export interface AbandonedTarget {
  readonly project: string
  readonly target: Target
  readonly actor: string
  readonly error: string
}

/** Leaves nothing of it: neither its place in the catalog nor the database that was made for it. Repeating it is harmless. */
export async function abandonTarget(
  { catalog, targetPools }: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  abandoned: AbandonedTarget,
  notDropped: (error: unknown) => void = rethrow,
): Promise<void> {
  await abandonProvisioning(catalog, abandoned)
  await dropMadeDatabase(targetPools, abandoned.target).catch(notDropped)
}

function rethrow(error: unknown): never {
  throw error
}

/** The same within work that goes on: a database that could not be dropped is told in the worker's log. */
export async function abandonAndGoOn(
  { catalog, targetPools }: Pick<ActivityDependencies, 'catalog' | 'targetPools'>,
  operation: string,
  abandoned: AbandonedTarget,
): Promise<void> {
  await abandonTarget({ catalog, targetPools }, abandoned, (error) => {
    const { scope: tenant, server, namespace } = abandoned.target
    const code = error instanceof SagaError ? error.code : 'UNEXPECTED'
    // The tenant's own failure is the news. What was made bears our mark, and the same request takes it up.
    log.warn('the database of a tenant that could not be provisioned was not dropped', {
      operation,
      project: abandoned.project,
      tenant,
      server,
      namespace,
      code,
    })
  })
}
