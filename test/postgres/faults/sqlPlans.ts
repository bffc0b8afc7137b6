/** Plans of people's own SQL, with every kind of stage that it has. */
import { EMPTY_SCHEMA } from '../../../src/logical/schema.ts'
import { schemaHashOf } from '../../../src/physical/plan/planMutation.ts'
import { planSql } from '../../../src/physical/plan/planSql.ts'
import { pairedDown } from '../../../src/sql/change/pairedDown.ts'
import { NOTHING } from '../../../src/sql/onlyLines.ts'
import { readScript } from '../../../src/sql/script/readScript.ts'
import { type PlanCase, REVISION } from './planCases.ts'

const TABLE = `create table :ns.food (id int primary key, n int not null default 0);
  insert into :ns.food select generate_series(1, 5)`

/** Without what a proof on a base would have compared: what a target looks like is seen from outside. */
async function written(
  name: string,
  { up, down, rows = TABLE }: { readonly up: string; readonly down: string; readonly rows?: string },
): Promise<PlanCase> {
  const forward = await readScript(name, up, { namespace: null })
  const back = pairedDown(name, forward, await readScript(`${name} (down)`, down, { namespace: null }))
  const plan = planSql({
    schema: EMPTY_SCHEMA,
    revision: REVISION,
    schemaHash: schemaHashOf(REVISION, EMPTY_SCHEMA),
    up: forward,
    down: back,
    hazards: [],
    change: {
      name,
      up,
      down,
      wayBack: 'given',
      chain: name,
      objects: NOTHING,
      before: [],
      after: [],
      counting: { tenantRole: null, partitions: 'any', ignore: [] },
      printing: { major: 0, extensions: {} },
      touched: ['table food', 'table note', 'table part'],
      rowsNotProven: [],
    },
  })
  return { name, schema: EMPTY_SCHEMA, plan, rows, written: null, earlier: null }
}

export const SQL_PLANS: readonly PlanCase[] = await Promise.all([
  written('three statements of SQL', {
    up: `ALTER TABLE food ADD COLUMN label text; UPDATE food SET label = 'no ' || id; CREATE TABLE note (id int);`,
    down: 'DROP TABLE note; ALTER TABLE food DROP COLUMN label;',
  }),
  written('SQL before and behind an index', {
    up: `ALTER TABLE food ADD COLUMN label text;
      CREATE INDEX CONCURRENTLY food_label ON food (label);
      ALTER TABLE food ADD COLUMN stock int;`,
    down: `ALTER TABLE food DROP COLUMN stock;
-- schema-saga: new transaction
ALTER TABLE food DROP COLUMN label;`,
  }),
  written('SQL in three batches', {
    up: '-- schema-saga: batch 2\nUPDATE food SET n = n + 1;',
    down: '-- schema-saga: batch 2\nUPDATE food SET n = n - 1;',
  }),
  written('SQL that detaches a partition and builds an index anew', {
    up: 'ALTER TABLE food DETACH PARTITION part CONCURRENTLY; REINDEX INDEX CONCURRENTLY part_pkey;',
    down: `-- schema-saga: new transaction
-- schema-saga: new transaction
ALTER TABLE food ATTACH PARTITION part FOR VALUES FROM (0) TO (10); ALTER TABLE part DROP CONSTRAINT part_id_check;`,
    rows: `create table :ns.food (id int primary key) partition by range (id);
      create table :ns.part partition of :ns.food for values from (0) to (10);
      insert into :ns.food select generate_series(1, 5)`,
  }),
])
