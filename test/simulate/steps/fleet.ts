/** Steps with a whole fleet: the reconciler, looks at it, what is set aside, and time that goes by. */
import fc from 'fast-check'
import { arbitraryChoice, chosen, NothingToDo, stepKind } from './kind.ts'

const DAY_MS = 86_400_000

export const reconcile = stepKind<{ all: boolean; dryRun: boolean }>({
  weight: 7,
  detachable: true,
  arguments: fc.record({ all: fc.boolean(), dryRun: fc.constantFrom(false, false, false, true) }),
  run: async ({ world, project }, { all, dryRun }) => {
    const document = await world.client.reconcile({ dryRun, ...(!all && { project }) })
    return `reconcile${dryRun ? ' (dry run)' : ''}: ${JSON.stringify(document).slice(0, 300)}`
  },
})

export const look = stepKind<{ at: 'drift' | 'health' | 'setAside' }>({
  weight: 2,
  arguments: fc.record({ at: fc.constantFrom('drift', 'health', 'setAside') }),
  run: async ({ world, project }, { at }) => {
    const { client } = world
    const looks = { drift: client.drift, health: client.health, setAside: client.listSetAside }
    return `${at}: ${JSON.stringify(await looks[at](project)).slice(0, 300)}`
  },
})

export const restoreSetAside = stepKind<{ which: number }>({
  weight: 2,
  arguments: fc.record({ which: arbitraryChoice }),
  run: async ({ world, project }, { which }) => {
    const object = chosen((await world.client.listSetAside(project)).set_aside, which)
    if (object === undefined) throw new NothingToDo('nothing set aside')
    return `restore ${object.id}: ${JSON.stringify(await world.client.restoreSetAside(project, object.id)).slice(0, 300)}`
  },
})

export const purgeSetAside = stepKind<{ which: number }>({
  weight: 2,
  arguments: fc.record({ which: arbitraryChoice }),
  run: async ({ world, project }, { which }) => {
    const object = chosen((await world.client.listSetAside(project)).set_aside, which)
    if (object === undefined) throw new NothingToDo('nothing set aside')
    return `purge ${object.id}: ${JSON.stringify(await world.client.purgeSetAside(project, object.id)).slice(0, 300)}`
  },
})

/** Everything becomes older, so that holds and pauses are over. */
export const age = stepKind<{ days: number }>({
  weight: 5,
  // The third passes holds, the last one retention.
  arguments: fc.record({ days: fc.constantFrom(0.05, 1, 8, 8, 8, 500) }),
  run: async ({ world }, { days }) => {
    await world.clock.age(days * DAY_MS)
    return `${days} days go by`
  },
})

export const setProject = stepKind<{ setting: string }>({
  weight: 1,
  arguments: fc.record({
    setting: fc.constantFrom(
      'on_tenant_failure=compensate',
      'on_tenant_failure=park',
      'on_tenant_failure=hold',
      'auto_repair=additive',
      'auto_repair=off',
      'sweep_threshold=2',
      'max_parked=50%',
    ),
  }),
  run: async ({ world, project }, { setting }) => {
    await world.client.setProject(project, [setting])
    return `set ${setting}`
  },
})
