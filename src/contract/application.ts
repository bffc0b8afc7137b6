/** What of the application's own a plan meets on its targets, grouped, with counts beside every list that is cut. */
import type { ApplicationQuestion, Batches } from '../physical/plan/applicationCode.ts'
import type { TargetProblem } from './targets.ts'

export type { ApplicationQuestion } from '../physical/plan/applicationCode.ts'

/** Targets of which the same is true; the base is called `base`. */
interface OnTargets {
  /** At most 10 names. */
  readonly tenants: readonly string[]
  readonly tenant_count: number
}

/** A function or procedure whose text names what a plan renames, replaces or hides. */
export interface CodeFinding extends OnTargets {
  /** `food`, or `food.price`. */
  readonly object: string
  /** With its namespace where that is not the target's own. */
  readonly function: string
}

/** A trigger of the application that batches of a plan fire. */
export interface FiredTrigger extends OnTargets {
  readonly table: string
  readonly trigger: string
  readonly function: string
  readonly direction: Batches['direction']
  /** Whether it is the same on every target that was looked at. */
  readonly everywhere: boolean
}

/** What a look at the targets found. */
export interface ApplicationLook {
  readonly targets: number
  /** Those that could not be looked at, and at most 5 of the reasons. */
  readonly unreachable: number
  readonly problems: readonly TargetProblem[]
  /** At most 50. */
  readonly code: readonly CodeFinding[]
  readonly code_left_out: number
  /** At most 50. */
  readonly triggers: readonly FiredTrigger[]
  readonly triggers_left_out: number
}

/** The activity behind `plan`. */
export interface ApplicationActivities {
  /** Reads only; the base and the active tenants. Errors: `PROJECT_NOT_FOUND`. */
  findApplicationCode(input: { project: string; question: ApplicationQuestion }): Promise<ApplicationLook>
}
