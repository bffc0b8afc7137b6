import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { standTarget } from '../../src/postgres/adoption/standTarget.ts'
import { readRecords } from '../../src/postgres/catalog/sql/sqlRevisions.ts'
import { showTenant } from '../../src/postgres/catalog/tenants/record.ts'
import { scanDrift } from '../../src/postgres/drift/drift.ts'
import { readRecord, WHOLE } from '../../src/postgres/record/readRecord.ts'
import { revisionOf } from '../postgres/fleet.ts'
import { importAll, makeProject, openSqlFleet, type SqlFleet, TEXT } from './sqlFleet.ts'

let fleet: SqlFleet
beforeAll(async () => {
  fleet = await openSqlFleet()
  for (const namespace of ['t_ada', 't_bob']) await fleet.byHand(namespace)
  await fleet.byHand('t_cleo', `${TEXT}; ALTER TABLE invoice ADD COLUMN note text; DROP VIEW large`)
  await fleet.byHand('t_dora', `${TEXT}; CREATE COLLATION mine FROM "C"`)
})
afterAll(() => fleet.close())

const EXPECTED = {
  counts: { matched: 2, parked: 1, registered: 0, refused: 1 },
  matched: [
    { tenant: 'ada', namespace: 't_ada' },
    { tenant: 'bob', namespace: 't_bob' },
  ],
  parked: [
    {
      tenant: 'cleo',
      namespace: 't_cleo',
      differences: [
        'It looks like no revision; from the nearest, revision 1, it differs',
        'column invoice.note is extra',
        'column large.id is missing',
        'view large is missing',
      ],
      revision: null,
    },
  ],
  refused: [{ namespace: 't_dora', code: 'KIND_UNSUPPORTED', reason: expect.stringContaining('collation mine') }],
}

describe('an import of what came from dumps and of what did not', () => {
  it('takes expressions for the same that Postgres prints in other words once they were restored', async () => {
    const { client } = fleet
    const written = `CREATE TABLE bill (state varchar(20) DEFAULT 'it''s' CHECK (state IN ('new', 'it''s', 'a, b')));
      CREATE INDEX open ON bill (state) WHERE state IN ('new', 'it''s')`
    await fleet.byHand('w_ada', written)
    await client.query(`SET search_path = w_ada`)
    const { rows } = await client.query<{ check: string; index: string }>(
      `SELECT pg_get_constraintdef(k.oid) AS check, pg_get_indexdef('open'::regclass) AS index
         FROM pg_constraint k WHERE k.conrelid = 'bill'::regclass AND k.contype = 'c'`,
    )
    await client.query('RESET search_path')
    const restored = `CREATE TABLE bill (state varchar(20) DEFAULT 'it''s', CONSTRAINT bill_state_check ${rows[0]?.check});
      ${rows[0]?.index.replaceAll('w_ada.', '')}`
    await makeProject(fleet, 'bills', restored)
    await fleet.byHand('w_bob', restored)
    const bills = { ...fleet, project: 'bills' }
    expect(await importAll(bills, { like: 'w\\_%' })).toMatchObject({ counts: { matched: 2 }, parked: [] })
    const history = await readRecords(fleet.catalog, 'bills')
    const ada = await readRecord(client, 'w_ada', WHOLE)
    // They do differ in their words.
    expect(JSON.stringify(ada?.lines)).not.toEqual(JSON.stringify(history[0]?.record.lines))
  })
})

describe('an import into a project that is described by SQL', () => {
  it('says in a dry run which revision each namespace is, and changes nothing', async () => {
    expect(await importAll(fleet, { like: 't\\_%', dryRun: true })).toMatchObject(EXPECTED)
    expect(await revisionOf(fleet, 't_ada')).toBeUndefined()
    await expect(showTenant(fleet.catalog, fleet.project, 'ada')).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' })
  })

  it('activates those that look like the project, and parks the others with what differs', async () => {
    expect(await importAll(fleet, { like: 't\\_%' })).toMatchObject(EXPECTED)
    expect(await revisionOf(fleet, 't_ada')).toBe(1)
    expect(await showTenant(fleet.catalog, fleet.project, 'ada')).toMatchObject({ state: 'active', revision: 1 })
    const { reason } = await showTenant(fleet.catalog, fleet.project, 'cleo')
    expect(reason).toContain('column invoice.note is extra')
    const drift = await scanDrift({ catalog: fleet.catalog, pools: fleet.pools, project: fleet.project })
    expect(drift).toMatchObject({ checked: 3, matching: 3, drift: [] })
  })

  it('lets a parked one stand where it was put right, and not before', async () => {
    const { project } = fleet
    const { rows } = await fleet.catalog.query<{ incarnation: string }>(
      `select incarnation from schema_saga.tenant where id = 'cleo'`,
    )
    const target = { scope: 'cleo', server: 'alpha', namespace: 't_cleo', incarnation: rows[0]?.incarnation ?? '' }
    const back = { project, target, actor: 'test', isNew: true, byPerson: true }
    const stand = () => standTarget({ catalog: fleet.catalog, targetPools: fleet.pools }, back)
    await expect(stand()).rejects.toMatchObject({
      code: 'TARGET_DRIFTED',
      message: expect.stringContaining('The nearest is revision 1: column invoice.note is extra'),
    })
    await fleet.client.query(`ALTER TABLE t_cleo.invoice DROP COLUMN note; SET search_path = t_cleo;
      CREATE VIEW large AS SELECT id FROM invoice WHERE total > 100; RESET search_path`)
    expect(await stand()).toEqual({ revision: 1 })
  })
})
