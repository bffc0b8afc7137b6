/** Tenants that are not active, each for a reason of its own. */
import { until } from '../sessions.ts'
import type { World } from '../world.ts'
import { whileFrozen } from './frozen.ts'
import { add, PROJECT } from './mutations.ts'
import { dies, ONE_BY_ONE, reaches, type Stories, submit } from './story.ts'

const PARK = { onTenantFailure: 'park', maxParked: 2, ...ONE_BY_ONE } as const

export const TENANTS_ASIDE: Stories = {
  'parked-failure': {
    about: 'Ben refused and was parked at the old revision; the rest of the fleet was committed.',
    tell: async (world) => {
      await world.work()
      await whileFrozen(world, 'shop_ben', async () => {
        await reaches(await submit(world, 'card', add('Card'), PARK), 'committed')
      })
    },
    goesOn: { acts: [{ do: 'unpark', tenant: 'ben' }], operations: { card: 'committed' } },
  },
  'parked-unknown': {
    about: 'Beta could not be reached when dan was to be changed: dan is parked.',
    tell: (world) => parksDan(world, { at: 'before applyToTarget', time: 2 }),
    goesOn: { acts: [{ do: 'unpark', tenant: 'dan' }], operations: { card: 'committed' } },
  },
  'parked-unknown-changed': {
    about:
      'Beta could not be reached any more when dan had been changed: dan is parked, and nobody knows of his change.',
    tell: (world) => parksDan(world, { at: 'after applyToTarget', time: 5 }),
    goesOn: { acts: [{ do: 'unpark', tenant: 'dan' }], operations: { card: 'committed' } },
  },
  'parked-operator': {
    about: 'A person parked ben, and two revisions went by.',
    tell: async (world) => {
      await world.work()
      await world.client.parkTenant(PROJECT, 'ben', { actor: 'rosa', reason: 'peak hours' })
      for (const name of ['card', 'seat']) await reaches(await submit(world, name, add(name)), 'committed')
    },
    goesOn: { acts: [{ do: 'unpark', tenant: 'ben' }], operations: { card: 'committed', seat: 'committed' } },
  },
  suspended: {
    about: 'A person suspended cleo, and a revision went by.',
    tell: async (world) => {
      await world.work()
      await world.client.suspendTenant(PROJECT, 'cleo', { actor: 'rosa', reason: 'has not paid' })
      await reaches(await submit(world, 'card', add('Card')), 'committed')
    },
    goesOn: { acts: [{ do: 'resumeTenant', tenant: 'cleo' }], operations: { card: 'committed' } },
  },
  provisioning: {
    about: 'A new tenant is in the catalog, and its namespace is not there yet.',
    tell: async (world) => {
      await world.work()
      await world.hold('alpha', 'lock table schema_saga_target.target in access exclusive mode')
      world.client.addTenant(PROJECT, { id: 'eve', server: 'alpha', actor: 'rosa' }).catch(() => {})
      await until('eve is being provisioned', async () => {
        const tenants = await world.client.listTenants(PROJECT)
        return tenants.some(({ id, state }) => id === 'eve' && state === 'provisioning')
      })
    },
    goesOn: { acts: [{ do: 'reconcile' }], operations: {}, tenants: { eve: 'active' } },
  },
  'catching-up': {
    about: 'Ben, who was parked, has the first of the two revisions that he misses; the second waits for a lock.',
    tell: async (world) => {
      await world.work()
      await world.client.parkTenant(PROJECT, 'ben', { actor: 'rosa', reason: 'peak hours' })
      await reaches(await submit(world, 'card', add('Card')), 'committed')
      const booked = { type: 'add_field', model_name: 'room', field_label: 'Booked', field_type: 'text' }
      await reaches(await submit(world, 'booked', booked), 'committed')
      await world.hold('alpha', 'lock table shop_ben.room in access share mode')
      world.client.unparkTenant(PROJECT, 'ben', { actor: 'rosa' }).catch(() => {})
      await until('ben has the first one', async () => {
        const { rows } = await world.alpha.query(
          `select from schema_saga_target.marker where namespace = 'shop_ben' and operation_id = 'card' and state = 'applied'`,
        )
        return rows.length > 0
      })
    },
    goesOn: { acts: [{ do: 'unpark', tenant: 'ben' }], operations: { card: 'committed', booked: 'committed' } },
  },
}

/** The worker dies at that point, and beta is not there for the next one. */
async function parksDan(world: World, point: { readonly at: string; readonly time: number }): Promise<void> {
  await dies(world, 'card', add('Card'), point, PARK)
  const restore = await world.cutBeta()
  await world.work()
  await reaches(await world.client.operation('card'), 'committed')
  await world.kill()
  await restore()
}
