/** What workers do for projects that are described by SQL before anything is changed: proofs of plans, dumps of namespaces. */

/** One part of a plan as it is shown; one of an undo bears the number of the stage that it undoes. */
export interface ShownStage {
  readonly stage: number
  readonly kind: string
  /** `:"ns"` and `:'ns'` stand for the namespace, as in psql. */
  readonly sql: readonly string[]
}

/** What the proof of a change by SQL has shown on the base; nothing of it stays. */
export interface ProofDocument {
  /** `given`; `written`, where none was given and none was needed; `none`, where nothing is proven to lead back. */
  readonly way_back: 'given' | 'written' | 'none'
  /** Why nothing leads back, in words; null where something does. */
  readonly why_no_way_back: string | null
  /** Hazards that `apply` refuses, or takes for a change without a way back, unless they are allowed by name. */
  readonly to_allow: readonly string[]
  /** The objects that it adds, removes or alters, at most 500. */
  readonly alters: readonly string[]
  /** How many more there are. */
  readonly alters_left_out: number
  /** The objects that it locks or writes, in either direction, at most 500; on a tenant it may touch no others. */
  readonly touches: readonly string[]
  /** How many more there are. */
  readonly touches_left_out: number
  /** Tables whose rows it may write, which no proof sees; at most 500. */
  readonly rows_not_proven: readonly string[]
  /** Statements of the way back that are left out of the plan, because they are longer than 256 KiB together. */
  readonly sql_left_out: number
}

/** A plan that was proven, as far as nothing but the proof can tell. */
export interface ProvenPlan {
  readonly hash: string
  readonly hazards: readonly { readonly name: string; readonly detail: string }[]
  readonly compensation: readonly ShownStage[]
  /** Null where there is nothing to change. */
  readonly proof: ProofDocument | null
}

/** A namespace that a base is to be made of. */
export interface DumpedPlace {
  readonly server: string
  readonly namespace: string
}

/** What pg_dump has written of a namespace: a text that the catalog keeps. */
export interface DumpedNamespace {
  readonly sha256: string
  /** The name that it is written with: where each tenant has a database of its own, that of the namespace in there. */
  readonly namespace: string
}

/** That somebody may read the texts of an operation; who may not is refused. */
export interface TextsAllowed {
  readonly allowed: true
}

/** Activities that only projects of SQL need. */
export interface OwnSqlActivities {
  /**
   * Proves a change by SQL on the base, as an operation does, and rolls it back. Errors: `PROJECT_KIND`, `IN_PROGRESS` while an
   * operation may change the base, and those of planning.
   */
  provePlan(input: { project: string; mutation: unknown; actor: string }): Promise<ProvenPlan>
  /** Whether somebody may read the texts of an operation: whoever may apply them. Errors: `FORBIDDEN`. */
  allowTexts(input: { project: string; operationId: string; actor: string }): Promise<TextsAllowed>
  /** Writes a namespace down for a project that is to be made. Errors: `DUMP_UNAVAILABLE`, `TARGET_GONE`, `LOCK_UNAVAILABLE`. */
  dumpForBaseline(input: { project: string; actor: string } & DumpedPlace): Promise<DumpedNamespace>
}
