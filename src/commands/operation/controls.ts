/** The commands that steer a live operation: each is one Update of its workflow. */
import type { Command } from 'commander'
import type { OperationHandle } from '../../client/operationHandle.ts'
import { InputInvalid } from '../../errors.ts'
import { addCommand, type CommonFlags, withClient } from '../command.ts'
import type { Surroundings } from '../io.ts'

interface Flags extends CommonFlags {
  readonly reason?: string
}

/** What one of the commands is called, what it asks of the operation, and what it says when that is done. */
interface Control {
  readonly usage: string
  readonly summary: string
  readonly example: string
  readonly act: (
    handle: OperationHandle,
    args: readonly string[],
    by: { actor: string; reason?: string },
  ) => Promise<string>
}

const PAUSE: Control = {
  usage: 'pause <id>',
  summary: 'begin nothing new until it is resumed; what is in flight ends',
  example: 'operation pause food-category-1 --reason "peak hours"',
  act: async (handle, _, by) => {
    await handle.pause(by)
    return `Operation ${handle.id} is paused; continue with: schema-saga operation resume ${handle.id}`
  },
}

const RESUME: Control = {
  usage: 'resume <id>',
  summary: 'continue a paused operation',
  example: 'operation resume food-category-1',
  act: async (handle, _, by) => {
    await handle.resume(by)
    return `Operation ${handle.id} continues.`
  },
}

const SKIP_TENANT: Control = {
  usage: 'skip-tenant <id> <tenant>',
  summary: 'leave one tenant out, parked at its old revision',
  example: 'operation skip-tenant food-category-1 ada --reason "moves away"',
  act: async (handle, [tenant = ''], by) => {
    await handle.skipTenant({ tenant, ...by })
    return `Tenant ${tenant} is left out of operation ${handle.id}, and parked.`
  },
}

const RETRY_TENANTS: Control = {
  usage: 'retry-tenants <id> [tenant...]',
  summary: 'try the failed tenants of a held operation again, or those named',
  example: 'operation retry-tenants food-category-1 ada bob',
  act: async (handle, [named], by) => {
    const tenants = named === undefined ? [] : ([named].flat() as string[])
    await handle.retryTenants({ ...by, ...(tenants.length > 0 && { tenants }) })
    return `Operation ${handle.id} tries them again; watch it with: schema-saga operation watch ${handle.id}`
  },
}

const PROMOTE_WAVE: Control = {
  usage: 'promote-wave <id>',
  summary: 'end the soak after a wave, and begin the next one',
  example: 'operation promote-wave food-category-1',
  act: async (handle, _, by) => {
    await handle.promoteWave(by)
    return `Operation ${handle.id} begins its next wave.`
  },
}

const SET_PARALLELISM: Control = {
  usage: 'set-parallelism <id> <n>',
  summary: 'change how many tenants are worked on at once, over all servers',
  example: 'operation set-parallelism food-category-1 4',
  act: async (handle, [text = ''], by) => {
    const parallel = Number(text)
    if (!/^\d+$/.test(text) || parallel < 1) {
      throw new InputInvalid('INPUT_INVALID', 'The number of tenants at once is a whole number of at least 1.', {
        path: 'n',
      })
    }
    await handle.setParallelism({ parallel, ...by })
    return `Operation ${handle.id} works on ${parallel} tenants at once.`
  },
}

/** Adds them all. */
export function addOperationControls(parent: Command, surroundings: Surroundings): void {
  for (const control of [PAUSE, RESUME, SKIP_TENANT, RETRY_TENANTS, PROMOTE_WAVE, SET_PARALLELISM]) {
    addControl(parent, surroundings, control)
  }
}

function addControl(parent: Command, surroundings: Surroundings, { act, ...help }: Control): void {
  addCommand(parent, { ...help, document: 'operation' })
    .option('--reason <text>', 'why, for the audit')
    .action(
      withClient<string[], Flags>(surroundings, async (client, [id = '', ...args], { actor, reason }) => {
        const handle = await client.operation(id)
        const text = await act(handle, args, { actor, ...(reason !== undefined && { reason }) })
        return { document: { operation: await handle.show() }, text }
      }),
    )
}
