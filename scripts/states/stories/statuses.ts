/** Operations in each status, and between two of their steps. */
import { whileFrozen } from './frozen.ts'
import { add } from './mutations.ts'
import { AT_REST, dies, isOnRecord, ONE_BY_ONE, reaches, revived, type Stories, sees, submit } from './story.ts'

export const STATUSES: Stories = {
  pending: {
    about: 'The operation "second" waits for its turn behind "first", which waits for a lock on the base.',
    tell: async (world) => {
      await world.work()
      await world.hold('alpha', 'lock table shop_base.guest in access share mode')
      await sees(await submit(world, 'first', add('First')), ({ status }) => status === 'applying')
      await reaches(await submit(world, 'second', add('Second')), 'pending')
      await isOnRecord(world, 'second')
    },
    goesOn: {
      acts: [
        { do: 'reconcile', operation: 'first' },
        { do: 'reconcile', operation: 'second' },
        { do: 'await', operation: 'second', status: 'committed' },
      ],
      operations: { first: 'committed', second: 'committed' },
    },
  },
  'applying-planned': {
    about: 'The plan is stored, and no target has been looked at.',
    tell: (world) => dies(world, 'card', add('Card'), { at: 'after planOperation' }),
    goesOn: revived('card', 'committed'),
  },
  'applying-base': {
    about: 'The base has the new column, and no tenant has it.',
    tell: (world) => dies(world, 'card', add('Card'), { at: 'before applyToTarget', time: 2 }),
    goesOn: revived('card', 'committed'),
  },
  'applying-half': {
    about: 'The base and two tenants have the new column; what the second has done is not known to its workflow.',
    tell: (world) => dies(world, 'card', add('Card'), { at: 'after applyToTarget', time: 3 }),
    goesOn: revived('card', 'committed'),
  },
  'applying-swept': {
    about: 'A sweep has changed all tenants of alpha; its workflow does not know yet, and beta was not begun.',
    tell: (world) => dies(world, 'card', add('Card'), { at: 'after sweepCohort' }, { fanOut: 'sweep', parallel: 1 }),
    goesOn: revived('card', 'committed'),
  },
  'applying-all': {
    about: 'All targets have the new column, and the schema is not durable yet.',
    tell: (world) => dies(world, 'card', add('Card'), { at: 'before persistSchema' }),
    goesOn: revived('card', 'committed'),
  },
  persisted: {
    about: 'The schema is durable, and the workflow has not heard of it.',
    tell: (world) => dies(world, 'card', add('Card'), { at: 'after persistSchema' }),
    goesOn: revived('card', 'committed'),
  },
  compensating: {
    about: 'Cleo refused; the ledger says that all is to be undone, and nothing has been.',
    tell: (world) =>
      whileFrozen(world, 'shop_cleo', () => dies(world, 'card', add('Card'), { at: 'after beginCompensation' })),
    goesOn: revived('card', 'failed'),
  },
  'compensating-half': {
    about: 'Cleo refused; ana is undone, ben and the base are not.',
    tell: (world) =>
      whileFrozen(world, 'shop_cleo', () =>
        dies(world, 'card', add('Card'), { at: 'before compensateTarget', time: 2 }),
      ),
    goesOn: revived('card', 'failed'),
  },
  'compensating-aborted': {
    about: 'A person aborted while ben was waited for; ana is undone, and the operation is to end as cancelled.',
    tell: async (world) => {
      await world.work({ operation: 'card', at: 'after compensateTarget' })
      const release = await world.hold('alpha', 'lock table shop_ben.guest in access share mode')
      const handle = await submit(world, 'card', add('Card'), ONE_BY_ONE)
      await sees(handle, ({ tenants }) => tenants.succeeded >= 1 && tenants.running === 1)
      // Nobody answers it: the worker dies before that.
      const aborted = handle.abort({ actor: 'rosa', reason: 'wrong model' })
      aborted.catch(() => {})
      await sees(handle, ({ status }) => status === 'compensating')
      await release()
      await world.untilDead()
    },
    goesOn: revived('card', 'cancelled'),
  },
  committed: {
    about: 'An operation has committed; nothing is under way.',
    tell: async (world) => {
      await world.work()
      await reaches(await submit(world, 'card', add('Card')), 'committed')
    },
    goesOn: { ...AT_REST, operations: { card: 'committed' } },
  },
  failed: {
    about: 'Cleo refused, and all was undone; the same id may be tried again.',
    tell: async (world) => {
      await world.work()
      await whileFrozen(world, 'shop_cleo', async () => {
        await reaches(await submit(world, 'card', add('Card'), ONE_BY_ONE), 'failed')
      })
      await world.untilClosed('card')
    },
    goesOn: {
      acts: [
        { do: 'retry', operation: 'card' },
        { do: 'await', operation: 'card', status: 'committed' },
      ],
      operations: { card: 'committed' },
    },
  },
  cancelled: {
    about: 'A person aborted while the base was waited for; only tombstones are left.',
    tell: async (world) => {
      await world.work()
      const release = await world.hold('alpha', 'lock table shop_base.guest in access share mode')
      const handle = await submit(world, 'card', add('Card'))
      await sees(handle, ({ steps }) =>
        steps.some(({ key, state }) => key === 'base_project_ddl' && state === 'running'),
      )
      const aborted = handle.abort({ actor: 'rosa', reason: 'wrong model' })
      await release()
      await aborted
      await world.untilClosed('card')
    },
    goesOn: { ...AT_REST, operations: { card: 'cancelled' } },
  },
  'retried-half': {
    about: 'The first attempt failed and was undone; the second, with the same id, has changed the base and ana.',
    tell: async (world) => {
      await world.work()
      const handle = await whileFrozen(world, 'shop_cleo', async () => {
        const submitted = await submit(world, 'card', add('Card'), ONE_BY_ONE)
        await reaches(submitted, 'failed')
        return submitted
      })
      await world.untilClosed('card')
      await world.kill()
      await world.work({ operation: 'card', at: 'after applyToTarget', time: 2 })
      await handle.retry({ actor: 'rosa' })
      await world.untilDead()
    },
    goesOn: revived('card', 'committed'),
  },
}
