/** Temporal and a worker, which are expensive to start: worlds that follow each other share them. */
import type { AllActivities } from '../../../src/contract.ts'
import type { Surroundings } from './surroundings.ts'
import { startTimeSkipping, type TimeSkipping } from './timeSkipping.ts'
import { startLaneWorker } from './worker.ts'

/** A lane is given up after so many worlds, because the server keeps every history in memory. */
const MOST_WORLDS = 25

/** A server with a clock of its own, and one worker, whose activities are those of the world that has the lane. */
export interface Lane {
  readonly temporal: TimeSkipping
  readonly taskQueue: string
  readonly cachedWorkflows: number
  readonly enter: (activities: AllActivities) => void
}

/** Hands out lanes, one world at a time each. */
export interface Lanes {
  readonly take: (cachedWorkflows: number) => Promise<Lane>
  /**
   * Gives a lane back. It is ended when it is worn out, when workflows of its world are still open, and when something
   * hangs in it: then whoever waits for an answer of its server waits for ever.
   */
  readonly giveBack: (lane: Lane, hangs: boolean) => Promise<void>
  readonly stop: () => Promise<void>
}

interface OpenLane extends Lane {
  worlds: number
  readonly stop: (hangs: boolean) => Promise<void>
}

/** Lanes of these surroundings, none of which is open yet. */
export function createLanes(surroundings: Surroundings): Lanes {
  const idle = new Set<OpenLane>()
  const taken = new Set<OpenLane>()
  return {
    take: async (cachedWorkflows) => {
      const lane =
        [...idle].find((each) => each.cachedWorkflows === cachedWorkflows) ??
        (await openLane(surroundings, cachedWorkflows))
      idle.delete(lane)
      taken.add(lane)
      lane.worlds += 1
      return lane
    },
    giveBack: async (given, hangs) => {
      const lane = [...taken].find((each) => each === given)
      if (lane === undefined) return
      taken.delete(lane)
      if (hangs || lane.worlds >= MOST_WORLDS || (await isAnyOpen(lane))) await lane.stop(hangs)
      else idle.add(lane)
    },
    stop: async () => {
      await Promise.all([...idle, ...taken].map((lane) => lane.stop(false)))
    },
  }
}

let lanes = 0

async function openLane(surroundings: Surroundings, cachedWorkflows: number): Promise<OpenLane> {
  lanes += 1
  const taskQueue = `lane-${lanes}`
  const temporal = await startTimeSkipping(surroundings.timeSkippingServerPath)
  let current: AllActivities | undefined
  const stopWorker = await startLaneWorker({
    temporal,
    taskQueue,
    cachedWorkflows,
    workflowBundlePath: surroundings.workflowBundlePath,
    activities: () => {
      if (current === undefined) throw new Error('No world has the lane.')
      return current
    },
  })
  return {
    temporal,
    taskQueue,
    cachedWorkflows,
    worlds: 0,
    enter: (activities) => {
      current = activities
    },
    stop: async (hangs) => {
      try {
        await stopWorker()
      } finally {
        await temporal.stop(hangs)
      }
    },
  }
}

async function isAnyOpen({ temporal }: Lane): Promise<boolean> {
  const { executions } = await temporal.connection.workflowService.listOpenWorkflowExecutions({
    namespace: 'default',
    maximumPageSize: 1,
  })
  return executions.length > 0
}
