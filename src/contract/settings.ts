/** What a project decides once for all of its operations. */
import type { OutcomePolicy } from './states.ts'

/** The settings of a project, as `project show --json` prints them and `project set` changes them. */
export interface ProjectSettings {
  /** What happens when a tenant fails for good, unless the operation says otherwise. */
  readonly on_tenant_failure: OutcomePolicy
  /** Tenants that may be parked before an operation falls back to `compensate`: a number, or `5%` of all (at least 1). */
  readonly max_parked: number | string
  /** Tenants above which a fleet is swept instead of given a child workflow for each tenant. */
  readonly sweep_threshold: number
  /** How long the cache of a durable change may be away before the operation asks for a person, in ms. */
  readonly cache_alarm_after_ms: number
  /** How long set-aside objects are kept after their operation is final, in ms. */
  readonly hold_before_purge_ms: number
  /** How long markers, steps and closed operations are kept, in ms. */
  readonly retention_ms: number
  /** Whether the reconciler adds what a drifted target lacks. */
  readonly auto_repair: 'off' | 'additive'
  /** Tries of the reconciler at one undo before it leaves it to a person. */
  readonly auto_repair_attempts: number
  /**
   * Names of tables, `*` stands for anything, which drift and repair leave alone; in a project that is described by SQL with all
   * that hangs on them, and `kind:name` for other objects: `policy:patient.*`, `trigger:*`.
   */
  readonly ignore: readonly string[]
  /**
   * Where the words of errors go that the application raises in its triggers: into the catalog, where commands read them,
   * or also into Temporal's history. They may hold values of rows.
   */
  readonly raised_messages: 'catalog' | 'history'
  /** How far a replica of a target's server may be behind, in ms, while batches of rows are written; null: however far. */
  readonly max_replica_lag_ms: number | null
  /** Which tenants there are: those that people add and import, or those of the workers' hook `listTenants`. */
  readonly tenants_from: 'catalog' | 'hook'
  /**
   * Of a project that is described by SQL: the role that each tenant has of its own, with `{namespace}` in it, which is compared
   * as one and the same; null when there is none.
   */
  readonly tenant_role: string | null
  /** Of a project that is described by SQL: whether each target must have the same partitions, or any. */
  readonly partitions: 'any' | 'exact'
  /** Of a project that is described by SQL: names of tables whose rows new tenants begin with, as the base has them. */
  readonly seed: readonly string[]
  /**
   * Of a project that is described by SQL: namespaces in which its texts find names as well, behind the target's own and before those
   * of extensions, which always are. For reading: what a text does to objects there is refused.
   */
  readonly shared_namespaces: readonly string[]
  /**
   * Of such a project: tables and sequences of other namespaces, as `namespace.name`, whose rows its texts may write, and triggers of the
   * application when they run. No way back takes those rows away, and each tenant writes its own.
   */
  readonly shared_rows: readonly string[]
  /** Of a project that is described by SQL: whether its texts hide tables and columns that they drop, until their hold is over. */
  readonly set_aside_drops: 'on' | 'off'
}

const DAY_MS = 86_400_000

/** What holds for a setting that nobody has changed (spec/saga.md section 7). */
export const DEFAULT_SETTINGS: ProjectSettings = {
  on_tenant_failure: 'compensate',
  max_parked: '5%',
  sweep_threshold: 200,
  cache_alarm_after_ms: 60_000,
  hold_before_purge_ms: 7 * DAY_MS,
  retention_ms: 400 * DAY_MS,
  auto_repair: 'off',
  auto_repair_attempts: 5,
  ignore: [],
  raised_messages: 'catalog',
  max_replica_lag_ms: null,
  tenants_from: 'catalog',
  tenant_role: null,
  partitions: 'any',
  seed: [],
  shared_namespaces: [],
  shared_rows: [],
  set_aside_drops: 'on',
}
