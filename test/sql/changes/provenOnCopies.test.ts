import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { noteCopy } from '../../../src/postgres/catalog/sql/copies.ts'
import { dropLeftCopies } from '../../../src/postgres/proof/baseCopy.ts'
import { mortalWorker } from '../../postgres/faults/mortalWorker.ts'
import { doomsOf, endsAt } from '../../postgres/faults/points.ts'
import { type ChangeFleet, openChangeFleet } from './changeFleet.ts'

const TEXT = `CREATE TYPE state AS ENUM ('open'); CREATE TABLE invoice (id bigserial PRIMARY KEY, state state NOT NULL DEFAULT 'open');
CREATE VIEW open AS SELECT id FROM invoice WHERE state = 'open'`

const UP = `ALTER TYPE state ADD VALUE 'paid'; ALTER TABLE invoice ALTER COLUMN state SET DEFAULT 'paid'; CREATE TABLE note (state state DEFAULT 'paid');`
const DOWN = `DROP TABLE note; ALTER TABLE invoice ALTER COLUMN state SET DEFAULT 'open';
-- schema-saga: new transaction
DROP VIEW open; ALTER TABLE invoice ALTER COLUMN state DROP DEFAULT; ALTER TYPE state RENAME TO was; CREATE TYPE state AS ENUM ('open');
ALTER TABLE invoice ALTER COLUMN state TYPE state USING state::text::state; ALTER TABLE invoice ALTER COLUMN state SET DEFAULT 'open';
DROP TYPE was; CREATE VIEW open AS SELECT id FROM invoice WHERE state = 'open';`

let fleet: ChangeFleet
beforeAll(async () => {
  fleet = await openChangeFleet(TEXT)
})
afterAll(() => fleet?.close())

const copies = () => fleet.ask(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'schema\\_saga\\_copy%'`)
const noted = async () => (await fleet.catalog.query('select namespace from schema_saga.sql_copy')).rows

describe('a value of an enum that the same change uses', () => {
  it('is proven both ways on a copy of the base, which is gone then', async () => {
    const plan = await fleet.plan({ up: UP, down: DOWN, allow: ['WRITES_ROWS', 'LOSES_DATA'] })
    expect(plan.sqlChange).toMatchObject({ wayBack: 'given' })
    expect(plan.sqlChange?.touched).toEqual(expect.arrayContaining(['table invoice', 'table note', 'type state']))
    expect([await copies(), await noted()]).toEqual([[], []])
    await fleet.forward(plan, 't_ada')
    expect(await fleet.ask('INSERT INTO t_ada.invoice DEFAULT VALUES RETURNING state')).toEqual(['paid'])
    await fleet.client.query('DELETE FROM t_ada.invoice')
    await fleet.back(plan, 't_ada')
    expect(await fleet.drift('t_ada')).toEqual([])
  })

  it('is refused where the way back does not lead back there, as anywhere', async () => {
    const down = DOWN.replace(`CREATE TYPE state AS ENUM ('open')`, `CREATE TYPE state AS ENUM ('open', 'other')`)
    await expect(fleet.plan({ up: UP, down, allow: ['WRITES_ROWS', 'LOSES_DATA'] })).rejects.toMatchObject({
      code: 'DOWN_INCOMPLETE',
    })
    const reaches = fleet.plan({ up: `${UP} DO $$ BEGIN CREATE TABLE public.elsewhere (); END $$;`, policy: 'hold' })
    await expect(reaches).rejects.toMatchObject({ code: 'OTHER_NAMESPACE' })
    expect([await copies(), await noted()]).toEqual([[], []])
    expect(await fleet.ask(`SELECT to_regclass('public.elsewhere')`)).toEqual(['null'])
  })

  it('is refused where the base itself has come away from its record in what is changed', async () => {
    await fleet.client.query(`ALTER TABLE shop_base.invoice ALTER COLUMN state DROP NOT NULL`)
    await expect(fleet.plan({ up: UP, policy: 'hold' })).rejects.toMatchObject({ code: 'TARGET_DRIFTED' })
    await fleet.client.query(`ALTER TABLE shop_base.invoice ALTER COLUMN state SET NOT NULL`)
  })

  it('needs no way back, and is not rehearsed', async () => {
    const plan = await fleet.plan({ up: UP, policy: 'hold' })
    expect(plan.sqlChange).toMatchObject({ wayBack: 'none' })
    await fleet.forward(plan, 't_ada')
    await fleet.client.query('DROP SCHEMA t_ada CASCADE')
  })
})

describe('a copy whose worker died', () => {
  it('is dropped by the next proof, or by the reconciler', async () => {
    // The first proof of a revision makes what copies are made of.
    await fleet.plan({ up: UP, down: DOWN, allow: ['WRITES_ROWS', 'LOSES_DATA'] })
    const undisturbed = mortalWorker(fleet.pools)
    await fleet.plan({ up: UP, down: DOWN, allow: ['WRITES_ROWS', 'LOSES_DATA'] }, undisturbed.pools)
    const points = undisturbed.passed()
    for (const doom of doomsOf('a proof on a copy', endsAt(points), points)) {
      const worker = mortalWorker(fleet.pools, doom)
      await expect(
        fleet.plan({ up: UP, down: DOWN, allow: ['WRITES_ROWS', 'LOSES_DATA'] }, worker.pools),
        JSON.stringify(doom),
      ).rejects.toThrow()
      const backends = worker.backends()
      await expect
        .poll(() => fleet.ask(`SELECT pid FROM pg_stat_activity WHERE pid IN (0, ${[0, ...backends].join(', ')})`))
        .toEqual([])
      await dropLeftCopies({ catalog: fleet.catalog, targetPools: fleet.pools })
      expect([await copies(), await noted()], JSON.stringify(doom)).toEqual([[], []])
    }
  })

  it('is left alone while a proof is at work on it, and where it is not ours', async () => {
    const base = { scope: '', server: 'alpha', namespace: 'shop_base', incarnation: 'x' }
    const name = 'schema_saga_copy_00'
    await noteCopy(fleet.catalog, 'shop', { namespace: name, token: 'secret', base })
    await fleet.client.query(
      `CREATE SCHEMA ${name}; SELECT pg_advisory_lock(hashtextextended('schema-saga/copy/${name}', 0))`,
    )
    await dropLeftCopies({ catalog: fleet.catalog, targetPools: fleet.pools })
    expect(await noted()).toEqual([{ namespace: name }])
    await fleet.client.query('SELECT pg_advisory_unlock_all()')
    await dropLeftCopies({ catalog: fleet.catalog, targetPools: fleet.pools })
    expect([await copies(), await noted()]).toEqual([[name], []])
    await fleet.client.query(`DROP SCHEMA ${name}`)
  })
})
