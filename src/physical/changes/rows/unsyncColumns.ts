import type { ChangeKind } from '../../change.ts'
import { withTable } from '../../edits/edit.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { NOT_REMEMBERED } from '../../remembered.ts'
import { literal } from '../../sql.ts'
import { syncFunction } from '../sql/syncSql.ts'
import { atOnce } from '../undone.ts'
import type { SyncColumns } from './syncColumns.ts'

/** The undo of a sync: its trigger and function go; harmless when they are gone. */
export type UnsyncColumns = Omit<SyncColumns, 'kind'> & { readonly kind: 'unsyncColumns' }

export const unsyncColumns: ChangeKind<UnsyncColumns> = {
  kind: 'unsyncColumns',
  lock: 'ACCESS EXCLUSIVE',
  scans: false,
  apply: (schema, { table }) => withTable(schema, table),
  invert: (_, change) => ({ ...change, kind: 'syncColumns' }),
  toSql: (change) => [
    { kind: 'transaction', sql: `SELECT schema_saga_target.drop_sync_v1(:'ns', ${literal(syncFunction(change))})` },
  ],
  names: () => NO_NAMES,
  about: () => null,
  remembered: () => NOT_REMEMBERED,
  needs: () => altering(),
  holds: () => [],
  undone: atOnce,
  hazards: () => [],
  touches: ({ table }) => [table],
}
