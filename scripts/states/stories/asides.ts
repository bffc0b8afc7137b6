/** Objects that were set aside: held, brought back, purged, on their way back; and made so by an undo. */
import type { World } from '../world.ts'
import { add, DELETE, DELETE_MODEL, PROJECT } from './mutations.ts'
import { AT_REST, ONE_BY_ONE, reaches, revived, type Stories, sees, submit } from './story.ts'

async function deletes(world: World): Promise<void> {
  await world.work()
  await reaches(await submit(world, 'del', DELETE), 'committed')
}

const firstAside = async ({ client }: World): Promise<string> => {
  const [object] = (await client.listSetAside(PROJECT)).set_aside
  if (object === undefined) throw new Error('Nothing is set aside.')
  return object.id
}

export const ASIDES: Stories = {
  'set-aside': {
    about: 'A column and a table with rows were set aside and are held.',
    tell: async (world) => {
      await deletes(world)
      await reaches(await submit(world, 'del-room', DELETE_MODEL), 'committed')
    },
    goesOn: {
      acts: [
        { do: 'revert', operation: 'del-room' },
        { do: 'revert', operation: 'del' },
      ],
      operations: { del: 'committed', 'del-room-back': 'committed', 'del-back': 'committed' },
    },
  },
  'set-aside-restored': {
    about: 'A column was set aside, added again, and the old values were put into it.',
    tell: async (world) => {
      await deletes(world)
      const id = await firstAside(world)
      await reaches(await submit(world, 'note', add('note')), 'committed')
      await world.client.restoreSetAside(PROJECT, id, { actor: 'rosa' })
    },
    goesOn: { ...AT_REST, operations: { del: 'committed', note: 'committed' } },
  },
  'set-aside-purged': {
    about: 'A column was set aside and purged by a person before its hold was over, everywhere but on ben.',
    tell: async (world) => {
      await deletes(world)
      await world.alpha.query('create view shop_ben.notes as select "_aside_del_1_note" as note from shop_ben.guest')
      await world.client.purgeSetAside(PROJECT, await firstAside(world), { now: true, actor: 'rosa' })
    },
    goesOn: { ...AT_REST, operations: { del: 'committed' }, unlike: ['ben'] },
  },
  'set-aside-by-undo': {
    about: 'The operation was aborted when ana had put values into the new column: it was set aside.',
    tell: async (world) => {
      await world.work()
      const release = await world.hold('alpha', 'lock table shop_cleo.guest in access share mode')
      const handle = await submit(world, 'card', add('Card'))
      await sees(handle, ({ tenants }) => tenants.succeeded === 3)
      await world.alpha.query(`update shop_ana.guest set card = 'gold' where id = 'g1'`)
      const aborted = handle.abort({ actor: 'rosa', reason: 'wrong model' })
      await sees(handle, ({ status }) => status === 'compensating')
      await release()
      await aborted
      await world.untilClosed('card')
    },
    goesOn: { ...AT_REST, operations: { card: 'cancelled' } },
  },
  reverting: {
    about: 'A deletion is being reverted: the base and ana have their column back.',
    tell: async (world) => {
      await deletes(world)
      await world.kill()
      await world.work({ operation: 'del-back', at: 'after applyToTarget', time: 2 })
      await world.client.revert('del', { operationId: 'del-back', actor: 'rosa', ...ONE_BY_ONE })
      await world.untilDead()
    },
    goesOn: revived('del-back', 'committed'),
  },
}
