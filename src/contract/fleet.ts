/** What a look at a whole fleet finds: drift and health, grouped, with counts beside every list that is cut. */
import type { Difference } from '../physical/equality.ts'
import type { HealthRow } from '../physical/health/health.ts'
import type { ApplicationActivities, ApplicationQuestion } from './application.ts'
import type { TargetProblem } from './targets.ts'

export type { HealthRow } from '../physical/health/health.ts'

/** The workflow id of one look at a fleet; `look` is new for each, so that several at once do not meet. */
export function inspectWorkflowId(project: string, kind: InspectFleetInput['kind'], look: string): string {
  return `inspect/${project}/${kind}/${look}`
}

/** Targets that differ in the same way from the same revision; the base is called `base`. */
export interface DriftGroup {
  /** A hash of how these targets look. */
  readonly shape: string
  /** The revision that they should have. */
  readonly revision: number
  /** At most 100 names; `tenant_count` counts all of them, the base included. */
  readonly tenants: readonly string[]
  /** How many targets look like that. */
  readonly tenant_count: number
  /** At most 50; objects besides tables and what is on them are `namespace`, `bookkeeping` and `server`. */
  readonly differences: readonly Difference[]
  /** How many more differences there are. */
  readonly differences_left_out: number
  /** The revision that their tables plainly have instead; absent where they have only drifted. */
  readonly looks_like?: number
  /** At most 50 statements for psql (`-v ns=<namespace>`) that add what is missing, as far as that is safe. */
  readonly repair: readonly string[]
}

/** What `drift --json` prints. */
export interface DriftDocument {
  /** How many targets were compared. */
  readonly checked: number
  /** How many look as their revision says. */
  readonly matching: number
  /** Targets that were not judged, because an operation works on them. */
  readonly in_flight: number
  /** Targets that do not, grouped by how they look. */
  readonly drift: readonly DriftGroup[]
  /** How many more groups there are. */
  readonly groups_left_out: number
  /** Targets of the groups that were left out. */
  readonly targets_left_out: number
}

/** Targets with equal reports; the base is called `base`. */
export interface HealthGroup {
  /** At most 100 names; `tenant_count` counts all of them, the base included. */
  readonly tenants: readonly string[]
  /** How many targets these are. */
  readonly tenant_count: number
  /** Whether they have all that their models need. */
  readonly healthy: boolean
  /** Why there is no report, in words; null when there is one. */
  readonly problem: string | null
  /** A row for each model; at most 500. */
  readonly models: readonly HealthRow[]
  /** How many more models there are. */
  readonly models_left_out: number
}

/** What `health --json` prints. */
export interface HealthDocument {
  /** How many targets were looked at. */
  readonly targets: number
  /** How many have all that their models need. */
  readonly healthy: number
  /** Targets that were not looked at, because an operation works on them. */
  readonly in_flight: number
  /** Targets with equal reports. */
  readonly groups: readonly HealthGroup[]
  /** How many more groups there are. */
  readonly groups_left_out: number
  /** How many targets the groups left out hold. */
  readonly targets_left_out: number
}

/** Input of the workflow `inspectFleet`, which exists because only workers can reach targets. */
export type InspectFleetInput =
  | { readonly project: string; readonly kind: 'drift'; readonly tenant?: string }
  | { readonly project: string; readonly kind: 'health'; readonly models?: readonly string[] }
  | { readonly project: string; readonly kind: 'plan'; readonly question: ApplicationQuestion }
  | { readonly project: string; readonly kind: 'proof'; readonly mutation: unknown; readonly actor: string }

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

/** What became of a repair of drift. */
export interface DriftRepair {
  /** Targets on which something was added. */
  readonly repaired: number
  /** Targets that had nothing to add. */
  readonly unchanged: number
  /** At most 100; `failed` counts all. */
  readonly problems: readonly TargetProblem[]
  readonly failed: number
}

/** Activities that look at a fleet. */
export interface FleetActivities extends ApplicationActivities {
  /** Reads only. Errors: `PROJECT_NOT_FOUND`, `TENANT_NOT_FOUND`. */
  scanDrift(input: { project: string; tenant?: string }): Promise<DriftDocument>
  /** Reads only. Errors: `PROJECT_NOT_FOUND`, `MODEL_NOT_FOUND`. */
  reportHealth(input: { project: string; models?: readonly string[] }): Promise<HealthDocument>
  /**
   * Proves a change by SQL on the base, as an operation does, and rolls it back. Errors: `PROJECT_KIND`, `IN_PROGRESS` while an
   * operation may change the base, and those of planning.
   */
  provePlan(input: { project: string; mutation: unknown; actor: string }): Promise<ProvenPlan>
}
