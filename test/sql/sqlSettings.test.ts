import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProjectSettings } from '../../src/contract.ts'
import { setProjectSettings } from '../../src/postgres/catalog/projects/settings.ts'
import { scanDrift } from '../../src/postgres/drift/drift.ts'
import { importAll, openSqlFleet, type SqlFleet } from './sqlFleet.ts'

const PARTITIONED = `CREATE TABLE event (day date NOT NULL) PARTITION BY RANGE (day);
  CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')`

/** As each namespace has it, with a role of its own. */
const text = (namespace: string) => `CREATE TABLE invoice (id int PRIMARY KEY);
  ${PARTITIONED};
  ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own ON invoice TO ${namespace}_set_app USING (true);
  GRANT SELECT ON invoice TO ${namespace}_set_app`

const NAMES = ['shop_base', 'o_ada', 'o_bob'] as const

let fleet: SqlFleet
beforeAll(async () => {
  fleet = await openSqlFleet({
    text: text('shop_base'),
    before: async (client) => {
      for (const name of NAMES) {
        await client.query(
          `DO $$ BEGIN CREATE ROLE ${name}_set_app; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`,
        )
      }
    },
  })
  await fleet.byHand('o_ada', text('o_ada'))
  await fleet.byHand(
    'o_bob',
    `${text('o_bob')};
    CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
    CREATE TABLE jobs (id serial); CREATE COLLATION mine FROM "C"; CREATE TRIGGER seen BEFORE INSERT ON invoice
    FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`.replace('BEFORE INSERT', 'BEFORE UPDATE'),
  )
})
afterAll(() => fleet.close())

const set = (settings: Partial<ProjectSettings>) =>
  setProjectSettings(fleet.catalog, { id: fleet.project, settings, actor: 'test' })
const look = async () => {
  const { counts, parked, refused } = await importAll(fleet, { like: 'o\\_%', dryRun: true })
  return { matched: counts.matched, told: parked.map(({ differences }) => differences.slice(1)), refused }
}

describe('settings of a project that is described by SQL', () => {
  it('say that tenants have a role each, and what of theirs does not count', async () => {
    const before = await look()
    expect(before).toMatchObject({ matched: 0, refused: [{ namespace: 'o_bob', code: 'KIND_UNSUPPORTED' }] })
    expect(before.told).toEqual([
      [
        expect.stringMatching(/^grants of table invoice is different/),
        expect.stringMatching(/^policy invoice.own is different/),
      ],
    ])
    await set({ tenant_role: '{namespace}_set_app' })
    expect(await look()).toMatchObject({ matched: 1, refused: [{ namespace: 'o_bob' }] })
    await set({ ignore: ['collation:*'] })
    expect((await look()).told).toEqual([
      expect.arrayContaining(['table jobs is extra', 'trigger invoice.seen is extra', 'sequence jobs_id_seq is extra']),
    ])
    await set({ ignore: ['collation:*', 'jobs', 'trigger:invoice.seen'] })
    expect(await look()).toEqual({ matched: 2, told: [], refused: [] })
  })

  it('hold for drift and for what comes back, at any time: the record has everything', async () => {
    await set({ tenant_role: '{namespace}_set_app', ignore: ['collation:*', 'jobs', 'trigger:invoice.seen'] })
    expect(await importAll(fleet, { like: 'o\\_%' })).toMatchObject({ counts: { matched: 2 } })
    const scan = () => scanDrift({ catalog: fleet.catalog, pools: fleet.pools, project: fleet.project })
    expect(await scan()).toMatchObject({ checked: 3, matching: 3, drift: [] })
    await set({ partitions: 'exact' })
    const { drift } = await scan()
    expect(
      drift.map(({ differences, targets }) => [targets[0]?.scope, differences.map(({ object }) => object)]),
    ).toEqual([['bob', ['partition event_2']]])
    await set({ partitions: 'any', ignore: [] })
    expect((await scan()).drift.map(({ targets }) => targets.map(({ scope }) => scope))).toEqual([['bob']])
  })
})
