/** One step of a story, with its weather. */
import { setTimeout as sleep } from 'node:timers/promises'
import { SagaError } from '../../src/errors.ts'
import { STEP_KINDS } from './steps/index.ts'
import { NothingToDo } from './steps/kind.ts'
import type { Step, Story } from './types.ts'
import { WEATHER_KINDS } from './weather/index.ts'
import { isQuiet, PATIENCE_MS, Stuck, settle } from './world/settle.ts'
import type { WeatheredWorld } from './world/world.ts'

/** A step that is still at work while the story goes on, and the end of the weather between its stages. */
export interface Detached {
  readonly answer: Promise<void>
  readonly end: () => Promise<void>
}

/** The step with its weather; returns when nothing is at work any more, unless the step is a detached one. */
export async function takeStep(world: WeatheredWorld, story: Story, step: Step, detached: Detached[]): Promise<void> {
  const project = projectOf(world, step)
  world.sky.nextStep()
  const ends: (() => Promise<void>)[] = []
  const later: (() => Promise<void>)[] = []
  for (const event of story.weather.filter((each) => each.step === step.id)) {
    const kind = WEATHER_KINDS[event.kind]
    if (kind === undefined) continue
    world.log(`weather: ${event.kind} ${JSON.stringify(event.arguments)}`)
    const end = await kind.begin({ world, project }, event.arguments)
    if (step.detached && kind.between === true) later.push(end)
    else ends.push(end)
  }
  const gate = step.detached ? gateAt(world, step) : undefined
  const answer = answerOf(world, step, project)
  // Awaited later; an error that comes before that must not end the process.
  answer.catch(() => undefined)
  if (gate === undefined) await untilQuiet(world, answer, detached)
  else {
    detached.push({ answer, end: () => allOf(later) })
    await gate()
  }
  await allOf(ends)
}

/** What began last ends first. */
export async function allOf(ends: readonly (() => Promise<void>)[]): Promise<void> {
  for (const end of ends.toReversed()) await end()
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

async function untilQuiet(world: WeatheredWorld, answer: Promise<void>, detached: Detached[]): Promise<void> {
  const opening = sleep(GATE_OPENS_MS).then(world.sky.openGate)
  const before = detached.splice(0)
  try {
    await settle(world, Promise.all([answer, ...before.map((each) => each.answer), opening]))
    await untilNothingIsAtWork(world)
  } finally {
    await allOf(before.map(({ end }) => end))
  }
}

async function untilNothingIsAtWork(world: WeatheredWorld): Promise<void> {
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
