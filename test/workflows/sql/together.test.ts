import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OperationDocument } from '../../../src/contract.ts'
import { openSqlWorld, type SqlWorld } from './sqlWorld.ts'

let world: SqlWorld
beforeAll(async () => {
  world = await openSqlWorld({ project: 'shelf' })
})
afterAll(() => world?.stop())

const CHANGES = [
  { name: '0001_state', up: 'BEGIN; ALTER TABLE invoice ADD COLUMN state text; COMMIT;' },
  {
    name: '0002_positive',
    up: 'CREATE INDEX CONCURRENTLY debt_sum ON debt (sum);\nALTER TABLE debt ADD CONSTRAINT positive CHECK (sum >= 0);',
    down: 'ALTER TABLE debt DROP CONSTRAINT positive;',
  },
  { name: '0003_nothing', up: '-- Left for later.' },
  {
    name: '0004_words',
    up: 'COMMENT ON COLUMN invoice.state IS $$new$$;',
    down: 'COMMENT ON COLUMN invoice.state IS NULL;',
  },
]

const together = async (changes: readonly (typeof CHANGES)[number][] = CHANGES): Promise<OperationDocument> => {
  const request = { type: 'run_sql', name: 'all of them', changes } as const
  return await world.fleet.waitFor(await world.fleet.client.apply('shelf', request))
}

/** By the files of the folder: which count as applied. */
async function states(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'together-'))
  try {
    for (const { name, up, down } of CHANGES) {
      await writeFile(join(folder, `${name}.sql`), up)
      if (down !== undefined) await writeFile(join(folder, `${name}.down.sql`), down)
    }
    const { migrations } = await world.fleet.client.migrationStatus('shelf', folder)
    return migrations.map(({ state, revision }) => `${state} ${revision}`)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('changes that are made together are undone together where one tenant refuses one of them', async () => {
  const before = await world.shapes()
  await world.targets.query('INSERT INTO shelf_bob.debt VALUES (-1)')
  const operation = await together()
  expect(operation).toMatchObject({ status: 'failed', problems: [{ tenant: 'bob', error_code: 'DATA_REJECTED' }] })
  expect(operation.problems[0]?.error).toContain('0002_positive, line 2')
  expect(await world.shapes()).toEqual(before)
  expect(await states()).toEqual(Array(4).fill('pending null'))
  expect((await world.fleet.client.drift('shelf')).drift).toEqual([])
  await world.targets.query('DELETE FROM shelf_bob.debt')
})

test('they make one revision, under the name of each, and a revert takes all of them back', async () => {
  const { revision } = await world.fleet.client.showProject('shelf')
  const before = await world.shapes()
  const operation = await together()
  expect(operation).toMatchObject({ status: 'committed', base_revision: revision, revision: revision + 1 })
  expect(await states()).toEqual(Array(4).fill(`applied ${revision + 1}`))
  expect(await together()).toMatchObject({ status: 'committed', unchanged: true })
  const [first] = CHANGES
  expect(await world.run(first ?? { name: '', up: '' }, {}, 'shelf')).toMatchObject({ unchanged: true })
  const more = [...CHANGES, { name: '0005_more', up: 'ALTER TABLE bill ADD COLUMN more text;' }]
  const some = await together(more)
  expect(some).toMatchObject({ status: 'failed', error_code: 'NOT_APPLICABLE' })
  expect(some.error).toContain('4 are applied already: leave out "0001_state"')

  const { client, waitFor } = world.fleet
  const reverted = await waitFor(await client.revert(operation.id, { allow: ['LOSES_DATA'] }))
  expect(reverted).toMatchObject({ status: 'committed', revision: revision + 2 })
  // What a revert drops is hidden first.
  const shown = (await world.shapes()).map((each) => each.filter((column) => !column.includes('._aside_')))
  expect(shown).toEqual(before)
  expect(await states()).toEqual(Array(4).fill('pending null'))
  const again = await waitFor(await client.revert(reverted.id))
  expect(again).toMatchObject({ status: 'committed' })
  expect(await states()).toEqual(Array(4).fill(`applied ${revision + 3}`))
  expect((await client.drift('shelf')).drift).toEqual([])
})
