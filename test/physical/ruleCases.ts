/** Rules of columns and foreign keys with their SQL, word for word. */
import type { Change } from '../../src/physical/changes/index.ts'
import type { ForeignKey } from '../../src/physical/schema.ts'
import { type ChangeCase, emptyFilled } from './shapeCases.ts'

const key: ForeignKey = {
  name: 'food_shelf_id_fkey',
  columns: ['shelf_id'],
  table: 'shelf',
  references: ['id'],
  onDelete: 'set_null',
}
const column = { table: 'food', column: 'note' } as const

export const RULE_CASES = {
  addForeignKey: {
    change: { kind: 'addForeignKey', table: 'food', key },
    sql: [
      'ALTER TABLE :"ns"."food" ADD CONSTRAINT "food_shelf_id_fkey" FOREIGN KEY ("shelf_id") REFERENCES :"ns"."shelf" ("id") ON DELETE SET NULL NOT VALID',
      'ALTER TABLE :"ns"."food" VALIDATE CONSTRAINT "food_shelf_id_fkey"',
    ],
    undo: [
      'ALTER TABLE :"ns"."food" ADD CONSTRAINT "food_shelf_id_fkey" FOREIGN KEY ("shelf_id") REFERENCES :"ns"."shelf" ("id") ON DELETE SET NULL NOT VALID',
      `SELECT schema_saga_target.validate_v1(:'ns', 'food', 'food_shelf_id_fkey', 'food: food_shelf_id_fkey', 'FOREIGN KEY holds for new rows only', format('t."shelf_id" IS NOT NULL AND NOT EXISTS (SELECT FROM %1$I."shelf" r WHERE r."id" = t."shelf_id")', :'ns'))`,
    ],
  },
  dropForeignKey: {
    change: { kind: 'dropForeignKey', table: 'food', key },
    sql: ['ALTER TABLE :"ns"."food" DROP CONSTRAINT "food_shelf_id_fkey"'],
    undo: ['ALTER TABLE :"ns"."food" DROP CONSTRAINT IF EXISTS "food_shelf_id_fkey"'],
  },
  setNotNull: {
    change: { kind: 'setNotNull', ...column },
    sql: [
      'ALTER TABLE :"ns"."food" ADD CONSTRAINT "_aside_proof_food_note" CHECK ("note" IS NOT NULL) NOT VALID',
      'ALTER TABLE :"ns"."food" VALIDATE CONSTRAINT "_aside_proof_food_note"',
      'ALTER TABLE :"ns"."food" ALTER COLUMN "note" SET NOT NULL',
      'ALTER TABLE :"ns"."food" DROP CONSTRAINT "_aside_proof_food_note"',
    ],
    undo: [
      'ALTER TABLE :"ns"."food" ADD CONSTRAINT "_aside_proof_food_note" CHECK ("note" IS NOT NULL) NOT VALID',
      emptyFilled('note'),
      `SELECT schema_saga_target.validate_v1(:'ns', 'food', '_aside_proof_food_note', 'food.note', 'NOT NULL stays off', 't."note" IS NULL')`,
      `SELECT schema_saga_target.prove_not_null_v1(:'ns', 'food', 'note', '_aside_proof_food_note')`,
    ],
  },
  dropNotNull: {
    change: { kind: 'dropNotNull', ...column },
    sql: ['ALTER TABLE :"ns"."food" ALTER COLUMN "note" DROP NOT NULL'],
    undo: [
      'ALTER TABLE :"ns"."food" DROP CONSTRAINT IF EXISTS "_aside_proof_food_note"',
      'ALTER TABLE :"ns"."food" ALTER COLUMN "note" DROP NOT NULL',
    ],
  },
  setDefault: {
    change: { kind: 'setDefault', ...column, expression: "'it''s'::text" },
    sql: [`ALTER TABLE :"ns"."food" ALTER COLUMN "note" SET DEFAULT 'it''s'::text`],
  },
  dropDefault: {
    change: { kind: 'dropDefault', ...column },
    sql: ['ALTER TABLE :"ns"."food" ALTER COLUMN "note" DROP DEFAULT'],
  },
  renameTable: {
    change: { kind: 'renameTable', from: 'food', to: 'dish' },
    sql: ['ALTER TABLE :"ns"."food" RENAME TO "dish"'],
  },
} satisfies { [Kind in Change['kind']]?: ChangeCase<Kind> }
