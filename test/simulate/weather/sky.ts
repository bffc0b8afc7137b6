/** Where weather meets the worker: every activity passes under it, and is counted. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Context } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'

type Activity = (input: never) => Promise<unknown>
type Activities = Readonly<Record<string, Activity>>

/** What becomes of one try of an activity. */
export type Fate =
  /** It fails before it has any effect, as that of a worker which dies. */
  | 'dies'
  /** Its effect happens, its answer is lost. */
  | 'answerLost'
  /** It runs a second time after the first has succeeded. */
  | 'twice'
  /** Temporal takes it for failed while it goes on. */
  | 'late'
  /** It waits until the next step of the story has begun. */
  | 'gate'

/** One try as it begins. */
export interface Try {
  /** Counted from 1 since the step began. */
  readonly number: number
  readonly name: string
  /** Whether its workflow's task waits for it. */
  readonly isLocal: boolean
}

/** What hears of every try; the first fate that is given counts. */
export type Watcher = (begun: Try) => Fate | undefined

/** The sky of one world. */
export interface Sky {
  /** Starts counting anew. */
  readonly nextStep: () => void
  /** Opens the gate for whatever waits at it. */
  readonly openGate: () => void
  readonly watch: (watcher: Watcher) => () => void
  /** Tries that failed since the world began, whatever the reason. */
  readonly failures: () => number
  /** The activities that are running now. */
  readonly running: () => readonly string[]
  /** When a try last began or ended, in ms since 1970. */
  readonly lastMoved: () => number
  /** How many tries have begun since the step began. */
  readonly begun: () => number
  readonly wrap: <T extends object>(activities: T) => T
  /** Waits for the work of late tries. */
  readonly clear: () => Promise<void>
}

/** A step that never comes opens the gate as well. */
const GATE_MS = 1_500

/** A clear sky. */
export function createSky(): Sky {
  const watchers = new Set<Watcher>()
  const late = new Set<Promise<unknown>>()
  const running: string[] = []
  let begun = 0
  let failures = 0
  let lastMoved = 0
  let gate = newGate()
  const fateOf = (begun: Try): Fate | undefined => {
    const fates = [...watchers].map((watcher) => watcher(begun))
    return fates.find((fate) => fate !== undefined)
  }
  const run = async (name: string, activity: Activity, input: never): Promise<unknown> => {
    begun += 1
    const { isLocal } = Context.current().info
    const fate = fateOf({ number: begun, name, isLocal })
    running.push(name)
    lastMoved = Date.now()
    try {
      return await meet(fate, () => activity(input), { gate: gate.passed, late })
    } catch (error) {
      failures += 1
      throw error
    } finally {
      running.splice(running.indexOf(name), 1)
      lastMoved = Date.now()
    }
  }
  return {
    nextStep: () => {
      begun = 0
    },
    openGate: () => {
      gate.open()
      gate = newGate()
    },
    watch: (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    failures: () => failures,
    running: () => [...running],
    lastMoved: () => lastMoved,
    begun: () => begun,
    wrap: <T extends object>(activities: T) =>
      Object.fromEntries(
        Object.entries(activities as Activities).map(([name, activity]) => [
          name,
          (input: never) => run(name, activity, input),
        ]),
      ) as T,
    clear: async () => {
      await Promise.all(late)
    },
  }
}

async function meet(
  fate: Fate | undefined,
  work: () => Promise<unknown>,
  { gate, late }: { gate: Promise<void>; late: Set<Promise<unknown>> },
): Promise<unknown> {
  switch (fate) {
    case 'dies':
      throw lost()
    case 'answerLost':
      await work()
      throw lost()
    case 'twice':
      await work()
      return await work()
    case 'late': {
      // What becomes of it is nobody's concern any more: whoever sent it has been told that it failed.
      const going = work()
        .catch(() => undefined)
        .finally(() => late.delete(going))
      late.add(going)
      throw lost()
    }
    case 'gate':
      await Promise.race([gate, sleep(GATE_MS, undefined, { ref: false })])
      return await work()
    default:
      return await work()
  }
}

function lost(): ApplicationFailure {
  return ApplicationFailure.create({ message: 'The worker is gone.', type: 'SimulatedLoss', nonRetryable: false })
}

function newGate(): { passed: Promise<void>; open: () => void } {
  let open = (): void => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open: () => open() }
}
