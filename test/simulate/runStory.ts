/** Tells one story in a world of its own, and checks the laws. */
import { finish } from './finish.ts'
import { allOf, type Detached, takeStep } from './takeStep.ts'
import type { Application, CheckLaws, StartApplication, Story, Violation } from './types.ts'
import { Hangs } from './world/clock.ts'
import type { Lanes } from './world/lanes.ts'
import { tellNews } from './world/news.ts'
import { populate } from './world/populate.ts'
import { Stuck } from './world/settle.ts'
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
  const detached: Detached[] = []
  const news = new Map<string, string>()
  for (const [after, step] of story.steps.entries()) {
    const stuck = await orStuck(() => takeStep(world, story, step, detached))
    await tellNews(world, news)
    // While something is at work, the statements of the application are all that can be judged.
    const check = async () => (step.detached ? application.violations() : await checkLaws(world, application, 'step'))
    const violations = stuck.length > 0 ? stuck : await check()
    if (violations.length > 0) return { violations, after }
  }
  await allOf(detached.map(({ end }) => end))
  const answers = detached.map(({ answer }) => answer)
  const stuck = await orStuck(() => finish(world, answers))
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
