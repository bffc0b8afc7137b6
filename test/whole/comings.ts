/** Tenants that come and go while an operation is at work: fleets for that, the events, and the moment at which they happen. */
import type pg from 'pg'
import { expect } from 'vitest'
import type { OperationDocument } from '../../src/contract.ts'
import { copyProject } from './copyProject.ts'
import { createFleet } from './fleet.ts'
import { createStack, type Stack } from './stack.ts'

/** Where in an operation something happens to a tenant: it is held there until it has. */
export const MOMENTS = ['before', 'base', 'tenants', 'persist', 'after'] as const
export type Moment = (typeof MOMENTS)[number]

/** The events: all of them happen to tenant `c`, but for the one that is new. */
export const EVENTS = ['provision', 'suspend', 'park', 'unpark', 'remove', 'drop'] as const
export type Event = (typeof EVENTS)[number]

/** By revision: what the fleets are copies of. */
const ORIGINALS = { 1: 'first', 2: 'second' } as const
let projects = 0

/** A stack with a worker and the originals of the fleets. */
export async function createComings(): Promise<Stack> {
  const stack = await createStack()
  // A tenant that waits for an operation looks again after a fraction of a second.
  await stack.startWorker({ quick: true })
  for (const original of Object.values(ORIGINALS)) {
    await createFleet(stack, original, [])
    await stack.client.run(original, { type: 'create_model', name: 'guest' })
  }
  await stack.client.run(ORIGINALS[2], field('Name'))
  return stack
}

const field = (field_label: string) => ({
  type: 'add_field',
  model_name: 'guest',
  field_label,
  field_type: 'text',
  enable_indexing: true,
})

/** A base and two tenants at revision 2; `c` is parked at revision 1 when it is to come back. */
export async function createFleetFor(stack: Stack, event: Event): Promise<string> {
  projects += 1
  const project = `p${projects}`
  const original = event === 'unpark' ? ORIGINALS[1] : ORIGINALS[2]
  await copyProject({ stack, project: original, tenants: ['a', 'c'], spread: 'alpha' }, [project])
  if (event !== 'unpark') return project
  await stack.client.parkTenant(project, 'c')
  await stack.client.run(project, field('Name'))
  return project
}

type Happening = (stack: Stack, project: string) => Promise<unknown>

/** Makes an event happen in a project. */
export const HAPPENS: Readonly<Record<Event, Happening>> = {
  provision: (stack, project) => stack.client.addTenant(project, { id: 'new', server: 'alpha' }),
  suspend: (stack, project) => stack.client.suspendTenant(project, 'c', { reason: 'has not paid' }),
  park: (stack, project) => stack.client.parkTenant(project, 'c', { reason: 'later' }),
  unpark: (stack, project) => stack.client.unparkTenant(project, 'c'),
  remove: (stack, project) => stack.client.removeTenant(project, 'c'),
  drop: (stack, project) => stack.alpha.query(`drop schema ${project}_c cascade`),
}

/** Runs an operation that is held at the moment until the event is over, or until it waits for the operation. */
export async function interleave(
  stack: Stack,
  { project, moment, happening }: { project: string; moment: Moment; happening: Happening },
): Promise<OperationDocument> {
  const happen = () => happening(stack, project).then(() => null, String)
  if (moment === 'before') expect(await happen()).toBeNull()
  const held = moment === 'before' || moment === 'after' ? null : await holdTable(stack, project, moment)
  const handle = await stack.client.apply(project, field('City'), { operationId: `${project}-city`, parallel: 1 })
  let happened: Promise<string | null> | null = null
  if (held !== null) {
    const reached = async (): Promise<string> => progressOf(await handle.show())
    await expect
      .poll(reached, { timeout: 60_000, interval: 100 })
      .toMatch(REACHED[moment === 'base' ? 'base' : 'tenants'])
    if (moment === 'persist') {
      const row = await holdProject(stack, project)
      await held.end()
      await expect.poll(reached, { timeout: 60_000, interval: 100 }).toMatch(REACHED.persist)
      // The event and the commit wait for the same row: either may come first.
      happened = happen()
      await row.end()
    } else {
      happened = happen()
      await happened
      await held.end()
    }
  }
  await handle.result().catch(() => undefined)
  const problem = moment === 'after' ? await happen() : await happened
  expect(problem === null || /is at work on it|may yet have to undo/.test(problem) ? null : problem).toBeNull()
  return await handle.show()
}

/** One that has failed on the way to the moment has ended before it. */
const REACHED = {
  base: /^running|^ended/,
  tenants: /^succeeded running|^ended/,
  persist: /^succeeded \w+ [1-3]$|^ended/,
} as const

/** The base's step, the tenants' step, and how many tenants are through when the next step is due. */
function progressOf({ status, steps, tenants }: OperationDocument): string {
  if (status === 'failed') return 'ended'
  const state = (key: string) => steps.find((step) => step.key === key)?.state
  const through = tenants.succeeded === tenants.total ? ` ${tenants.succeeded}` : ''
  return `${state('base_project_ddl')} ${tenants.running > 0 ? 'running' : state('tenant_ddl')}${through}`
}

/** Whoever ends the session lets go of what it holds. */
async function holdTable(stack: Stack, project: string, moment: Moment): Promise<pg.Client> {
  const holder = await stack.connectAlpha()
  const namespace = `${project}_${moment === 'base' ? 'base' : 'a'}`
  await holder.query(`begin; lock table ${namespace}.guest in access share mode`)
  return holder
}

async function holdProject(stack: Stack, project: string): Promise<pg.Client> {
  const holder = await stack.connectCatalog()
  await holder.query('begin')
  await holder.query('select from schema_saga.project where id = $1 for update', [project])
  return holder
}
