/** What of the application's own a plan meets on its targets, grouped, with counts beside every list that is cut; and in words. */
import { groupedBy } from '../groupedBy.ts'
import type { Hazard } from '../physical/change.ts'
import type { ApplicationQuestion, Batches } from '../physical/plan/applicationCode.ts'
import type { TargetProblem } from './targets.ts'

export type { ApplicationQuestion } from '../physical/plan/applicationCode.ts'

/** Targets of which the same is true; the base is called `base`. */
export interface OnTargets {
  /** At most 10 names. */
  readonly tenants: readonly string[]
  /** How many targets these are. */
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
  /** The table that is written. */
  readonly table: string
  /** Its name. */
  readonly trigger: string
  /** What it calls. */
  readonly function: string
  /** Whether the change fires it or its undo. */
  readonly direction: Batches['direction']
  /** Tables that the function names, and whose policies hide rows from the role as which it runs: a batch fails in there. */
  readonly hidden?: readonly string[]
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

/** What a person should know of what the look has found; nothing of it refuses anything. */
export function hazardsOf(look: ApplicationLook): readonly Hazard[] {
  const { code, code_left_out, triggers } = look
  const fired = [...groupedBy(triggers, ({ table, direction }) => `${direction} ${table}`).values()]
  return [
    ...code.map(codeHazard),
    ...(code_left_out > 0
      ? [{ name: 'CODE_NAMES_IT', detail: `${code_left_out} more functions name what the plan takes away` }]
      : []),
    ...fired.map(firedHazard),
    ...triggers.flatMap(hiddenHazard),
  ]
}

function codeHazard(found: CodeFinding): Hazard {
  const { object, function: by } = found
  return {
    name: 'CODE_NAMES_IT',
    detail: `the text of the function ${by} names ${object}, on ${tenantsOf(found)}: nothing changes it along, and it may fail afterwards`,
  }
}

function firedHazard(alike: readonly [FiredTrigger, ...FiredTrigger[]]): Hazard {
  const [{ table, direction }] = alike
  const batches = direction === 'forward' ? 'the batches' : 'the batches of an undo'
  const fired = alike.map((each) => {
    const where = each.everywhere ? '' : ` on ${tenantsOf(each)}`
    return `${each.trigger} (function ${each.function})${where}`
  })
  return {
    name: 'WRITES_ROWS',
    detail: `${batches} over ${table} fire triggers of the application: ${fired.join(', ')}`,
  }
}

/** Our sessions see all rows or fail; those of the application see what policies let them see. */
function hiddenHazard(fired: FiredTrigger): readonly Hazard[] {
  const { trigger, table, hidden = [] } = fired
  if (hidden.length === 0) return []
  const what = `trigger ${trigger} on ${table} (function ${fired.function}) on ${tenantsOf(fired)}`
  return [
    {
      name: 'TRIGGER_MEETS_POLICIES',
      detail: `${what} names ${hidden.join(', ')}, whose policies hide rows from its role: batches that fire it fail there; give the role BYPASSRLS, or take FORCE off (NO FORCE ROW LEVEL SECURITY) where it owns the table`,
    },
  ]
}

function tenantsOf({ tenants, tenant_count }: Pick<CodeFinding, 'tenants' | 'tenant_count'>): string {
  const more = tenant_count > tenants.length ? ` and ${tenant_count - tenants.length} more` : ''
  return `${tenants.join(', ')}${more}`
}
