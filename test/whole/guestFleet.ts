/** Fleets for the outcome policies: a base and three tenants on one server, and what is asked of them from outside. */
import { expect } from 'vitest'
import type { OperationHandle } from '../../src/client/operationHandle.ts'
import type { CommandResult } from './commandLine.ts'
import { copyProject } from './copyProject.ts'
import { createFleet, markersOf, type Place, placesOf } from './fleet.ts'
import { apply, createStack, type Stack, succeed } from './stack.ts'
import type { WorkerStart } from './workerHere.ts'

export const TENANTS = ['ada', 'bob', 'cleo'] as const

export interface GuestFleet {
  readonly stack: Stack
  readonly project: string
  readonly places: readonly Place[]
  /** Adds a text field to `guest`, with the command line. */
  readonly add: (id: string, ...flags: readonly string[]) => Promise<CommandResult>
  /** The same mutation for the client. */
  readonly field: (id: string) => Readonly<Record<string, unknown>>
  readonly submit: (id: string, options?: object) => Promise<OperationHandle>
  readonly reaches: (handle: OperationHandle, status: string) => Promise<void>
  /** A tenant as `tenant list --json` prints it, with what only the catalog says. */
  readonly tenant: (id: string) => Promise<Record<string, unknown>>
  /** The states of the markers of an operation: base, ada, bob, cleo. */
  readonly markers: (id: string) => Promise<string[][]>
  /** Actor, action and note of the audit of an operation, in order. */
  readonly audit: (id: string) => Promise<{ actor: string; action: string; details: Record<string, unknown> }[]>
  readonly steps: (id: string) => Promise<Record<string, string>>
}

/** A stack with a worker, and fleets that are alike, one for each test. */
export interface GuestStack {
  readonly stack: Stack
  /** A project of its own with the model `guest` and one row of it everywhere. */
  readonly fleet: () => Promise<GuestFleet>
}

/** The projects are named `name1`, `name2` and so on. */
export async function createGuestStack(name: string, start: WorkerStart = {}): Promise<GuestStack> {
  const stack = await createStack()
  await stack.startWorker(start)
  return { stack, fleet: await guestFleets(stack, name) }
}

/** Fleets of a stack whose worker runs. */
export async function guestFleets(stack: Stack, name: string): Promise<GuestStack['fleet']> {
  await createFleet(stack, name, [], 'alpha')
  await stack.client.run(name, { type: 'create_model', name: 'guest' })
  const rows = `insert into :ns.guest (id) values ('g1')`
  let fleets = 0
  return async () => {
    fleets += 1
    const project = `${name}${fleets}`
    await copyProject({ stack, project: name, tenants: TENANTS, spread: 'alpha', rows }, [project])
    return guestFleet(stack, project)
  }
}

function guestFleet(stack: Stack, project: string): GuestFleet {
  const places = placesOf(stack, project, TENANTS, 'alpha')
  const field = (id: string) => {
    const field_label = id.replaceAll('-', ' ')
    return { type: 'add_field', model_name: 'guest', field_type: 'text', field_label }
  }
  return {
    stack,
    project,
    places,
    field,
    add: (id, ...flags) => apply(stack, project, field(id), '--id', id, ...flags),
    submit: (id, options = {}) => stack.client.apply(project, field(id), { operationId: id, ...options }),
    reaches: async (handle, status) => {
      await expect.poll(async () => (await handle.show()).status, { timeout: 60_000 }).toBe(status)
    },
    tenant: (id) => tenantOf(stack, project, id),
    markers: async (id) => {
      const states: string[][] = []
      for (const place of places) states.push((await markersOf(place, id)).map(({ state }) => state))
      return states
    },
    audit: async (id) => {
      const { rows } = await stack.catalog.query<{ actor: string; action: string; details: Record<string, unknown> }>(
        'select actor, action, details from schema_saga.audit where operation_id = $1 order by id',
        [id],
      )
      return rows
    },
    steps: async (id) => {
      const shown = await succeed(stack, ['operation', 'show', id, '--json'])
      const { steps } = shown.json().operation as unknown as { steps: { key: string; state: string }[] }
      return Object.fromEntries(steps.map(({ key, state }) => [key, state]))
    },
  }
}

async function tenantOf(stack: Stack, project: string, id: string): Promise<Record<string, unknown>> {
  const listed = await succeed(stack, ['tenant', 'list', project, '--json'])
  const { tenants } = listed.json() as unknown as { tenants: { id: string }[] }
  const { rows } = await stack.catalog.query<Record<string, unknown>>(
    'select changed, parked_by from schema_saga.tenant where project_id = $1 and id = $2',
    [project, id],
  )
  return { ...tenants.find((each) => each.id === id), ...rows[0] }
}
