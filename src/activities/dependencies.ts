/** What activities work with; `worker.ts` makes it. */
import type pg from 'pg'
import type { OperationDocument } from '../contract.ts'
import type { TargetPools } from '../postgres/pools.ts'
import type { Runs } from './runs.ts'

/** What an embedder may add. */
export interface Hooks {
  /** Runs after the commit, for example to flush replicas; retried until it returns, and never undoes anything. */
  readonly afterCommit?: (operation: OperationDocument) => Promise<void>
}

/** The resources of all activities. */
export interface ActivityDependencies {
  readonly catalog: pg.Pool
  readonly targetPools: TargetPools
  readonly hooks: Hooks
  readonly runs: Runs
}
