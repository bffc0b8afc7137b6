/** How one telling of a story comes along at the boundaries of activities, and which faults are still ahead of it. */
import { Context } from '@temporalio/activity'
import { SagaError } from '../../../src/errors.ts'

/**
 * What becomes of one try: it fails before its effect; its effect is there but the answer is lost; the same, and the
 * workflow's task with all its local activities is lost as well; or Temporal is told that it failed while its work goes
 * on, beside the second try or when that has ended already. `gone`: this try and all that follow find no target.
 */
export type Kind = 'before' | 'after' | 'task' | 'beside' | 'late' | 'gone'

/** One fault: `at` is the label of an activity, with a number from its second on. */
export interface Fault {
  readonly kind: Kind
  readonly at: string
}

/** An activity that a story came to, however often it was tried. */
export interface Passed {
  readonly at: string
  readonly activity: string
  /** Within the workflow's own task. */
  readonly isLocal: boolean
}

/** How a story comes along at the boundaries. */
export interface Course {
  /** What is still to happen, by where. */
  readonly ahead: Map<string, Kind>
  /** The activities so far, each under the id that all its tries share. */
  readonly passed: Map<string, Passed>
  /** Where a fault has happened in full. */
  readonly hit: Set<string>
  /** Where an activity of the workflow's own task failed, by its label: the workflow schedules another one in its place. */
  readonly replaced: Map<string, string>
  /** The work that Temporal has given up, by where. */
  readonly abandoned: Map<string, Abandoned>
  /** What somebody does while the try of that label is at work, once. */
  readonly during: During | null
  /** Only from here on activities are counted, and faults happen. */
  isOpen: boolean
  isInterrupted: boolean
}

/** A try that goes on though Temporal takes it for failed: `release` lets it. */
interface Abandoned {
  readonly kind: 'beside' | 'late'
  readonly release: () => void
  readonly ended: Promise<unknown>
}

/** Something that happens when the first try of that label begins; its work waits for it. */
export interface During {
  readonly label: string
  readonly act: () => Promise<void>
}

/** The stories under way, by their project. */
export type Courses = Map<string, Course>

/** A course that nobody has gone yet, with at most one fault at each activity. */
export function newCourse(faults: readonly Fault[], during: During | null): Course {
  return {
    ahead: new Map(faults.map(({ at, kind }) => [at, kind])),
    passed: new Map(),
    hit: new Set(),
    replaced: new Map(),
    abandoned: new Map(),
    during,
    isOpen: false,
    isInterrupted: false,
  }
}

/** All tries of an activity are at one place, those behind a lost task as well: its id is the same then. */
export function placeOf({ passed, replaced }: Course, label: string, activity: string): string {
  const { workflowExecution, activityId, isLocal } = Context.current().info
  const id = `${workflowExecution?.runId} ${activityId}`
  const known = passed.get(id)
  const same = known?.at ?? (isLocal ? undefined : replaced.get(label))
  if (same !== undefined) return same
  const before = [...passed.values()].filter(({ at }) => at === label || at.startsWith(`${label} #`)).length
  const at = before === 0 ? label : `${label} #${before + 1}`
  passed.set(id, { at, activity, isLocal })
  return at
}

/** Work that waits until it is released. */
export function abandonedOf(kind: Abandoned['kind'], work: () => Promise<unknown>): Abandoned {
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return { kind, release, ended: released.then(work).then(() => null, reasonOf) }
}

/** A late try may be refused, by one of our own errors: anything else is a defect. */
function reasonOf(error: unknown): unknown {
  return error instanceof SagaError ? null : error
}

/** Waits for all work that Temporal has given up; returns with what it ended if that is no refusal of ours. */
export async function abandonedWork({ abandoned }: Course): Promise<readonly unknown[]> {
  const all = [...abandoned.values()]
  for (const { release } of all) release()
  return (await Promise.all(all.map(({ ended }) => ended))).filter((reason) => reason !== null)
}
