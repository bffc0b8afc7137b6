import type { ChangeKind } from '../../change.ts'
import { withTable } from '../../edits/edit.ts'
import { type Assignment, type Expression, overRow } from '../../expressions/expression.ts'
import { NO_NAMES } from '../../naming.ts'
import { altering } from '../../needs.ts'
import { remembering } from '../../remembered.ts'
import { ident, inNamespace, literal } from '../../sql.ts'
import { syncBody, syncFunction, syncTrigger } from '../sql/syncSql.ts'
import { atOnce } from '../undone.ts'

/**
 * A trigger that keeps columns in step with others of the same row, so that no write is lost while rows are copied and
 * until nobody can go back. It never raises into an application's write: a value that does not fit is noted.
 */
export interface SyncColumns {
  readonly kind: 'syncColumns'
  readonly table: string
  /** Unique in a target: `<operation>_<n>`. */
  readonly name: string
  readonly number: number
  /** Which way values flow: to the columns that come, or after the switch to those that went. */
  readonly direction: 'forward' | 'backward'
  readonly assignments: readonly Assignment[]
  /** Writes only where the row's key moves, and only what is still empty: for columns that are copied once. */
  readonly moves?: true
  /** The sync of the same name whose place it takes, or null when the trigger is new. */
  readonly replaces: SyncColumns | null
  /** Noted rows of which one of these is true refuse the change. */
  readonly refuses: readonly Expression[]
}

export const syncColumns: ChangeKind<SyncColumns> = {
  kind: 'syncColumns',
  lock: 'SHARE ROW EXCLUSIVE',
  scans: false,
  apply: (schema, { table }) => withTable(schema, table),
  invert: (_, change) =>
    change.replaces === null
      ? { ...change, kind: 'unsyncColumns' }
      : { ...change.replaces, table: change.table, replaces: change, refuses: [] },
  toSql: (change) => {
    const { table, replaces, refuses } = change
    return [
      ...(refuses.length === 0 ? [] : [requireFitSql(change, refuses)]),
      `CREATE OR REPLACE FUNCTION ${inNamespace(syncFunction(change))}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS ${literal(syncBody(change))}`,
      ...(replaces === null
        ? [
            `CREATE TRIGGER ${ident(syncTrigger(change))} BEFORE INSERT OR UPDATE ON ${inNamespace(table)} FOR EACH ROW EXECUTE FUNCTION ${inNamespace(syncFunction(change))}()`,
            // Sessions that replicate or load rows fire no ordinary trigger, and their writes would be lost.
            `ALTER TABLE ${inNamespace(table)} ENABLE ALWAYS TRIGGER ${ident(syncTrigger(change))}`,
          ]
        : []),
    ].map((sql) => ({ kind: 'transaction', sql }))
  },
  names: () => NO_NAMES,
  about: () => null,
  remembered: (sync) => remembering({ sync }),
  needs: () => altering({ everyRow: true, creates: true }),
  holds: () => [],
  undone: atOnce,
  hazards: ({ table, replaces, direction }) =>
    replaces === null
      ? [{ name: 'TRIGGER', detail: `writes to ${table} go through a trigger until the operation is over` }]
      : direction === 'forward'
        ? []
        : [
            {
              name: 'BREAKS_OLD_READERS',
              detail: `applications that expect the old form of ${table} must know the new one`,
            },
          ],
  touches: ({ table }) => [table],
}

/** The switch is refused while a value that did not fit is still there. */
function requireFitSql({ table, name }: SyncColumns, refuses: readonly Expression[]): string {
  const condition = refuses.map((each) => `(${overRow(each, 't')})`).join(' OR ')
  return `SELECT schema_saga_target.require_fit_v1(:'ns', ${literal(table)}, ${literal(name)}, ${literal(condition)})`
}
