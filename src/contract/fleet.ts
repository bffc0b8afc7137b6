/** What a look at a whole fleet finds: drift and health, grouped, with counts beside every list that is cut. */
import type { Difference } from '../physical/equality.ts'
import type { HealthRow } from '../physical/health/health.ts'
import type { ApplicationActivities, ApplicationQuestion } from './application.ts'
import type { DumpedPlace, OwnSqlActivities } from './ownSql.ts'
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
  /** Targets that were not looked at, because an operation is working on them. */
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
  | { readonly project: string; readonly kind: 'texts'; readonly operation: string; readonly actor: string }
  | ({ readonly project: string; readonly kind: 'dump'; readonly actor: string } & DumpedPlace)

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
export interface FleetActivities extends ApplicationActivities, OwnSqlActivities {
  /** Reads only. Errors: `PROJECT_NOT_FOUND`, `TENANT_NOT_FOUND`. */
  scanDrift(input: { project: string; tenant?: string }): Promise<DriftDocument>
  /** Reads only. Errors: `PROJECT_NOT_FOUND`, `MODEL_NOT_FOUND`. */
  reportHealth(input: { project: string; models?: readonly string[] }): Promise<HealthDocument>
}
