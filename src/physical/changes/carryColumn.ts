import type { ChangeKind } from '../change.ts'
import { withTable } from '../edit.ts'
import { literal } from '../sql.ts'

/** What hangs on a column that went goes over to the one in its place: grants, comment, policies, triggers, statistics. */
export interface CarryColumn {
  readonly kind: 'carryColumn'
  readonly table: string
  /** As both are called when they have changed places. */
  readonly from: string
  readonly to: string
  /** The type of the latter. */
  readonly type: string
  /** The type of the former. */
  readonly wasType: string
}

export const carryColumn: ChangeKind<CarryColumn> = {
  kind: 'carryColumn',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table }) => withTable(schema, table),
  invert: (_, { from, to, type, wasType, ...change }) => ({
    ...change,
    from: to,
    to: from,
    type: wasType,
    wasType: type,
  }),
  toSql: ({ table, from, to }) => [
    {
      kind: 'transaction',
      sql: `SELECT schema_saga_target.carry_column_v1(:'ns', ${literal(table)}, ${literal(from)}, ${literal(to)})`,
    },
  ],
  hazards: () => [],
  touches: ({ table }) => [table],
}
