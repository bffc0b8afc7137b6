/** Operations that wait for a person, or whose end a person has decided. */
import type { OperationHandle } from '../../../src/client.ts'
import type { World } from '../world.ts'
import { whileFrozen } from './frozen.ts'
import { add, PROJECT } from './mutations.ts'
import { AT_REST, ONE_BY_ONE, reaches, revived, type Stories, sees, submit } from './story.ts'

export const WAITING: Stories = {
  held: {
    about: 'Ben refused; the operation is held until a person says how it goes on.',
    tell: async (world) => {
      await world.work()
      await whileFrozen(world, 'shop_ben', async () => {
        const options = { onTenantFailure: 'hold', ...ONE_BY_ONE } as const
        await reaches(await submit(world, 'card', add('Card'), options), 'needs_repair')
      })
    },
    goesOn: {
      acts: [
        { do: 'reconcile', operation: 'card' },
        { do: 'repair', operation: 'card', action: 'retry' },
        { do: 'await', operation: 'card', status: 'committed' },
      ],
      operations: { card: 'committed' },
    },
  },
  paused: {
    about: 'A person paused the operation when ana was through.',
    tell: async (world) => {
      await world.work()
      const release = await world.hold('alpha', 'lock table shop_ana.guest in access share mode')
      const handle = await submit(world, 'card', add('Card'), ONE_BY_ONE)
      await sees(handle, ({ tenants }) => tenants.running === 1)
      await handle.pause({ actor: 'rosa', reason: 'peak hours' })
      await release()
      await sees(handle, ({ tenants }) => tenants.running === 0 && tenants.succeeded >= 1)
    },
    goesOn: {
      acts: [
        { do: 'reconcile', operation: 'card' },
        { do: 'resume', operation: 'card' },
        { do: 'await', operation: 'card', status: 'committed' },
      ],
      operations: { card: 'committed' },
    },
  },
  soaking: {
    about: 'The first wave, ana, is through and soaks for an hour.',
    tell: async (world) => {
      await world.work()
      const waves = { canary: ['ana'], waves: [50, 100], soakMs: 3_600_000 }
      const handle = await submit(world, 'card', add('Card'), waves)
      await sees(handle, ({ tenants }) => tenants.succeeded === 1 && tenants.running === 0)
    },
    goesOn: {
      acts: [
        { do: 'reconcile', operation: 'card' },
        { do: 'promote', operation: 'card' },
        { do: 'promote', operation: 'card' },
        { do: 'await', operation: 'card', status: 'committed' },
      ],
      operations: { card: 'committed' },
    },
  },
  halted: {
    about: 'The first wave, ben, refused and was parked, which halted the operation.',
    tell: async (world) => {
      await world.work()
      await whileFrozen(world, 'shop_ben', async () => {
        const waves = { onTenantFailure: 'park', maxParked: 2, canary: ['ben'], haltAt: 1 } as const
        await reaches(await submit(world, 'card', add('Card'), waves), 'needs_repair')
      })
    },
    goesOn: {
      acts: [
        { do: 'reconcile', operation: 'card' },
        // Whoever takes the operation up has forgotten about whom a person has decided already, and asks once more.
        { do: 'insist', operation: 'card', action: 'park', status: 'committed' },
      ],
      operations: { card: 'committed' },
      tenants: { ben: 'parked' },
    },
  },
  'needs-repair-cache': {
    about: 'The schema is durable, and the cache could not be written for so long that a person is asked for.',
    tell: async (world) => {
      await world.client.setProject(PROJECT, ['cache_alarm_after=1s'], { actor: 'rosa' })
      await world.work()
      const release = await world.hold('catalog', 'lock table schema_saga.cache_document in access exclusive mode')
      await reaches(await submit(world, 'card', add('Card')), 'needs_repair')
      await world.kill()
      await release()
    },
    goesOn: revived('card', 'committed'),
  },
  'needs-repair-undo': {
    about: 'The undo did not succeed on ana, who has put values into the new column and refuses DDL.',
    tell: async (world) => {
      await undoFails(world)
    },
    goesOn: {
      acts: [
        { do: 'reconcile', operation: 'card' },
        { do: 'await', operation: 'card', status: 'cancelled' },
      ],
      operations: { card: 'cancelled' },
    },
  },
  accepted: {
    about: 'The undo did not succeed on ana; a person accepted that, and ana is parked as she is.',
    tell: async (world) => {
      const handle = await undoFails(world)
      await world.work()
      await handle.repair({ action: 'accept', actor: 'rosa', note: 'looked at it' })
      await reaches(handle, 'failed')
      await world.untilClosed('card')
    },
    goesOn: { ...AT_REST, operations: { card: 'failed' }, tenants: { ana: 'parked' } },
  },
}

/** Leaves an operation whose undo did not succeed on ana, without a worker. */
async function undoFails(world: World): Promise<OperationHandle> {
  await world.work()
  const release = await world.hold('alpha', 'lock table shop_cleo.guest in access share mode')
  const handle = await submit(world, 'card', add('Card'))
  await sees(handle, ({ tenants }) => tenants.succeeded === 3)
  // Dropping an unused column is no command that the freeze sees; setting aside a used one is.
  await world.alpha.query(`update shop_ana.guest set card = 'gold' where id = 'g1'`)
  await whileFrozen(world, 'shop_ana', async () => {
    const aborted = handle.abort({ actor: 'rosa', reason: 'wrong model' })
    aborted.catch(() => {})
    await sees(handle, ({ status }) => status === 'compensating')
    await release()
    await reaches(handle, 'needs_repair')
    await world.kill()
  })
  return handle
}
