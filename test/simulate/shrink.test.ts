import { describe, expect, test } from 'vitest'
import type { Told } from './runStory.ts'
import { shrink } from './shrink.ts'
import { storyOf } from './story.ts'
import type { Story } from './types.ts'
import { FULL_SIZE } from './world/plan.ts'

const HELD: Told = { violations: [], after: null, lines: [], ms: 0 }
const BROKEN: Told = { ...HELD, violations: [{ law: 'status', kind: 'made-up', detail: '' }] }

const long = Array.from({ length: 200 }, (_, seed) => storyOf(seed, FULL_SIZE)).find(
  ({ steps, world }) => steps.length > 20 && (world.projects[0]?.tenants.length ?? 0) > 4,
) as Story

/** A world in which the law is broken once these steps have been taken on a project with that tenant. */
function breaking(steps: readonly number[], tenant: string): (story: Story) => Promise<Told> {
  return async (story) => {
    const ids = story.steps.map(({ id }) => id)
    const after = Math.max(...steps.map((id) => ids.indexOf(id)))
    const isThere = story.world.projects.some(({ tenants }) => tenants.some(({ id }) => id === tenant))
    return isThere && steps.every((id) => ids.includes(id)) ? { ...BROKEN, after } : HELD
  }
}

describe('a story that breaks a law', () => {
  test('is left with the steps and the tenant that it takes', async () => {
    const tell = breaking([3, 11], 't3')
    const breaks = ({ violations }: Told): boolean => violations.length > 0
    const whole = { story: long, told: await tell(long) }
    const { story } = await shrink(whole, { tell, breaks, until: Number.POSITIVE_INFINITY })
    expect(story.steps.map(({ id }) => id)).toEqual([3, 11])
    expect(story.weather).toEqual([])
    expect(story.world.projects.map(({ tenants }) => tenants.map(({ id }) => id))).toEqual([['t3']])
    expect(story.steps.filter(({ detached }) => detached)).toEqual([])
  })

  test('stays as it is when there is no time', async () => {
    const tell = breaking([3, 11], 't3')
    const { story } = await shrink(
      { story: long, told: HELD },
      { tell, breaks: ({ violations }) => violations.length > 0, until: 0 },
    )
    expect(story).toEqual(long)
  })
})
