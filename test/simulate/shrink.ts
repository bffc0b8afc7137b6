/** Makes a story smaller that breaks a law: parts are left out as long as the same law breaks in the same way. */
import type { Told } from './runStory.ts'
import type { Story } from './types.ts'

/** A story and how it ended. */
export interface ToldStory {
  readonly story: Story
  readonly told: Told
}

/** How a story is made smaller. */
export interface Shrinking {
  readonly tell: (story: Story) => Promise<Told>
  readonly breaks: (told: Told) => boolean
  /** Tries no more after this moment, in ms since 1970. */
  readonly until: number
}

/** The smallest story that was found in time; each part is tried once, the large ones first. */
export async function shrink(whole: ToldStory, { tell, breaks, until }: Shrinking): Promise<ToldStory> {
  let best: ToldStory = { ...whole, story: untilBroken(whole) }
  for (const smaller of [...HALVES, ...PARTS]) {
    for (let part = 0; ; ) {
      const story = smaller(best.story, part)
      if (story === null || Date.now() >= until) break
      const told = await tell(story)
      // Where it worked, the same place holds another part now.
      if (breaks(told)) best = { story: untilBroken({ story, told }), told }
      else part += 1
    }
  }
  return best
}

/** Leaves out one part, by its number; null when there is no such part. */
type Smaller = (story: Story, part: number) => Story | null

/** What comes after the step that broke the law is no part of it. */
function untilBroken({ story, told }: ToldStory): Story {
  return told.after === null ? story : { ...story, steps: story.steps.slice(0, told.after + 1) }
}

/** The first try of each leaves out as much as possible. */
const HALVES: readonly Smaller[] = [
  (story, part) => (part === 0 && story.weather.length > 0 ? { ...story, weather: [] } : null),
  (story, part) => {
    const from = part * 4
    if (from >= story.steps.length - 1) return null
    return { ...story, steps: story.steps.filter((_, index) => index < from || index >= from + 4) }
  },
  (story, part) => {
    if (part > 0 || story.world.projects.length < 2) return null
    return { ...story, world: { ...story.world, projects: story.world.projects.slice(0, 1) } }
  },
]

const PARTS: readonly Smaller[] = [
  (story, part) => (part < story.steps.length ? { ...story, steps: without(story.steps, part) } : null),
  (story, part) => (part < story.weather.length ? { ...story, weather: without(story.weather, part) } : null),
  (story, part) => withoutTenant(story, part),
  (story, part) => {
    const step = story.steps.filter(({ detached }) => detached)[part]
    if (step === undefined) return null
    return { ...story, steps: story.steps.map((each) => (each === step ? { ...each, detached: false } : each)) }
  },
]

/** Tenants of all projects are counted in one row; each project keeps one. */
function withoutTenant(story: Story, part: number): Story | null {
  let number = part
  for (const project of story.world.projects) {
    const removable = project.tenants.length > 1 ? project.tenants.length : 0
    if (number < removable) {
      const tenants = without(project.tenants, number)
      const projects = story.world.projects.map((each) => (each === project ? { ...project, tenants } : each))
      return { ...story, world: { ...story.world, projects } }
    }
    number -= removable
  }
  return null
}

function without<Item>(items: readonly Item[], place: number): readonly Item[] {
  return items.filter((_, index) => index !== place)
}
