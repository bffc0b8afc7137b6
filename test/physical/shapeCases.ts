/** Changes of tables, columns, constraints and indexes with their SQL, word for word. */
import type { Change } from '../../src/physical/changes/index.ts'
import type { Check, Column, Index, Key, Table } from '../../src/physical/schema.ts'

const note: Column = { name: 'note', type: 'text', notNull: true, default: "'it''s'::text" }
const key: Key = { name: 'food_note_key', columns: ['note'] }
const check: Check = { name: 'food_note_check', column: 'note', oneOf: ["chef's", 'b'] }
const index: Index = { name: 'idx_food_note', columns: ['note'], unique: false, valid: true }
export const FOOD_TABLE: Table = {
  name: 'food',
  columns: { id: { name: 'id', type: 'character varying(36)', notNull: true, default: null }, note },
  primaryKey: { name: 'food_pkey', columns: ['id'] },
  uniques: { food_note_key: key },
  checks: { food_note_check: check },
  foreignKeys: {},
  indexes: { idx_food_note: index },
}
const prefix = '_aside_op-1_1'
const on = { uniques: [key], checks: [check], foreignKeys: [], indexes: [index] }

const CREATE = [
  `CREATE TABLE :"ns"."food" (
  "id" character varying(36) NOT NULL,
  "note" text NOT NULL DEFAULT 'it''s'::text,
  CONSTRAINT "food_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "food_note_key" UNIQUE ("note"),
  CONSTRAINT "food_note_check" CHECK ("note" = ANY (ARRAY['chef''s'::text, 'b'::text]))
)`,
  'CREATE INDEX "idx_food_note" ON :"ns"."food" ("note")',
]

/** One change and its statements; `undo`: those of the same change as an undo, where they differ. */
export interface ChangeCase<Kind extends Change['kind']> {
  readonly change: Extract<Change, { kind: Kind }>
  readonly sql: readonly string[]
  readonly undo?: readonly string[]
}

/** One batch of the places that get their default. */
export function emptyFilled(column: string): string {
  return `WITH batch AS MATERIALIZED (
  SELECT t."id" FROM :"ns"."food" t WHERE (:'after' = '' OR t."id" > :'after') AND t."${column}" IS NULL ORDER BY t."id" LIMIT :batch FOR NO KEY UPDATE
), work_1 AS (
  UPDATE :"ns"."food" t SET "${column}" = DEFAULT FROM batch WHERE t."id" = batch.id AND t."id" BETWEEN (SELECT min(id) FROM batch) AND (SELECT max(id) FROM batch)
)
SELECT max(id) AS last, count(*)::integer AS rows FROM batch`
}

export const SHAPE_CASES = {
  createTable: { change: { kind: 'createTable', table: FOOD_TABLE, prefix }, sql: CREATE },
  dropTable: {
    change: { kind: 'dropTable', table: FOOD_TABLE, prefix },
    sql: [`SELECT schema_saga_target.drop_unused_table_v1(:'ns', 'food', '_aside_op-1_1_food')`],
  },
  setAsideTable: {
    change: { kind: 'setAsideTable', table: FOOD_TABLE, prefix },
    sql: [
      'ALTER TABLE :"ns"."food" RENAME TO "_aside_op-1_1_food"',
      'ALTER TABLE :"ns"."_aside_op-1_1_food" RENAME CONSTRAINT "food_pkey" TO "_aside_op-1_1_food_pkey"',
      'ALTER TABLE :"ns"."_aside_op-1_1_food" RENAME CONSTRAINT "food_note_key" TO "_aside_op-1_1_food_note_key"',
      'ALTER TABLE :"ns"."_aside_op-1_1_food" RENAME CONSTRAINT "food_note_check" TO "_aside_op-1_1_food_note_check"',
      'ALTER INDEX :"ns"."idx_food_note" RENAME TO "_aside_op-1_1_idx_food_note"',
    ],
  },
  readyColumn: {
    change: { kind: 'readyColumn', table: 'food', column: note, prefix },
    sql: [
      `SELECT schema_saga_target.ready_column_v1(:'ns', 'food', '_aside_op-1_1_note', '''it''''s''::text')`,
      emptyFilled('_aside_op-1_1_note'),
    ],
  },
  restoreTable: {
    change: { kind: 'restoreTable', table: FOOD_TABLE, prefix },
    sql: [
      'ALTER TABLE :"ns"."_aside_op-1_1_food" RENAME TO "food"',
      'ALTER TABLE :"ns"."food" RENAME CONSTRAINT "_aside_op-1_1_food_pkey" TO "food_pkey"',
      'ALTER TABLE :"ns"."food" RENAME CONSTRAINT "_aside_op-1_1_food_note_key" TO "food_note_key"',
      'ALTER TABLE :"ns"."food" RENAME CONSTRAINT "_aside_op-1_1_food_note_check" TO "food_note_check"',
      'ALTER INDEX :"ns"."_aside_op-1_1_idx_food_note" RENAME TO "idx_food_note"',
    ],
  },
  addColumn: {
    change: { kind: 'addColumn', table: 'food', column: note, prefix },
    sql: [`ALTER TABLE :"ns"."food" ADD COLUMN "note" text NOT NULL DEFAULT 'it''s'::text`],
  },
  dropColumn: {
    change: { kind: 'dropColumn', table: 'food', column: note, prefix },
    sql: [`SELECT schema_saga_target.drop_unused_column_v1(:'ns', 'food', 'note', '_aside_op-1_1_note')`],
  },
  setAsideColumn: {
    change: { kind: 'setAsideColumn', table: 'food', column: note, prefix, ...on },
    sql: [
      `SELECT schema_saga_target.require_unbound_v1(:'ns', 'food', 'note')`,
      'ALTER TABLE :"ns"."food" ALTER COLUMN "note" DROP NOT NULL',
      'ALTER TABLE :"ns"."food" ALTER COLUMN "note" DROP DEFAULT',
      'ALTER TABLE :"ns"."food" RENAME COLUMN "note" TO "_aside_op-1_1_note"',
      'ALTER TABLE :"ns"."food" RENAME CONSTRAINT "food_note_key" TO "_aside_op-1_1_food_note_key"',
      'ALTER TABLE :"ns"."food" RENAME CONSTRAINT "food_note_check" TO "_aside_op-1_1_food_note_check"',
      'ALTER INDEX :"ns"."idx_food_note" RENAME TO "_aside_op-1_1_idx_food_note"',
    ],
  },
  restoreColumn: {
    change: { kind: 'restoreColumn', table: 'food', column: note, prefix, ...on },
    sql: [
      'ALTER TABLE :"ns"."food" RENAME COLUMN "_aside_op-1_1_note" TO "note"',
      `ALTER TABLE :"ns"."food" ALTER COLUMN "note" SET DEFAULT 'it''s'::text`,
      'ALTER TABLE :"ns"."food" RENAME CONSTRAINT "_aside_op-1_1_food_note_key" TO "food_note_key"',
      'ALTER TABLE :"ns"."food" RENAME CONSTRAINT "_aside_op-1_1_food_note_check" TO "food_note_check"',
      'ALTER INDEX :"ns"."_aside_op-1_1_idx_food_note" RENAME TO "idx_food_note"',
    ],
  },
  renameColumn: {
    change: { kind: 'renameColumn', table: 'food', from: 'note', to: 'remark' },
    sql: ['ALTER TABLE :"ns"."food" RENAME COLUMN "note" TO "remark"'],
  },
  renameConstraint: {
    change: { kind: 'renameConstraint', table: 'food', from: 'food_note_key', to: 'food_remark_key' },
    sql: ['ALTER TABLE :"ns"."food" RENAME CONSTRAINT "food_note_key" TO "food_remark_key"'],
  },
  renameIndex: {
    change: { kind: 'renameIndex', table: 'food', from: 'idx_food_note', to: 'idx_food_remark' },
    sql: ['ALTER INDEX :"ns"."idx_food_note" RENAME TO "idx_food_remark"'],
  },
  addUnique: {
    change: { kind: 'addUnique', table: 'food', key },
    sql: [
      'CREATE UNIQUE INDEX CONCURRENTLY "food_note_key" ON :"ns"."food" ("note")',
      'ALTER TABLE :"ns"."food" ADD CONSTRAINT "food_note_key" UNIQUE USING INDEX "food_note_key"',
    ],
    undo: [
      'CREATE UNIQUE INDEX CONCURRENTLY "food_note_key" ON :"ns"."food" ("note")',
      `SELECT schema_saga_target.adopt_unique_v1(:'ns', 'food', 'food_note_key')`,
    ],
  },
  dropUnique: {
    change: { kind: 'dropUnique', table: 'food', key },
    sql: ['ALTER TABLE :"ns"."food" DROP CONSTRAINT "food_note_key"'],
    undo: [
      'ALTER TABLE :"ns"."food" DROP CONSTRAINT IF EXISTS "food_note_key"',
      'DROP INDEX CONCURRENTLY IF EXISTS :"ns"."food_note_key"',
    ],
  },
  addCheck: {
    change: { kind: 'addCheck', table: 'food', check },
    sql: [
      `ALTER TABLE :"ns"."food" ADD CONSTRAINT "food_note_check" CHECK ("note" = ANY (ARRAY['chef''s'::text, 'b'::text])) NOT VALID`,
      'ALTER TABLE :"ns"."food" VALIDATE CONSTRAINT "food_note_check"',
    ],
    undo: [
      `ALTER TABLE :"ns"."food" ADD CONSTRAINT "food_note_check" CHECK ("note" = ANY (ARRAY['chef''s'::text, 'b'::text])) NOT VALID`,
      `SELECT schema_saga_target.validate_v1(:'ns', 'food', 'food_note_check', 'food: food_note_check', 'CHECK holds for new rows only', 'NOT (("note" = ANY (ARRAY[''chef''''s''::text, ''b''::text])))')`,
    ],
  },
  dropCheck: {
    change: { kind: 'dropCheck', table: 'food', check },
    sql: ['ALTER TABLE :"ns"."food" DROP CONSTRAINT "food_note_check"'],
  },
  createIndex: {
    change: { kind: 'createIndex', table: 'food', index },
    sql: ['CREATE INDEX CONCURRENTLY "idx_food_note" ON :"ns"."food" ("note")'],
  },
  dropIndex: {
    change: { kind: 'dropIndex', table: 'food', index },
    sql: ['DROP INDEX CONCURRENTLY IF EXISTS :"ns"."idx_food_note"'],
  },
} satisfies { [Kind in Change['kind']]?: ChangeCase<Kind> }
