/** What activities work with; `worker.ts` makes it. */
import type pg from 'pg'
import type { TargetPools } from '../postgres/sessions/pools.ts'
import type { WhileHeartbeating } from './heartbeating.ts'
import type { Hooks } from './hooks/hooks.ts'
import type { Runs } from './workflowClient.ts'

/**
 * The time in ms since 1970 by the clock that Temporal's own times come from: in production the wall's, with the
 * time-skipping test server that server's. Times of a database are only ever compared with that database's clock.
 */
export type Clock = () => number | Promise<number>

/** The resources of all activities. */
export interface ActivityDependencies {
  readonly catalog: pg.Pool
  readonly targetPools: TargetPools
  readonly hooks: Hooks
  readonly runs: Runs
  readonly now: Clock
  readonly whileHeartbeating: WhileHeartbeating
}
