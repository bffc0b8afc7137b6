/** Changes by SQL from a grammar that knows both ways: what the proof accepts leads back, also with rows, and what does not is refused. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nameGiver } from '../../../src/physical/plan/planMutation.ts'
import { writeUndo } from '../../../src/postgres/catalog/sql/changeTexts.ts'
import { type ProvenTexts, proveHiding } from '../../../src/postgres/proof/asides/proveHiding.ts'
import { type Proof, proveChange } from '../../../src/postgres/proof/proveChange.ts'
import { readRecord, WHOLE } from '../../../src/postgres/record/readRecord.ts'
import { placeOf } from '../../../src/postgres/target/script/place.ts'
import { runStatements } from '../../../src/postgres/target/script/statements.ts'
import { runOf, stepOf } from '../../../src/sql/aside/steps.ts'
import { pairedDown } from '../../../src/sql/change/pairedDown.ts'
import { recordDifferences } from '../../../src/sql/recordDifferences.ts'
import { readScript } from '../../../src/sql/script/readScript.ts'
import type { Script } from '../../../src/sql/script/script.ts'
import { openFleet, type TestFleet } from '../fleet.ts'

const TABLES = `CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE TABLE a (id serial PRIMARY KEY, name text NOT NULL DEFAULT 'x', n int CHECK (n > 0), mood mood);
CREATE TABLE b (id bigserial PRIMARY KEY, a_id int REFERENCES a, at timestamptz DEFAULT now());
CREATE INDEX b_a ON b (a_id);
CREATE VIEW va AS SELECT id, name FROM a;
CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS $$ SELECT 2 * i $$;
COMMENT ON TABLE a IS 'first'; GRANT SELECT ON a TO PUBLIC;
INSERT INTO a (name, n) SELECT 'row ' || g, g FROM generate_series(1, 5) g; INSERT INTO b (a_id) VALUES (1), (2);`

const MADE_B = `CREATE TABLE b (id bigserial PRIMARY KEY, a_id int REFERENCES a, at timestamptz DEFAULT now()); CREATE INDEX b_a ON b (a_id)`

/** A statement, what undoes it, and whether it only adds. */
type Step = readonly [up: string, down: string, adds?: true]

/** `§` is a number that no other statement of the change has. */
const STEPS: readonly Step[] = [
  ['ALTER TABLE a ADD COLUMN c§ int', 'ALTER TABLE a DROP COLUMN c§', true],
  [`ALTER TABLE b ADD COLUMN c§ text NOT NULL DEFAULT 'é'`, 'ALTER TABLE b DROP COLUMN c§', true],
  ['ALTER TABLE a ADD COLUMN c§ serial', 'ALTER TABLE a DROP COLUMN c§', true],
  ['ALTER TABLE b ADD COLUMN c§ int REFERENCES a UNIQUE', 'ALTER TABLE b DROP COLUMN c§', true],
  ['CREATE TABLE t§ (id bigserial PRIMARY KEY, b_id bigint REFERENCES b, CHECK (b_id > 0))', 'DROP TABLE t§', true],
  ['CREATE TABLE "T §" (k text, v jsonb, PRIMARY KEY (k, v))', 'DROP TABLE "T §"', true],
  ['CREATE INDEX i§ ON a (lower(name)) WHERE n > 1', 'DROP INDEX i§', true],
  ['CREATE UNIQUE INDEX i§ ON b (id, at) INCLUDE (a_id)', 'DROP INDEX i§', true],
  ['ALTER TABLE a ADD CONSTRAINT k§ CHECK (n < 1000) NOT VALID', 'ALTER TABLE a DROP CONSTRAINT k§', true],
  [
    'ALTER TABLE b ADD CONSTRAINT k§ FOREIGN KEY (id) REFERENCES a (id) NOT VALID',
    'ALTER TABLE b DROP CONSTRAINT k§',
    true,
  ],
  ['CREATE VIEW v§ AS SELECT name, count(*) FROM a GROUP BY 1', 'DROP VIEW v§', true],
  ['CREATE MATERIALIZED VIEW v§ AS SELECT id FROM b', 'DROP MATERIALIZED VIEW v§', true],
  [`CREATE FUNCTION f§(x a) RETURNS text LANGUAGE sql AS 'SELECT x.name'`, 'DROP FUNCTION f§(a)', true],
  [`CREATE TYPE e§ AS ENUM ('x', 'y')`, 'DROP TYPE e§', true],
  ['CREATE DOMAIN d§ AS int CONSTRAINT p§ CHECK (VALUE > 0)', 'DROP DOMAIN d§', true],
  ['CREATE SEQUENCE s§ START 5', 'DROP SEQUENCE s§', true],
  ['CREATE POLICY p§ ON a FOR SELECT USING (n > 0)', 'DROP POLICY p§ ON a', true],
  [
    'CREATE TRIGGER g§ BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    'DROP TRIGGER g§ ON a',
    true,
  ],
  ['CREATE STATISTICS x§ ON id, a_id FROM b', 'DROP STATISTICS x§', true],
  ['ALTER TABLE a RENAME COLUMN name TO c§', 'ALTER TABLE a RENAME COLUMN c§ TO name'],
  ['ALTER TABLE b RENAME TO t§', 'ALTER TABLE t§ RENAME TO b'],
  ['ALTER INDEX b_a RENAME TO i§', 'ALTER INDEX i§ RENAME TO b_a'],
  ['ALTER TABLE a ALTER COLUMN name DROP DEFAULT', `ALTER TABLE a ALTER COLUMN name SET DEFAULT 'x'`],
  ['ALTER TABLE a ALTER COLUMN name DROP NOT NULL', 'ALTER TABLE a ALTER COLUMN name SET NOT NULL'],
  [`COMMENT ON TABLE a IS 'text §'`, `COMMENT ON TABLE a IS 'first'`],
  [`COMMENT ON COLUMN b.at IS 'text §'`, 'COMMENT ON COLUMN b.at IS NULL'],
  ['REVOKE SELECT ON a FROM PUBLIC', 'GRANT SELECT ON a TO PUBLIC'],
  ['ALTER TABLE a ENABLE ROW LEVEL SECURITY', 'ALTER TABLE a DISABLE ROW LEVEL SECURITY'],
  [
    'CREATE OR REPLACE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS $$ SELECT 9§ * i $$',
    'CREATE OR REPLACE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS $$ SELECT 2 * i $$',
  ],
  ['ALTER TABLE b ALTER COLUMN at TYPE timestamp', 'ALTER TABLE b ALTER COLUMN at TYPE timestamptz'],
]

/** Drops of what was there before, each of something else. */
const DROPS: readonly Step[] = [
  ['ALTER TABLE a DROP COLUMN n', 'ALTER TABLE a ADD COLUMN n int CHECK (n > 0)'],
  ['ALTER TABLE a DROP COLUMN n, ADD COLUMN n text', 'ALTER TABLE a DROP COLUMN n, ADD COLUMN n int CHECK (n > 0)'],
  ['ALTER TABLE a DROP COLUMN IF EXISTS mood CASCADE', 'ALTER TABLE a ADD COLUMN mood mood'],
  ['ALTER TABLE b DROP COLUMN a_id', 'ALTER TABLE b ADD COLUMN a_id int REFERENCES a; CREATE INDEX b_a ON b (a_id)'],
  ['ALTER TABLE b DROP COLUMN at', 'ALTER TABLE b ADD COLUMN at timestamptz DEFAULT now()'],
  ['DROP TABLE b', MADE_B],
  ['DROP TABLE b; CREATE TABLE b (other int)', `DROP TABLE b; ${MADE_B}`],
]

/** What has nothing to do with them. */
const BESIDE = STEPS.filter(([up, , adds]) => adds === true && !/ (a|b|va)\b/.test(up))

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
  for (const namespace of ['base', 'tenant']) {
    await fleet.client.query(`CREATE SCHEMA ${namespace}; SET search_path = ${namespace}; ${TABLES}; RESET search_path`)
  }
  await fleet.client.query('TRUNCATE base.a, base.b')
})
afterAll(() => fleet.close())

/** Different statements, each with a number of its own; those that share what they alter only once. */
const change = fc
  .uniqueArray(fc.nat(STEPS.length - 1), { minLength: 1, maxLength: 4 })
  .map((indexes) => indexes.map((index, place) => numbered(STEPS[index] as Step, place + 1)))
  .filter((steps) => !clash(steps))

/** One drop of each table, and something beside them. */
const dropping = fc
  .tuple(fc.uniqueArray(fc.nat(DROPS.length - 1), { minLength: 1, maxLength: 2 }), fc.nat(BESIDE.length - 1))
  .map(([drops, beside]) => [...drops.map((index) => DROPS[index] as Step), BESIDE[beside] as Step])
  .map((steps) => steps.map((step, place) => numbered(step, place + 1)))
  .filter(
    (steps) => new Set(steps.map(([up]) => /TABLE (?:IF EXISTS )?(\w)\b/.exec(up)?.[1] ?? up)).size === steps.length,
  )

function numbered([up, down, adds]: Step, number: number): Step {
  const put = (text: string): string => text.replaceAll('§', String(number))
  return adds === undefined ? [put(up), put(down)] : [put(up), put(down), adds]
}

/** What one of them renames, the others do not find. */
function clash(steps: readonly Step[]): boolean {
  const texts = steps.map(([up]) => up)
  return texts.some((up) => / RENAME /.test(up)) && steps.length > 1
}

async function prove(steps: readonly Step[], down: string | null): Promise<Proof> {
  const up = await readScript('up', `${steps.map(([text]) => text).join(';\n')};`, { namespace: null })
  const back = down === null ? null : pairedDown('up', up, await readScript('down', down, { namespace: null }))
  return await fleet.pools.withClient({ server: 'alpha', namespace: 'base' }, (client) =>
    proveChange(client, {
      ...{
        namespace: 'base',
        where: 'base',
        shared: [],
        name: 'it',
        up,
        undo: back?.stages ?? up.stages.map(() => null),
      },
      beside: (ask) => ask(fleet.client),
      write: (stage, before, after) => writeUndo('it', stage, before, after),
    }),
  )
}

async function hide(steps: readonly Step[], isGiven: boolean): Promise<ProvenTexts> {
  const up = await readScript('up', `${steps.map(([text]) => text).join(';\n')};`, { namespace: null })
  const back = isGiven ? pairedDown('up', up, await readScript('down', downOf(steps), { namespace: null })) : null
  const undo = back?.stages ?? up.stages.map(() => null)
  const next = nameGiver('it')
  return await fleet.pools.withClient({ server: 'alpha', namespace: 'base' }, (client) =>
    proveHiding(
      client,
      {
        ...{ namespace: 'base', where: 'base', shared: [], name: 'it', up, undo },
        beside: (ask) => ask(fleet.client),
        write: (stage, before, after) => writeUndo('it', stage, before, after),
      },
      { isWanted: true, nextPrefix: () => next().prefix, revives: [], ordered: [] },
    ),
  )
}

async function runOnTenant(script: Script | null): Promise<void> {
  const steps = script?.stages.flatMap(({ statements }) => runOf(statements.map(stepOf))) ?? []
  await fleet.client.query('BEGIN')
  const place = await placeOf(fleet.client, 'tenant', { where: 'tenant' })
  await runStatements(fleet.client, place, steps, 'tenant')
  await fleet.client.query('COMMIT; RESET search_path')
}

const downOf = (steps: readonly Step[]): string =>
  `${steps
    .toReversed()
    .map(([, text]) => text)
    .join(';\n')};`

async function state(): Promise<unknown> {
  const { rows } = await fleet.client.query(
    'SELECT (SELECT json_agg(a ORDER BY id) FROM tenant.a) AS a, (SELECT json_agg(b ORDER BY id) FROM tenant.b) AS b',
  )
  return { rows, record: await readRecord(fleet.client, 'tenant', WHOLE) }
}

describe('the proof of a change', () => {
  it('accepts what leads back, which leaves a tenant with rows as it was', async () => {
    await fc.assert(
      fc.asyncProperty(change, async (steps) => {
        const { wayBack } = await prove(steps, downOf(steps))
        expect(wayBack).toBe('given')
        const before = await state()
        for (const [text] of steps) await fleet.client.query(`SET search_path = tenant; ${text}; RESET search_path`)
        for (const [, text] of steps.toReversed())
          await fleet.client.query(`SET search_path = tenant; ${text}; RESET search_path`)
        expect(await state()).toEqual(before)
      }),
      { numRuns: 15 },
    )
  })

  it('refuses a way back that leaves out a part', async () => {
    await fc.assert(
      fc.asyncProperty(change, fc.nat(3), async (steps, at) => {
        const left = steps.filter((_, index) => index !== at % steps.length)
        const code = await prove(steps, left.length === 0 ? 'SELECT 1' : downOf(left)).then(
          () => 'accepted',
          (error: unknown) => (error as { code?: string }).code,
        )
        expect(['DOWN_INCOMPLETE', 'STATEMENT_REFUSED']).toContain(code)
      }),
      { numRuns: 10 },
    )
  })

  it('writes the way back of what only adds', async () => {
    await fc.assert(
      fc.asyncProperty(change, async (steps) => {
        const { wayBack, whyNoWayBack } = await prove(steps, null)
        const adds = steps.every(([, , only]) => only === true)
        expect([wayBack, whyNoWayBack]).toEqual(adds ? ['written', null] : ['none', expect.any(String)])
      }),
      { numRuns: 15 },
    )
  })

  it('hides what a text drops, and brings back a tenant with all its rows, with a way back or without one', async () => {
    await fc.assert(
      fc.asyncProperty(dropping, fc.boolean(), async (steps, isGiven) => {
        const { proof, up, asides } = await hide(steps, isGiven)
        expect(proof.wayBack).toBe(isGiven ? 'given' : 'written')
        expect(asides).toHaveLength(steps.filter(([text]) => text.includes('DROP ')).length)
        const before = await state()
        await runOnTenant(up)
        await runOnTenant(proof.down)
        expect(await state()).toEqual(before)
      }),
      { numRuns: 8 },
    )
  })

  it('leaves the base as it was', async () => {
    const before = await readRecord(fleet.client, 'base', WHOLE)
    await prove([['CREATE TABLE left_over (id int)', 'DROP TABLE left_over']], null)
    const after = await readRecord(fleet.client, 'base', WHOLE)
    if (before === null || after === null) throw new Error('the base is gone')
    expect(recordDifferences(before, after)).toEqual([])
  })
})
