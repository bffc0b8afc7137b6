/** Fleets of real applications, changed by SQL as their teams would write it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CASES, loadCase, makeRoles } from '../../sql/cases.ts'
import { type Change, openSqlWorld, type SqlWorld } from './sqlWorld.ts'

let world: SqlWorld
beforeAll(async () => {
  world = await openSqlWorld({ project: 'own', tenants: [] })
  await makeRoles(world.targets)
})
afterAll(() => world?.stop())

/** What each is changed by, beside what all are. */
const OWN: Readonly<Record<(typeof CASES)[number], readonly [Change, Change]>> = {
  booking_constraints: [
    {
      name: 'b1',
      up: `ALTER TABLE room ADD COLUMN view text CHECK (view <> ''); ALTER DOMAIN amount ADD CONSTRAINT small CHECK (VALUE < 100000);`,
      down: 'ALTER DOMAIN amount DROP CONSTRAINT small; ALTER TABLE room DROP COLUMN view;',
    },
    {
      name: 'b2',
      up: `CREATE VIEW open_stays AS SELECT id, guest_email, nights FROM reservation WHERE state = 'pending';`,
    },
  ],
  breeze_rls: [
    {
      name: 'b1',
      up: `CREATE TYPE channel AS ENUM ('mail', 'sms'); ALTER TABLE incidents ADD COLUMN channel channel NOT NULL DEFAULT 'mail';
        CREATE POLICY org_delete ON incidents FOR DELETE USING (public.has_org_access(org_id));`,
    },
    {
      name: 'b2',
      up: `CREATE OR REPLACE FUNCTION update_incident_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.updated_at = clock_timestamp(); RETURN NEW; END $$;`,
      down: `CREATE OR REPLACE FUNCTION update_incident_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.updated_at = now(); RETURN NEW; END $$;`,
    },
  ],
  fitting_fleet: [
    {
      name: 'b1',
      up: 'ALTER TABLE patient RENAME COLUMN phone TO telephone;',
      down: 'ALTER TABLE patient RENAME COLUMN telephone TO phone;',
    },
    { name: 'b2', up: `CREATE INDEX CONCURRENTLY patient_email_lower ON patient (lower(email));` },
  ],
  hyku_rails: [
    {
      name: 'b1',
      up: `ALTER TABLE users ADD COLUMN locale varchar DEFAULT 'de' NOT NULL; CREATE TABLE tags (id serial PRIMARY KEY, name varchar UNIQUE);`,
    },
    {
      name: 'b2',
      up: `ALTER TABLE domain_terms ADD COLUMN tag_id integer REFERENCES tags; CREATE INDEX CONCURRENTLY index_domain_terms_on_tag_id ON domain_terms (tag_id);`,
    },
  ],
  koku_django: [
    { name: 'b1', up: `ALTER TABLE reporting_ocpusagelineitem_daily_summary ADD COLUMN currency varchar(10);` },
    {
      name: 'b2',
      up: `CREATE FUNCTION open_periods() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT count(*) FROM reporting_ocpusagereportperiod $$;`,
    },
  ],
}

const NOTE = {
  name: 'a1',
  up: 'CREATE TABLE saga_note (id bigserial PRIMARY KEY, stars int); CREATE INDEX saga_stars ON saga_note (stars);',
}
const STARS = {
  name: 'a2',
  up: `ALTER TABLE saga_note ADD COLUMN said text DEFAULT 'no'; ALTER TABLE saga_note ADD CONSTRAINT five CHECK (stars <= 5);`,
  down: 'ALTER TABLE saga_note DROP CONSTRAINT five; ALTER TABLE saga_note DROP COLUMN said;',
}

it.each(CASES)(
  'a fleet of %s takes five changes, one of which fails in one tenant, and does not drift',
  async (name) => {
    const { fleet, targets } = world
    const project = name.replaceAll('_', '-')
    for (const each of ['1', 'Zwei', 'a.b']) await loadCase(targets, name, `${name}-${each}`)
    const text = readFileSync(join(import.meta.dirname, '../../sql/dumps', `${name}.sql`), 'utf8')
    const base = { server: 'alpha', namespace: `${project}_base` }
    await fleet.client.createProject({ id: project, base, baseline: { text } })
    await fleet.client.importTenants(project, { server: 'alpha', like: `${name}-%` })
    const ended = async (change: Change) => {
      const { status, error } = await world.run(change, {}, project)
      return `${change.name} ${status}${error === null ? '' : `: ${error}`}`
    }
    const [first, second] = OWN[name]
    expect(await ended(NOTE)).toBe('a1 committed')
    expect(await ended(first)).toBe('b1 committed')
    await targets.query(`INSERT INTO "${name}-Zwei".saga_note (stars) VALUES (9)`)
    expect(await ended(STARS)).toContain('a2 failed')
    await targets.query(`UPDATE "${name}-Zwei".saga_note SET stars = 1`)
    expect(await ended({ ...STARS, name: 'a3' })).toBe('a3 committed')
    expect(await ended(second)).toBe('b2 committed')
    expect(await fleet.client.drift(project)).toMatchObject({ checked: 4, matching: 4, drift: [] })
  },
)
