import { expect, test } from 'vitest'
import type { SetAsideColumn } from '../../../src/physical/changes/columns/setAsideColumn.ts'
import { type Change, kindOf } from '../../../src/physical/changes/index.ts'

const column = { name: 'note', type: 'text', notNull: true, default: "'5%'::text" }
const key = { name: 'food_note_key', columns: ['note'] }
const nothing = { uniques: [], checks: [], foreignKeys: [], indexes: [] }
const prefix = '_aside_op-1_1'
const hidden: SetAsideColumn = { kind: 'setAsideColumn', table: 'food', column, prefix, ...nothing, uniques: [key] }

const sqlOf = (change: Change): string[] =>
  kindOf<Change>(change)
    .toSql(change)
    .map(({ sql }) => sql)

test('what another operation set aside is restored where it is, and created empty where it never was', () => {
  expect(sqlOf({ ...hidden, kind: 'restoreColumn', orCreate: true })).toEqual([
    `SELECT schema_saga_target.revive_v1(:'ns', 'column', '_aside_op-1_1_note', true, ARRAY[` +
      `'ALTER TABLE %1$I."food" RENAME COLUMN "_aside_op-1_1_note" TO "note"', ` +
      `'ALTER TABLE %1$I."food" ALTER COLUMN "note" SET DEFAULT ''5%%''::text', ` +
      `'ALTER TABLE %1$I."food" RENAME CONSTRAINT "_aside_op-1_1_food_note_key" TO "food_note_key"']::text[], ARRAY[` +
      `'ALTER TABLE %1$I."food" ADD COLUMN "note" text', ` +
      `'ALTER TABLE %1$I."food" ALTER COLUMN "note" SET DEFAULT ''5%%''::text']::text[])`,
    // Only where it was created: what came back has brought its key along.
    'CREATE UNIQUE INDEX CONCURRENTLY "food_note_key" ON :"ns"."food" ("note")',
    `SELECT schema_saga_target.adopt_unique_v1(:'ns', 'food', 'food_note_key')`,
  ])
})

test('its undo sets it aside again, and drops what was created if nobody has used it', () => {
  const [sql] = sqlOf({ ...hidden, orDrop: true })
  expect(sql).toContain(`revive_v1(:'ns', 'column', '_aside_op-1_1_note', false, ARRAY[`)
  expect(sql).toContain(
    `ARRAY['SELECT schema_saga_target.drop_unused_column_v1(%1$L, ''food'', ''note'', ''_aside_op-1_1_note'')']::text[])`,
  )
})

test('a column that changes places is taken from where it was set aside, without the rules that were on it', () => {
  const bare = { name: '_aside_op-1_1_note', type: 'text', notNull: false, default: null }
  const add = { table: 'food', column: bare, prefix, filledBy: { sync: 'op-2_1' }, reuses: hidden } as const
  expect(sqlOf({ kind: 'addColumn', ...add })).toEqual([
    `SELECT schema_saga_target.revive_v1(:'ns', 'column', '_aside_op-1_1_note', true, ARRAY[` +
      `'ALTER TABLE %1$I."food" DROP CONSTRAINT IF EXISTS "_aside_op-1_1_food_note_key"']::text[], ARRAY[` +
      `'ALTER TABLE %1$I."food" ADD COLUMN "_aside_op-1_1_note" text']::text[])`,
  ])
  expect(sqlOf({ kind: 'dropColumn', ...add })[0]).toContain(`'_aside_op-1_1_note', false, ARRAY[`)
})
