import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSqlWorld, type SqlWorld } from './sqlWorld.ts'

let world: SqlWorld
beforeAll(async () => {
  world = await openSqlWorld({ project: 'way', tenants: ['ada', 'bob'] })
})
afterAll(() => world?.stop())

const namespaces = ['way_base', 'way_ada', 'way_bob']
const everywhere = async (sql: string) => {
  for (const each of namespaces) await world.targets.query(`SET search_path = ${each}; ${sql}; RESET search_path`)
}

describe('a change of several stages without a way back', () => {
  it('ends as before where its first statement has failed', async () => {
    const up = 'CREATE UNIQUE INDEX CONCURRENTLY once ON customer (name); UPDATE customer SET name = name;'
    await world.targets.query(`CREATE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
      BEGIN IF current_query() LIKE '%CONCURRENTLY%' THEN RAISE 'no index now'; END IF; END $$;
      CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.refuse()`)
    const operation = await world.run({ name: 'once', up }, { onTenantFailure: 'hold' })
    expect(operation).toMatchObject({ status: 'failed', error_code: 'STATEMENT_REFUSED' })
    await world.targets.query('DROP EVENT TRIGGER refuse')
    expect((await world.fleet.client.drift('way')).drift).toEqual([])
  })

  it('is held with a part of it on the base, and goes on once that is cured', async () => {
    const { client } = world.fleet
    // In the one transaction of a proof, the first stage is not committed yet.
    const up = `ALTER TABLE customer RENAME COLUMN name TO title; VACUUM customer;
      DO $$ BEGIN
        IF to_regclass('missing') IS NULL AND pg_xact_status((SELECT a.xmin::text::xid8 FROM pg_attribute a
          WHERE a.attrelid = 'customer'::regclass AND a.attname = 'title')) = 'committed' THEN RAISE 'not yet'; END IF;
      END $$;
      ALTER TABLE customer ADD COLUMN a int;`
    const handle = await client.apply('way', { type: 'run_sql', name: 'half', up }, { onTenantFailure: 'hold' })
    expect(await world.fleet.waitFor(handle)).toMatchObject({ status: 'needs_repair', error_code: 'HELD' })
    expect(await world.columns('way_base')).toContain('customer.title text')
    await expect(handle.abort({ reason: 'no' })).rejects.toThrow('no proven way back')
    await everywhere('CREATE TABLE missing ()')
    await handle.repair({ action: 'retry' })
    expect(await world.fleet.waitFor(handle)).toMatchObject({ status: 'committed', revision: 2 })
    for (const each of namespaces) expect(await world.columns(each)).toContain('customer.a integer')
    await everywhere('DROP TABLE missing')
    expect((await client.drift('way')).drift).toEqual([])
  })

  it('leaves a tenant behind with the part that it has, which catches up with the rest', async () => {
    await world.targets.query(`INSERT INTO way_bob.customer (title) VALUES ('x')`)
    const { client } = world.fleet
    const up = `ALTER TABLE customer RENAME COLUMN title TO name; VACUUM customer;
      ALTER TABLE customer ADD CONSTRAINT named CHECK (name <> 'x');`
    const operation = await world.run({ name: 'parts', up }, { onTenantFailure: 'park' })
    expect(operation).toMatchObject({ status: 'committed', revision: 3 })
    expect(await client.listTenants('way')).toMatchObject([{ state: 'active' }, { id: 'bob', state: 'parked' }])
    await world.run({ name: 'due', up: 'ALTER TABLE invoice ADD COLUMN due date;' })
    await world.targets.query('DELETE FROM way_bob.customer')
    expect(await client.unparkTenant('way', 'bob')).toMatchObject({ state: 'active' })
    expect(await world.columns('way_bob')).toEqual(await world.columns('way_base'))
    expect((await client.drift('way')).drift).toEqual([])
  })
})
