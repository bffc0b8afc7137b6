/**
 * Sessions that are closed instead of being kept: one that ran people's code may have temporary objects, and functions that
 * were compiled for the tables of one namespace, which no command of Postgres makes it forget.
 */
import type { ClientBase } from 'pg'

const spent = new WeakSet<ClientBase>()

/** After its present use the session serves nobody any more. */
export function spend(client: ClientBase): void {
  spent.add(client)
}

/** Whether it is to be closed. */
export function isSpent(client: ClientBase): boolean {
  return spent.has(client)
}
