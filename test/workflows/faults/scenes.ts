/** What the stories have in common: their fleets, and what people do. */
import { afterAll, beforeAll } from 'vitest'
import { type OperationOptions, operationWorkflowId } from '../../../src/contract.ts'
import type { Scene } from './everywhere.ts'
import { createWorld, type World } from './world.ts'

/** A base and two tenants with one row each. */
export const GUESTS = {
  tenants: ['ada', 'bob'],
  before: [{ type: 'create_model', name: 'guest' }],
  rows: "insert into :ns.guest values ('g1')",
} as const

/** One more column. */
export const CARD = { type: 'add_field', model_name: 'guest', field_label: 'Card', field_type: 'text' } as const

/** The world of a test file. */
export function useWorld(): () => World {
  let world: World
  beforeAll(async () => {
    world = await createWorld()
  }, 120_000)
  afterAll(async () => {
    await world?.close()
  })
  return () => world
}

/** Applies the mutation as the story's operation and waits for the end of its workflow. */
export function applies(mutation: unknown, options: OperationOptions): (scene: Scene) => Promise<void> {
  return async (scene) => {
    const { world, project, operationId } = scene
    await world.client.apply(project, mutation, { ...options, operationId })
    await untilClosed(scene)
  }
}

/** Waits for the end of the operation's workflow. */
export async function untilClosed({ world, project, operationId }: Scene): Promise<void> {
  await world.untilClosed(operationWorkflowId(project, operationId))
}

/** What kept the tenant of that name from its change is repaired. */
export async function isRepaired({ world, project }: Scene, tenant: string): Promise<void> {
  for (const session of [world.alpha, world.beta]) {
    await session.query('insert into public.repaired values ($1)', [`${project}_${tenant}`])
  }
}
