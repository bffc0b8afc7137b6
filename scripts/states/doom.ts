/** Where a worker of the recording dies. */

/** A point between two effects, as the fault suites name them: `before persistSchema`, `applyToTarget: after a message`. */
export interface DoomPoint {
  readonly operation: string
  readonly at: string
  /** The how manieth of that name in this process, from 1, which is the default. */
  readonly time?: number
}

/** What one worker process is told. Without a point it lives until it is killed. */
export interface Doom {
  readonly point?: DoomPoint
  /** Messages to this database are no points. */
  readonly catalogDatabase: string
  readonly workflowBundlePath: string
}

/** The variable that holds the doom as JSON. */
export const DOOM = 'STATES_DOOM'
