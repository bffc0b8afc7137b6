import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lenientParts } from '../../../src/sql/change/leniency.ts'
import { type ChangeFleet, openChangeFleet } from './changeFleet.ts'

const TEXT = `CREATE TABLE customer (id bigserial PRIMARY KEY, name text NOT NULL, "Mail" text CONSTRAINT mail_once UNIQUE);
CREATE TABLE invoice (id bigserial PRIMARY KEY, total numeric NOT NULL, due date NOT NULL,
  customer_id bigint CONSTRAINT of_customer REFERENCES customer, CONSTRAINT positive CHECK (total >= 0));
CREATE UNIQUE INDEX by_total ON invoice (total)`

let fleet: ChangeFleet
beforeAll(async () => {
  fleet = await openChangeFleet(
    TEXT,
    CASES.map((_, index) => `t_${index}`),
  )
})
afterAll(() => fleet.close())

/** What goes forward, what goes back, the rows between the two, and what is left of it on the target. */
const CASES: readonly (readonly [what: string, up: string, down: string, rows: string, left: string])[] = [
  [
    'NOT NULL stays off',
    'ALTER TABLE invoice ALTER COLUMN total DROP NOT NULL;',
    'ALTER TABLE invoice ALTER COLUMN total SET NOT NULL;',
    `INSERT INTO invoice (due) VALUES ('2026-01-01')`,
    'column invoice.total',
  ],
  [
    'a column comes back without its NOT NULL',
    'ALTER TABLE invoice DROP COLUMN due;',
    `ALTER TABLE invoice ADD COLUMN due date /* , */ NOT NULL;`,
    'INSERT INTO invoice (total) VALUES (1)',
    'column invoice.due',
  ],
  [
    'a check is not valid, and the rest of its statement is done',
    'ALTER TABLE invoice DROP CONSTRAINT positive, ALTER COLUMN total SET DEFAULT 1;',
    'ALTER TABLE ONLY "invoice" ADD CONSTRAINT positive CHECK (total >= 0), ALTER COLUMN total DROP DEFAULT;',
    `INSERT INTO invoice (total, due) VALUES (-1, '2026-01-01')`,
    'constraint invoice.positive',
  ],
  [
    'a key is not valid',
    'ALTER TABLE invoice DROP CONSTRAINT of_customer;',
    'ALTER TABLE invoice ADD CONSTRAINT of_customer FOREIGN KEY (customer_id) REFERENCES customer;',
    `INSERT INTO invoice (total, due, customer_id) VALUES (1, '2026-01-01', 77)`,
    'constraint invoice.of_customer',
  ],
  [
    'UNIQUE stays off',
    'ALTER TABLE customer DROP CONSTRAINT mail_once;',
    'ALTER TABLE customer ADD CONSTRAINT mail_once UNIQUE ("Mail");',
    `INSERT INTO customer (name, "Mail") VALUES ('x', 'm'), ('y', 'm')`,
    'constraint customer.mail_once',
  ],
  [
    'a unique index stays off',
    'DROP INDEX by_total;',
    'CREATE UNIQUE INDEX by_total ON invoice (total);',
    `INSERT INTO invoice (total, due) VALUES (1, '2026-01-01'), (1, '2026-01-01')`,
    'index by_total',
  ],
]

describe('an undo that rows written meanwhile forbid', () => {
  it.each(CASES.map((each, index) => [each[0], index] as const))('is done all the same: %s', async (_, index) => {
    const [, up, down, rows, left] = CASES[index] as (typeof CASES)[number]
    const tenant = `t_${index}`
    const plan = await fleet.plan({ up, down, allow: ['LOSES_DATA'] })
    expect(plan.hazards.map(({ name }) => name)).toContain('UNDO_NEEDS_ROWS')
    await fleet.forward(plan, tenant)
    await fleet.client.query(`SET search_path = ${tenant}; ${rows}; RESET search_path`)
    expect(await fleet.back(plan, tenant)).toMatchObject({ touched: true })
    expect(await fleet.drift(tenant)).toEqual([left])
    expect(await fleet.ask(`SELECT what <> '' FROM schema_saga_target.drift WHERE namespace = '${tenant}'`)).toEqual([
      'true',
    ])
  })

  it('is undone wholly where rows do not', async () => {
    for (const [, up, down] of CASES.slice(1, 3)) {
      const plan = await fleet.plan({ up, down, allow: ['LOSES_DATA'] })
      await fleet.forward(plan, 'shop_base')
      await fleet.back(plan, 'shop_base')
    }
    expect(await fleet.drift('shop_base')).toEqual([])
  })
})

describe('a statement of a way back', () => {
  it('is parted at its commas, not at those within', async () => {
    const parts = await lenientParts(
      `ALTER TABLE IF EXISTS ONLY "a.b" -- ö\n ADD COLUMN "n,""o" numeric(4, 2) DEFAULT round(1, 2) NOT NULL, ADD CHECK (a IN (1, 2)), DROP COLUMN b`,
    )
    expect(parts?.map(({ sql, instead }) => [sql, instead].map((each) => each?.replace(/^.*?\n /s, '')))).toEqual([
      [
        'ADD COLUMN "n,""o" numeric(4, 2) DEFAULT round(1, 2) NOT NULL',
        'ADD COLUMN "n,""o" numeric(4, 2) DEFAULT round(1, 2) ',
      ],
      ['ADD CHECK (a IN (1, 2))', 'ADD CHECK (a IN (1, 2)) NOT VALID'],
      ['DROP COLUMN b', undefined],
    ])
  })

  it.each(['ALTER TABLE a DROP COLUMN b', 'DROP TABLE a', 'ALTER TABLE a ADD CHECK (b > 0) NOT VALID'])(
    'that no rows forbid has no parts: %s',
    async (sql) => {
      expect(await lenientParts(sql)).toBeNull()
    },
  )
})
