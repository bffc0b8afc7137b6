import type { ChangeKind } from '../../change.ts'
import { withTable } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { remembering } from '../../remembered.ts'
import { literal, textArray } from '../../sql.ts'
import { atOnce } from '../undone.ts'

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
  /**
   * Keys that mean something else in the documents of the new column, or are gone; `all` when the documents are others
   * altogether. What reads them by their text stops the plan, as it would go on reading what is not there.
   */
  readonly reads?: 'all' | readonly string[]
}

/** The keys as a function of the bookkeeping takes them: null for all. */
export function keysSql(reads: NonNullable<CarryColumn['reads']>): string {
  return reads === 'all' ? 'NULL' : textArray(reads)
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
  toSql: ({ table, from, to, reads }) => [
    ...(reads === undefined
      ? []
      : [
          {
            kind: 'transaction' as const,
            sql: `SELECT schema_saga_target.require_unread_v1(:'ns', ${literal(table)}, ${literal(from)}, ${keysSql(reads)})`,
          },
        ]),
    {
      kind: 'transaction',
      sql: `SELECT schema_saga_target.carry_column_v1(:'ns', ${literal(table)}, ${literal(from)}, ${literal(to)})`,
    },
  ],
  names: () => NO_NAMES,
  about: () => null,
  remembered: (carried) => remembering({ carried }),
  needs: () => altering(),
  holds: () => [],
  undone: atOnce,
  hazards: () => [],
  touches: ({ table }) => [table],
}
