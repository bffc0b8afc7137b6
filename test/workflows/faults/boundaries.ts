/** The boundaries of activities, at which a worker may be lost: which of them a story passes, and what happens at some. */
import { Context } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import { TargetUnreachable } from '../../../src/errors.ts'
import { abandonedOf, type Course, type Courses, type Kind, placeOf } from './course.ts'
import { labelOf, subjectOf } from './labels.ts'
import type { LostTasks } from './lostTasks.ts'

type Activity = (...args: never[]) => unknown
type Activities = Readonly<Record<string, Activity>>

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
  const { ahead, during, isOpen } = course
  if (during?.label === label && !course.isInterrupted) {
    course.isInterrupted = true
    await during.act()
  }
  if (!isOpen) return await work()
  const at = placeOf(course, label, activity)
  if (ahead.get(label) === 'gone') {
    course.hit.add(label)
    throw new TargetUnreachable('TARGET_UNREACHABLE', 'There is no connection.')
  }
  const kind = ahead.get(at)
  if (kind !== undefined && kind !== 'gone') {
    ahead.delete(at)
    return await suffer(tried, kind, at)
  }
  const abandoned = course.abandoned.get(at)
  if (abandoned?.kind === 'beside') abandoned.release()
  try {
    return await work()
  } finally {
    abandoned?.release()
  }
}

async function suffer({ course, tasks, label, work }: Try, kind: Exclude<Kind, 'gone'>, at: string): Promise<never> {
  const { isLocal, workflowExecution } = Context.current().info
  // Whatever came of it, nobody hears of it.
  if (kind === 'after' || kind === 'task') await Promise.allSettled([work()])
  if (kind === 'beside' || kind === 'late') course.abandoned.set(at, abandonedOf(kind, work))
  const hit = (): void => {
    course.hit.add(at)
  }
  if (isLocal) course.replaced.set(label, at)
  // What an activity of its own belongs to, its worker forgets as well.
  if (kind === 'task' || !isLocal) tasks.lose(workflowExecution?.workflowId ?? '', isLocal, hit)
  if (kind !== 'task') hit()
  throw ApplicationFailure.retryable(`A worker was lost: ${kind} ${at}.`, 'WorkerLost')
}
