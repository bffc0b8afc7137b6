/** Tells one story in a world of its own, and checks the laws. */
import { setTimeout as sleep } from 'node:timers/promises'
import { SagaError } from '../../src/errors.ts'
import { finish } from './finish.ts'
import { STEP_KINDS } from './steps/index.ts'
import { NothingToDo } from './steps/kind.ts'
import type { Application, CheckLaws, StartApplication, Step, Story, Violation } from './types.ts'
import { WEATHER_KINDS } from './weather/index.ts'
import { Hangs } from './world/clock.ts'
import type { Lanes } from './world/lanes.ts'
import { tellNews } from './world/news.ts'
import { populate } from './world/populate.ts'
import { isQuiet, PATIENCE_MS, Stuck, settle } from './world/settle.ts'
import type { Surroundings } from './world/surroundings.ts'
import { createWorld, type WeatheredWorld } from './world/world.ts'

/** What stories are told with. */
export interface Stage {
  readonly surroundings: Surroundings
  readonly lanes: Lanes
  readonly startApplication: StartApplication
  readonly checkLaws: CheckLaws
}

/** How a story ended. */
export interface Told {
  /** Empty when all laws held; otherwise those that were found broken first. */
  readonly violations: readonly Violation[]
  /** The step after which they were, by its place in the story; null at the end. */
  readonly after: number | null
  /** What happened, in lines. */
  readonly lines: readonly string[]
  readonly ms: number
}

/** Kinds of violations after which a command may still wait for its answer. */
const HANGING = ['hangs', 'clock-stands-still', 'command']

/** Tells the story until a law is broken or it ends. */
export async function tellStory(stage: Stage, story: Story): Promise<Told> {
  const started = Date.now()
  const world = await createWorld(stage.surroundings, stage.lanes, story.world)
  let application: Application | undefined
  let hangs = false
  try {
    await populate(world)
    application = await stage.startApplication(world)
    const { violations, after } = await tell(stage, story, world, application)
    hangs = violations.some(({ law, kind }) => law === 'stuck' && HANGING.includes(kind))
    return { violations, after, lines: world.lines, ms: Date.now() - started }
  } finally {
    await application?.stop()
    await world.stop(hangs)
  }
}

async function tell(
  { checkLaws }: Stage,
  story: Story,
  world: WeatheredWorld,
  application: Application,
): Promise<Pick<Told, 'violations' | 'after'>> {
  const detached: Promise<void>[] = []
  const news = new Map<string, string>()
  for (const [after, step] of story.steps.entries()) {
    const stuck = await orStuck(() => takeStep(world, story, step, detached))
    await tellNews(world, news)
    // While something is at work, the statements of the application are all that can be judged.
    const check = async () => (step.detached ? application.violations() : await checkLaws(world, application, 'step'))
    const violations = stuck.length > 0 ? stuck : await check()
    if (violations.length > 0) return { violations, after }
  }
  const stuck = await orStuck(() => finish(world, detached))
  await tellNews(world, news)
  return { violations: stuck.length > 0 ? stuck : await checkLaws(world, application, 'end'), after: null }
}

/** What takes too long is a violation of its own. */
async function orStuck(work: () => Promise<void>): Promise<readonly Violation[]> {
  try {
    await work()
    return []
  } catch (error) {
    if (error instanceof Stuck) return [{ law: 'stuck', kind: error.kind, detail: error.message }]
    if (error instanceof Hangs) return [{ law: 'stuck', kind: error.kind, detail: error.message }]
    throw error
  }
}

/** The step with its weather; returns when nothing is at work any more, unless the step is a detached one. */
async function takeStep(world: WeatheredWorld, story: Story, step: Step, detached: Promise<void>[]): Promise<void> {
  const project = projectOf(world, step)
  world.sky.nextStep()
  const ends = []
  for (const event of story.weather.filter((each) => each.step === step.id)) {
    const kind = WEATHER_KINDS[event.kind]
    if (kind === undefined) continue
    world.log(`weather: ${event.kind} ${JSON.stringify(event.arguments)}`)
    ends.push(await kind.begin({ world, project }, event.arguments))
  }
  const gate = step.detached ? gateAt(world, step) : undefined
  const answer = answerOf(world, step, project)
  // Awaited later; an error that comes before that must not end the process.
  answer.catch(() => undefined)
  if (gate === undefined) await untilQuiet(world, answer, detached)
  else {
    detached.push(answer)
    await gate()
  }
  for (const end of ends) await end()
}

const GATE_OPENS_MS = 120
const GATE_REACHED_MS = 1_500
const POLL_MS = 15

/**
 * One of the first tries waits until the next step is under way. Not one for which its workflow's task waits: what comes
 * meanwhile would be in the same task, and the test server loses a task that schedules an activity and cancels it.
 */
function gateAt(world: WeatheredWorld, step: Step): () => Promise<void> {
  const from = 2 + ((step.id * 7 + step.project) % 17)
  let isReached = false
  const end = world.sky.watch(({ number, isLocal }) => {
    if (isReached || isLocal || number < from) return undefined
    isReached = true
    return 'gate'
  })
  return async () => {
    const deadline = Date.now() + GATE_REACHED_MS
    while (!isReached && Date.now() < deadline) await sleep(POLL_MS)
    world.log(
      `step ${step.id} goes on behind the next one${isReached ? `, from a try behind its try ${from - 1} on` : ''}`,
    )
    end()
  }
}

async function untilQuiet(world: WeatheredWorld, answer: Promise<void>, detached: Promise<void>[]): Promise<void> {
  const opening = sleep(GATE_OPENS_MS).then(world.sky.openGate)
  await settle(world, Promise.all([answer, ...detached.splice(0), opening]))
  const isOver = await world.clock.pass(PATIENCE_MS, () => isQuiet(world))
  if (!isOver) throw new Stuck('busy', 'an operation is neither final nor waits for anybody after twelve hours')
}

function projectOf({ plan }: WeatheredWorld, step: Step): string {
  return plan.projects[step.project % plan.projects.length]?.id ?? ''
}

/** Does the step and logs what came of it; a refusal is an answer, too. */
async function answerOf(world: WeatheredWorld, step: Step, project: string): Promise<void> {
  const name = `step ${step.id} ${project} ${step.kind}`
  try {
    const kind = STEP_KINDS[step.kind]
    if (kind === undefined) throw new NothingToDo('no such step')
    world.log(`${name}: ${await kind.run({ world, project, id: step.id }, step.arguments)}`)
  } catch (error) {
    if (!(error instanceof SagaError) && !(error instanceof NothingToDo)) throw error
    world.log(`${name}: ${'code' in error ? `${error.code}: ` : ''}${error.message}`)
  }
}
