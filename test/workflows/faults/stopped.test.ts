import { describe, expect } from 'vitest'
import { operationWorkflowId } from '../../../src/contract.ts'
import { UNDO } from '../../faults/stories.ts'
import { type Scene, tell } from './everywhere.ts'
import { applies, CARD, GUESTS, isRepaired, untilClosed, useWorld } from './scenes.ts'

/** One at a time, so that it is always the same tenants that were begun. */
const CHILDREN = { fanOut: 'children', parallel: 1 } as const
const CANCELLED = { operation: { status: 'cancelled', turn: 'released' } }

const operationOf = ({ world, operationId }: Scene) => world.client.operation(operationId)
const aborts = async (scene: Scene): Promise<void> => await (await operationOf(scene)).abort({ actor: 'a person' })

async function comesTo(scene: Scene, status: string): Promise<void> {
  const operation = await operationOf(scene)
  await expect.poll(async () => (await operation.show()).status, { timeout: 60_000 }).toBe(status)
}

describe('a worker lost at every boundary of an operation that somebody stops', () => {
  const world = useWorld()
  tell('it is aborted while a tenant is at work, and all is undone', world, {
    ...GUESTS,
    id: 'aborted',
    happens: applies(CARD, CHILDREN),
    during: { label: 'applyToTarget of bob', act: aborts },
    ends: CANCELLED,
  })
  tell('its undo is refused by one tenant, which a person repairs', world, {
    ...GUESTS,
    id: 'held',
    refuses: {
      tenant: 'ada',
      when: `${UNDO} and not exists (select from public.repaired r where r.namespace = v_namespace)`,
    },
    happens: async (scene) => {
      const { world: here, project, operationId } = scene
      await here.client.apply(project, CARD, { ...CHILDREN, operationId })
      await comesTo(scene, 'needs_repair')
      await isRepaired(scene, 'ada')
      await (await operationOf(scene)).retry({ actor: 'a person' })
      await untilClosed(scene)
    },
    during: { label: 'applyToTarget of bob', act: aborts },
    ends: CANCELLED,
  })
  tell('its run was terminated while a tenant was at work, and the reconciler takes it up', world, {
    ...GUESTS,
    id: 'revived',
    given: applies(CARD, CHILDREN),
    during: {
      label: 'applyToTarget of bob',
      act: async ({ world: here, project, operationId }) => {
        await here.temporal.workflow.getHandle(operationWorkflowId(project, operationId)).terminate('a test')
      },
    },
    happens: async (scene) => {
      await scene.world.client.reconcileOneOperation(scene.operationId)
      await untilClosed(scene)
    },
    ends: { operation: { status: 'committed', turn: 'released' } },
  })
})
