import { expect, it } from 'vitest'
import { writesRows } from '../../src/sql/rows.ts'

it.each([
  'ALTER TABLE a ADD COLUMN b text; CREATE INDEX ON a (b)',
  'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; DROP VIEW v',
  "CREATE TYPE mood AS ENUM ('a'); ALTER TYPE mood ADD VALUE 'b'; COMMENT ON TYPE mood IS 'UPDATE a SET b = 1'",
  'ALTER TABLE a ALTER b TYPE bigint; -- UPDATE a SET b = 1',
  '',
])('definitions alone write no rows: %s', async (text) => {
  expect(await writesRows(text)).toBe(false)
})

it.each([
  'UPDATE a SET b = 1',
  'ALTER TABLE a ADD COLUMN b text; INSERT INTO a VALUES (1)',
  'DO $$ BEGIN END $$',
  'SELECT f()',
  'ALTER TABLE a ALTER b TYPE bigint USING b * 100',
  'TRUNCATE a',
  'this is no SQL',
])('anything else may: %s', async (text) => {
  expect(await writesRows(text)).toBe(true)
})
