/**
 * DDL fires the event triggers of the application, which may rely on the search path of the role, as its other triggers do.
 * Where there are none, nothing but `pg_catalog` is in the path. Every statement of ours names its objects in full.
 */
import type { ClientBase } from 'pg'

/** Whether an event trigger would fire; for a search path of `pg_catalog`. */
export const WATCHED = `EXISTS (SELECT FROM pg_event_trigger e WHERE e.evtenabled IN ('O', 'A'))`

/** Statements without parameters as one message, which see the path of the role until the end of the message. */
export function underOwnPath(statements: readonly string[]): string {
  return [
    `SELECT set_config('search_path', s.reset_val, true) FROM pg_settings s WHERE s.name = 'search_path' AND ${WATCHED}`,
    ...statements,
    `SELECT set_config('search_path', 'pg_catalog', true)`,
  ].join(';\n')
}

/** The same for a statement that must be a message of its own, on a target that is known to be `watched`. */
export async function runUnderOwnPath(client: ClientBase, watched: boolean, sql: string): Promise<void> {
  if (!watched) {
    await client.query(sql)
    return
  }
  await client.query('RESET search_path')
  try {
    await client.query(sql)
  } finally {
    await client.query(`SELECT set_config('search_path', 'pg_catalog', false)`)
  }
}
