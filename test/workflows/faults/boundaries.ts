/** The boundaries of activities, at which a worker may be lost: which of them a story passes, and what happens at one. */
import { Context } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import { SagaError, TargetUnreachable } from '../../../src/errors.ts'
import { labelOf, subjectOf } from './labels.ts'
import type { LostTasks } from './lostTasks.ts'

type Activity = (...args: never[]) => unknown
type Activities = Readonly<Record<string, Activity>>

/**
 * What becomes of one try: it fails before its effect; its effect is there but the answer is lost; the same, and the
 * workflow's task with all its local activities is lost as well; or Temporal is told that it failed while its work goes
 * on, beside the second try or when that has ended already. `gone`: this try and all that follow find no target.
 */
export type Kind = 'before' | 'after' | 'task' | 'beside' | 'late' | 'gone'

/** One fault: `at` is the label of a try. */
export interface Fault {
  readonly kind: Kind
  readonly at: string
}

/** A try that an undisturbed story made. */
export interface Passed {
  readonly at: string
  readonly activity: string
  /** Within the workflow's own task. */
  readonly isLocal: boolean
}

/** How a story comes along at the boundaries. */
export interface Course {
  readonly fault: Fault | null
  readonly passed: Passed[]
  /** What somebody does while the try of that label is at work, once. */
  readonly during: During | null
  /** Only from here on tries are counted, and faults happen. */
  isOpen: boolean
  isInterrupted: boolean
  isReached: boolean
  /** Whether the fault has happened, in full. */
  isHit: boolean
  /** The work that Temporal has given up: `release` lets it go on. */
  abandoned?: { readonly of: string; readonly release: () => void; readonly ended: Promise<unknown> }
}

/** Something that happens when the first try of that label begins; its work waits for it. */
export interface During {
  readonly label: string
  readonly act: () => Promise<void>
}

/** The stories under way, by their project. */
export type Courses = Map<string, Course>

/** A course that nobody has gone yet. */
export function newCourse(fault: Fault | null, during: During | null): Course {
  return { fault, during, passed: [], isOpen: false, isReached: false, isHit: false, isInterrupted: false }
}

/** The activities with the faults of their courses; those of no course are left alone. */
export function faultyActivities(activities: Activities, courses: Courses, tasks: LostTasks): Activities {
  const wrapped = ([name, activity]: [string, Activity]): [string, Activity] => [
    name,
    async (input: object, ...more: never[]) => {
      const work = async (): Promise<unknown> => await activity(input as never, ...more)
      const course = courses.get(subjectOf(input))
      return course === undefined
        ? await work()
        : await pass({ course, tasks, label: labelOf(name, input), work }, name)
    },
  ]
  return Object.fromEntries(Object.entries(activities).map(wrapped))
}

interface Try {
  readonly course: Course
  readonly tasks: LostTasks
  readonly label: string
  readonly work: () => Promise<unknown>
}

async function pass(tried: Try, activity: string): Promise<unknown> {
  const { course, label, work } = tried
  const { fault, abandoned, passed, during, isOpen } = course
  if (during?.label === label && !course.isInterrupted) {
    course.isInterrupted = true
    await during.act()
  }
  if (!isOpen) return await work()
  const before = passed.filter(({ at }) => at === label || at.startsWith(`${label} #`)).length
  const at = before === 0 ? label : `${label} #${before + 1}`
  passed.push({ at, activity, isLocal: Context.current().info.isLocal })
  if (fault?.at === at && !course.isReached) {
    course.isReached = true
    return await suffer(tried, fault.kind)
  }
  if (fault?.kind === 'gone' && fault.at === label) throw unreachable()
  const isSecond = abandoned?.of === label
  if (isSecond && fault?.kind === 'beside') abandoned.release()
  try {
    return await work()
  } finally {
    if (isSecond) abandoned.release()
  }
}

async function suffer({ course, tasks, label, work }: Try, kind: Kind): Promise<never> {
  if (kind === 'gone') {
    course.isHit = true
    throw unreachable()
  }
  const { isLocal, workflowExecution } = Context.current().info
  // Whatever came of it, nobody hears of it.
  if (kind === 'after' || kind === 'task') await Promise.allSettled([work()])
  if (kind === 'beside' || kind === 'late') {
    let release = (): void => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    course.abandoned = { of: label, release, ended: released.then(work).then(() => null, reasonOf) }
  }
  const hit = (): void => {
    course.isHit = true
  }
  // What an activity of its own belongs to, its worker forgets as well.
  if (kind === 'task' || !isLocal) tasks.lose(workflowExecution?.workflowId ?? '', hit)
  if (kind !== 'task') hit()
  throw ApplicationFailure.retryable(`A worker was lost: ${kind} ${label}.`, 'WorkerLost')
}

function unreachable(): TargetUnreachable {
  return new TargetUnreachable('TARGET_UNREACHABLE', 'There is no connection.')
}

/** A late try may be refused, by one of our own errors: anything else is a defect. */
function reasonOf(error: unknown): unknown {
  return error instanceof SagaError ? null : error
}

/** Waits for work that Temporal has given up; returns with what it ended if that is no refusal of ours. */
export async function abandonedWork({ abandoned }: Course): Promise<unknown> {
  abandoned?.release()
  return (await abandoned?.ended) ?? null
}
