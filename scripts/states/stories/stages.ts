/** Plans of several stages that were stopped between two stages, or within one, forward and in the undo. */
import { until } from '../sessions.ts'
import type { World } from '../world.ts'
import { whileFrozen } from './frozen.ts'
import { CHANGESET, DELETE, DISTINGUISH, INDEX, RELAX, RENAME_NESTED, REQUIRE, RETYPE } from './mutations.ts'
import { AT_REST, dies, marked, ONE_BY_ONE, reaches, revived, type Stories, sees, submit } from './story.ts'

/** Dies on ana when the rows of a backfill are done and its stage is not; the messages to the base come first. */
async function diesInBackfill(world: World, operation: string, mutation: unknown, time: number): Promise<void> {
  await dies(world, operation, mutation, { at: 'applyToTarget: after a message', time })
}

/** Lets ana go through, makes cleo refuse, and kills the worker at a message of the undo. */
async function diesInUndo(world: World, operation: string, mutation: unknown, time: number): Promise<void> {
  await whileFrozen(world, 'shop_cleo', () =>
    dies(world, operation, mutation, { at: 'compensateTarget: after a message', time }),
  )
}

export const STAGES: Stories = {
  'retype-backfilling': {
    about: 'The base has the new type; ana has a sync trigger and all values copied, and her stage is still open.',
    tell: (world) => diesInBackfill(world, 'retype', RETYPE, 29),
    goesOn: revived('retype', 'committed'),
  },
  'retype-between-stages': {
    about: 'Ana has a sync trigger and all values copied, which her markers say; the switch has not happened.',
    tell: (world) => dies(world, 'retype', RETYPE, { at: 'applyToTarget: after a message', time: 31 }),
    goesOn: revived('retype', 'committed'),
  },
  'retype-misfit': {
    about: 'While ana was synced her application wrote a value that is no number; the switch will be refused.',
    tell: async (world) => {
      await diesInBackfill(world, 'retype', RETYPE, 29)
      await world.alpha.query(`insert into shop_ana.guest (id, name, visits) values ('g4', 'Eve', 'many')`)
    },
    goesOn: revived('retype', 'failed'),
  },
  'retype-undone-half': {
    about: 'Cleo refused; on one tenant the undo of the switch is done, and that of the sync is not.',
    tell: (world) => diesInUndo(world, 'retype', RETYPE, 4),
    goesOn: revived('retype', 'failed'),
  },
  settling: {
    about: 'The new type is durable; the triggers are off everywhere but on ben, whose table is locked.',
    tell: async (world) => {
      await dies(world, 'retype', RETYPE, { at: 'before settleTargets' })
      await world.hold('alpha', 'lock table shop_ben.guest in access share mode')
      await world.work()
      await until('only ben has a trigger', async () => {
        const { rows } = await world.alpha.query<{ count: number }>(
          'select count(*)::int from pg_trigger where not tgisinternal',
        )
        return rows[0]?.count === 1
      })
    },
    goesOn: revived('retype', 'committed'),
  },
  'index-building': {
    about: 'Ana waits for an old transaction with an index that is not valid yet.',
    tell: async (world) => {
      await world.work()
      const release = await world.hold('alpha', `insert into shop_ana.guest (id, name) values ('g9', 'Eve')`)
      await submit(world, 'index', INDEX, ONE_BY_ONE)
      await until('the index of ana is there', async () => {
        const { rows } = await world.alpha.query(
          `select from pg_index x join pg_class c on c.oid = x.indrelid
            where not x.indisvalid and c.relnamespace = 'shop_ana'::regnamespace`,
        )
        return rows.length > 0
      })
      await world.kill()
      await release()
    },
    goesOn: revived('index', 'committed'),
  },
  'index-half': {
    about: 'The base and ana have the index; ben is begun, and has nothing of it.',
    tell: (world) => dies(world, 'index', INDEX, { at: 'before applyToTarget', time: 3 }),
    goesOn: revived('index', 'committed'),
  },
  'required-filling': {
    about: "On the base no place is empty any more; ana's are filled, and her stage is still open.",
    tell: (world) => diesInBackfill(world, 'required', REQUIRE, 33),
    goesOn: revived('required', 'committed'),
  },
  'required-undone-half': {
    about:
      'Cleo refused; on one tenant the rule is off and the filled places are empty again, and its stage is still open.',
    tell: (world) => diesInUndo(world, 'required', REQUIRE, 14),
    goesOn: revived('required', 'failed'),
  },
  required: {
    about: 'Empty places were filled, and may not be empty any more; which rows it were is known.',
    tell: async (world) => {
      await world.work()
      await reaches(await submit(world, 'required', REQUIRE), 'committed')
    },
    goesOn: {
      acts: [{ do: 'revert', operation: 'required' }],
      operations: { required: 'committed', 'required-back': 'committed' },
    },
  },
  'nested-rename-half': {
    about:
      'The base has the new name in its documents; so has ana in a column of its own, and her stage is still open.',
    tell: (world) => diesInBackfill(world, 'town', RENAME_NESTED, 29),
    goesOn: revived('town', 'committed'),
  },
  'changeset-half': {
    about:
      'A changeset with a table, a foreign key, a set-aside column and two indexes is done on the base, and in part on ana.',
    tell: (world) => dies(world, 'booking', CHANGESET, { at: 'applyToTarget: after a message', time: 36 }),
    goesOn: revived('booking', 'committed'),
  },
  'rule-not-restored': {
    about:
      'A rule was taken off and a row written that breaks it; the undo could not bring it back on ana, and says so.',
    tell: async (world) => {
      await world.work()
      await reaches(await submit(world, 'distinguish', DISTINGUISH), 'committed')
      const release = await world.hold('alpha', 'lock table shop_cleo.guest in access share mode')
      const handle = await submit(world, 'relax', RELAX, ONE_BY_ONE)
      await marked(world, 'shop_ben', 'relax', 'applied')
      await world.alpha.query(`insert into shop_ana.guest (id, email) values ('g4', 'ida@example.org')`)
      const aborted = handle.abort({ actor: 'rosa', reason: 'wrong field' })
      await sees(handle, ({ status }) => status === 'compensating')
      await release()
      await aborted
      await world.untilClosed('relax')
    },
    goesOn: { ...AT_REST, operations: { relax: 'cancelled' }, unlike: ['ana'] },
  },
  'delete-half': {
    about: 'The base and ana have the column set aside.',
    tell: (world) => dies(world, 'del', DELETE, { at: 'after applyToTarget', time: 2 }),
    goesOn: revived('del', 'committed'),
  },
}
