import { describe } from 'vitest'
import { FORWARD } from '../../faults/stories.ts'
import { tell } from './everywhere.ts'
import { applies, CARD, GUESTS, isRepaired, untilClosed, useWorld } from './scenes.ts'

const CHILDREN = { fanOut: 'children' } as const
const COMMITTED = { operation: { status: 'committed', turn: 'released' } }

describe('a worker lost at every boundary of work that is done again', () => {
  const world = useWorld()
  tell('the second attempt at an operation that failed', world, {
    ...GUESTS,
    id: 'again',
    refuses: {
      tenant: 'bob',
      when: `${FORWARD} and not exists (select from public.repaired r where r.namespace = v_namespace)`,
    },
    given: applies(CARD, CHILDREN),
    happens: async (scene) => {
      await isRepaired(scene, 'bob')
      await (await scene.world.client.operation(scene.operationId)).retry({ actor: 'a person' })
      await untilClosed(scene)
    },
    ends: { operation: { ...COMMITTED.operation, attempt: 2 } },
  })
  tell('the revert of an operation that committed', world, {
    ...GUESTS,
    id: 'reverted',
    given: (scene) => applies(CARD, CHILDREN)({ ...scene, operationId: `${scene.project}.0` }),
    happens: async (scene) => {
      const { world: here, project, operationId } = scene
      await here.client.revert(`${project}.0`, { ...CHILDREN, operationId })
      await untilClosed(scene)
    },
    ends: COMMITTED,
  })
})
