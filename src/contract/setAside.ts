/** What is set aside on the targets of a project, as people name it, and what they do with it. */

/** The same object on all targets that have it; as `set-aside list --json` prints it. */
export interface SetAsideDocument {
  /** `<operation>/<stage>/<aside name>`: the same on every target. */
  readonly id: string
  /** What it was: a table, or `table.column` with the table's present name. */
  readonly object: string
  /** A table or a column. */
  readonly kind: 'table' | 'column'
  /** What it is called on the targets meanwhile. */
  readonly aside_name: string
  /** The operation that set it aside. */
  readonly operation: string
  /** Whether an operation put it aside going forward, or its undo did because somebody had used it. */
  readonly direction: 'forward' | 'compensate'
  /** When the first target set it aside, ISO 8601 UTC. */
  readonly since: string
  /** The base counts as one. */
  readonly targets: number
  /** When its hold ends on the first of these targets, by that target's clock; null while no hold leads to a purge. */
  readonly purgeable_from: string | null
  /** Targets on which it is never purged by itself, because it should have come back; at most 100. */
  readonly findings: readonly SetAsideProblem[]
}

/** Targets of one server that could not be asked. */
export interface UnreachableTargets {
  /** The id of the server. */
  readonly server: string
  /** How many of its targets did not answer. */
  readonly targets: number
  /** One of docs/errors.md. */
  readonly error_code: string
  /** Why, in a sentence. */
  readonly error: string
}

/** What `set-aside list --json` prints. */
export interface SetAsideList {
  /** What operations of this catalog have set aside. */
  readonly set_aside: readonly SetAsideDocument[]
  /** What lies on targets under such names, and in no list: never brought back nor dropped by itself; at most 100. */
  readonly unlisted: readonly UnlistedObject[]
  /** Targets that did not answer, by server. */
  readonly unreachable: readonly UnreachableTargets[]
}

/** Something on a target that looks set aside, and of which no record says so. */
export interface UnlistedObject extends SetAsideProblem {
  /** A table, or `table.column`, as it is called now. */
  readonly object: string
}

/** A target on which nothing was done, and why. */
export interface SetAsideProblem {
  /** Empty for the base. */
  readonly tenant: string
  /** One of docs/errors.md. */
  readonly error_code: string
  /** What is in the way, in a sentence. */
  readonly error: string
}

/** How a purge ended; `kept` counts the targets on which the object still is. */
export interface PurgeResult {
  /** The id by which `set-aside list` shows it. */
  readonly id: string
  /** The table, or `table.column`. */
  readonly object: string
  /** How many targets had it. */
  readonly targets: number
  /** On how many it was dropped. */
  readonly purged: number
  /** On how many it could not be dropped. */
  readonly kept: number
  /** At most 100. */
  readonly problems: readonly SetAsideProblem[]
}

/** How putting values back ended; rows are counted over all targets. */
export interface RestoreResult {
  /** The id by which `set-aside list` shows it. */
  readonly id: string
  /** The table, or `table.column`. */
  readonly object: string
  /** How many targets had it. */
  readonly targets: number
  /** On how many all of it was put back. */
  readonly restored: number
  /** Rows whose values were put back. */
  readonly rows_placed: number
  /** Rows whose place holds something else; what they hold stays set aside. */
  readonly rows_left: number
  /** At most 100. */
  readonly problems: readonly SetAsideProblem[]
}

/** Input of the workflow `manageSetAside`. */
export type ManageSetAsideInput =
  | { readonly action: 'list'; readonly project: string }
  | { readonly action: 'restore'; readonly project: string; readonly id: string; readonly actor: string }
  | {
      readonly action: 'purge'
      readonly project: string
      readonly id: string
      readonly actor: string
      /** Before the hold is over. */
      readonly now: boolean
    }

/** Activities of `manageSetAside`. */
export interface SetAsideActivities {
  listSetAside(input: { project: string }): Promise<SetAsideList>
  /**
   * Drops one object on every target that has it; what something depends on is kept and reported.
   * Errors: `NOT_APPLICABLE` with the reason, `TARGET_UNREACHABLE` when a target could not be asked.
   */
  purgeSetAside(input: { project: string; id: string; actor: string; now: boolean }): Promise<PurgeResult>
  /** Puts the values of one object where there is a place for them; nothing is taken away. Errors: `NOT_APPLICABLE`. */
  restoreSetAside(input: { project: string; id: string; actor: string }): Promise<RestoreResult>
}
