/** What our sessions do not take from the settings of their role or database, which are made for other programs. */

/**
 * How things are printed and read, so that what is compared as text is the same wherever it comes from; and what would
 * let a session, or a transaction, end or fail for reasons of its own. Whether writes are taken is not among them.
 */
const PLAIN = {
  // Only how a date is printed; in which order one is read stays as triggers of the application expect it.
  datestyle: 'ISO',
  intervalstyle: 'postgres',
  bytea_output: 'hex',
  quote_all_identifiers: 'off',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  transform_null_equals: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  idle_session_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  transaction_timeout: '0',
} as const

/** Columns of a SELECT that set them for the session, and others beside them. */
export function plainSettings(more: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...PLAIN, ...more })
    .map(([name, value]) => {
      const set = `pg_catalog.set_config('${name}', '${value}', false)`
      // Not every version of Postgres knows all of them.
      return `CASE WHEN pg_catalog.current_setting('${name}', true) IS NOT NULL THEN ${set} END`
    })
    .join(', ')
}
