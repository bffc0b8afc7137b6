/** Changes that write rows, and the triggers that keep columns in step meanwhile, word for word. */
import type { Change } from '../../src/physical/changes/index.ts'
import type { SyncColumns } from '../../src/physical/changes/rows/syncColumns.ts'
import type { ChangeCase } from './shapeCases.ts'

const hidden = '_aside_op-1_1_note'
const sync: SyncColumns = {
  kind: 'syncColumns',
  table: 'food',
  name: 'op-1_1',
  number: 1,
  direction: 'forward',
  assignments: [
    {
      column: hidden,
      value: { sql: "coalesce(to_int($1), '$1'::integer)", columns: ['note'] },
      misfit: { sql: '$1 IS NOT NULL AND $2 IS NULL', columns: ['note', hidden] },
    },
  ],
  replaces: null,
  refuses: [],
}
const fill = { table: 'food', column: 'note', expression: "''::text", name: 'op-1_1' } as const

export const ROW_CASES = {
  fillNulls: {
    change: { kind: 'fillNulls', ...fill, closes: true },
    sql: [
      'ALTER TABLE :"ns"."food" ADD CONSTRAINT "_aside_proof_food_note" CHECK ("note" IS NOT NULL) NOT VALID',
      `WITH batch AS MATERIALIZED (
  SELECT t."id" FROM :"ns"."food" t WHERE (:'after' = '' OR t."id" > :'after') AND t."note" IS NULL ORDER BY t."id" LIMIT :batch FOR NO KEY UPDATE
), work_1 AS (
  INSERT INTO schema_saga_target.filled_row (namespace, fill, row_id)
  SELECT :'ns', 'op-1_1', id FROM batch ON CONFLICT DO NOTHING
), work_2 AS (
  UPDATE :"ns"."food" t SET "note" = ''::text FROM batch WHERE t."id" = batch.id AND t."id" BETWEEN (SELECT min(id) FROM batch) AND (SELECT max(id) FROM batch)
)
SELECT max(id) AS last, count(*)::integer AS rows FROM batch`,
    ],
  },
  emptyFilled: {
    change: { kind: 'emptyFilled', ...fill, closes: true },
    sql: [
      'ALTER TABLE :"ns"."food" DROP CONSTRAINT IF EXISTS "_aside_proof_food_note"',
      `WITH batch AS MATERIALIZED (
  SELECT f.row_id AS id FROM schema_saga_target.filled_row f WHERE (:'after' = '' OR f.row_id > :'after') AND f.namespace = :'ns' AND f.fill = 'op-1_1' ORDER BY f.row_id LIMIT :batch
), work_1 AS (
  UPDATE :"ns"."food" t SET "note" = NULL FROM batch
   WHERE t."id" = batch.id AND t."id" BETWEEN (SELECT min(id) FROM batch) AND (SELECT max(id) FROM batch) AND t."note" = ''::text
), work_2 AS (
  DELETE FROM schema_saga_target.filled_row f USING batch WHERE f.namespace = :'ns' AND f.fill = 'op-1_1' AND f.row_id = batch.id
)
SELECT max(id) AS last, count(*)::integer AS rows FROM batch`,
    ],
  },
  copyColumn: {
    change: { kind: 'copyColumn', table: 'food', assignments: sync.assignments, emptyOnly: false },
    sql: [
      `WITH batch AS MATERIALIZED (
  SELECT t."id", (t."${hidden}" IS DISTINCT FROM coalesce(to_int(t."note"), '$1'::integer) OR (t."note" IS NOT NULL AND t."${hidden}" IS NULL)) AS due FROM :"ns"."food" t WHERE (:'after' = '' OR t."id" > :'after') ORDER BY t."id" LIMIT :batch FOR NO KEY UPDATE
), work_1 AS (
  UPDATE :"ns"."food" t SET "${hidden}" = coalesce(to_int(t."note"), '$1'::integer)
    FROM batch WHERE t."id" = batch.id AND t."id" BETWEEN (SELECT min(id) FROM batch) AND (SELECT max(id) FROM batch) AND (t."${hidden}" IS DISTINCT FROM coalesce(to_int(t."note"), '$1'::integer) OR (t."note" IS NOT NULL AND t."${hidden}" IS NULL))
    RETURNING batch.id, (t."${hidden}" IS DISTINCT FROM coalesce(to_int(t."note"), '$1'::integer)) AS still
)
SELECT max(batch.id) AS last, count(*)::integer AS rows, count(*) FILTER (WHERE batch.due AND coalesce(work_1.still, true))::integer AS kept,
  (array_agg(batch.id ORDER BY batch.id) FILTER (WHERE batch.due AND coalesce(work_1.still, true)))[1:5] AS ids
  FROM batch LEFT JOIN work_1 ON work_1.id = batch.id`,
    ],
  },
  syncColumns: {
    change: {
      ...sync,
      replaces: sync,
      refuses: [{ sql: '$1 IS NOT NULL AND $2 IS NULL', columns: ['_aside_op-1_2_note', 'note'] }],
    },
    sql: [
      `SELECT schema_saga_target.require_fit_v1(:'ns', 'food', 'op-1_1', '(t."_aside_op-1_2_note" IS NOT NULL AND t."note" IS NULL)')`,
      `CREATE OR REPLACE FUNCTION :"ns"."schema_saga_sync_op-1_1"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS 'BEGIN
  IF TG_OP = ''INSERT'' OR ROW(NEW."id", NEW."note") IS DISTINCT FROM ROW(OLD."id", OLD."note") THEN
    NEW."${hidden}" := coalesce(to_int(NEW."note"), ''$1''::integer);
  END IF;
  IF (NEW."note" IS NOT NULL AND NEW."${hidden}" IS NULL) THEN
    PERFORM schema_saga_target.note_misfit_v1(TG_TABLE_SCHEMA::text, ''op-1_1'', ''forward'', NEW."id"::text);
  END IF;
  RETURN NEW;
END'`,
    ],
  },
  carryColumn: {
    change: {
      kind: 'carryColumn',
      table: 'food',
      from: hidden,
      to: 'note',
      type: 'integer',
      wasType: 'text',
    },
    sql: [`SELECT schema_saga_target.carry_column_v1(:'ns', 'food', '${hidden}', 'note')`],
  },
  unsyncColumns: {
    change: { ...sync, kind: 'unsyncColumns' },
    sql: [`SELECT schema_saga_target.drop_sync_v1(:'ns', 'schema_saga_sync_op-1_1')`],
  },
} satisfies { [Kind in Change['kind']]?: ChangeCase<Kind> }
