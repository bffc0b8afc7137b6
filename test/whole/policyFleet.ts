/** A fleet for the outcome policies: a base and three tenants on one server, and what is asked of it from outside. */
import { expect } from 'vitest'
import type { OperationHandle } from '../../src/client/types.ts'
import { markersOf, type Place } from './fleet.ts'
import { apply, type CommandResult, createStack, type Stack, succeed } from './stack.ts'

export const TENANTS = ['ada', 'bob', 'cleo'] as const

export interface PolicyFleet {
  readonly stack: Stack
  readonly places: readonly Place[]
  /** Adds a text field to `guest`, with the CLI. */
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

/** Starts a stack with a worker, a project of that id, and the model `guest` with one row everywhere. */
export async function createPolicyFleet(project: string, given?: Stack): Promise<PolicyFleet> {
  const stack = given ?? (await createStack())
  await stack.startWorker()
  await stack.client.createProject({ id: project, base: { server: 'alpha', namespace: `${project}_base` } })
  for (const id of TENANTS) await stack.client.addTenant(project, { id, server: 'alpha' })
  const places = ['base', ...TENANTS].map((name) => ({ name, namespace: `${project}_${name}`, client: stack.alpha }))
  await stack.client.run(project, { type: 'create_model', name: 'guest' })
  for (const { namespace } of places) await stack.alpha.query(`insert into ${namespace}.guest (id) values ('g1')`)
  const field = (id: string) => ({
    ...{ type: 'add_field', model_name: 'guest', field_type: 'text', field_label: id.replaceAll('-', ' ') },
  })
  return {
    ...{ stack, places, field },
    add: (id, ...flags) => apply(stack, project, field(id), '--id', id, ...flags),
    submit: (id, options = {}) => stack.client.apply(project, field(id), { operationId: id, ...options }),
    reaches: async (handle, status) => {
      await expect.poll(async () => (await handle.show()).status, { timeout: 60_000 }).toBe(status)
    },
    tenant: async (id) => {
      const { tenants } = (await succeed(stack, ['tenant', 'list', project, '--json'])).json() as unknown as {
        tenants: { id: string }[]
      }
      const { rows } = await stack.catalog.query<Record<string, unknown>>(
        `select changed, parked_by from schema_saga.tenant where project_id = $2 and id = $1`,
        [id, project],
      )
      return { ...tenants.find((each) => each.id === id), ...rows[0] }
    },
    markers: async (id) => {
      const states: string[][] = []
      for (const place of places) states.push((await markersOf(place, id)).map(({ state }) => state))
      return states
    },
    audit: async (id) =>
      (
        await stack.catalog.query<{ actor: string; action: string; details: Record<string, unknown> }>(
          'select actor, action, details from schema_saga.audit where operation_id = $1 order by id',
          [id],
        )
      ).rows,
    steps: async (id) => {
      const shown = await succeed(stack, ['operation', 'show', id, '--json'])
      const { steps } = shown.json().operation as unknown as { steps: { key: string; state: string }[] }
      return Object.fromEntries(steps.map(({ key, state }) => [key, state]))
    },
  }
}
