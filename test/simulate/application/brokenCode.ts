/** The application's own code that a change has broken: announced by the plan, and then mended by the application. */
import type pg from 'pg'
import { NAMING_FUNCTION } from '../world/triggers.ts'

/** What PL/pgSQL says when a column is gone whose name it has, or has another type than its plan. */
const BROKEN = /^(record "new" has no field|type of parameter \d+ .* does not match that when preparing the plan)/

/** Whether a statement failed because of the application's code, and not because of its own words. */
export function isBrokenCode(message: string): boolean {
  return BROKEN.test(message)
}

/** Whether one of these hazards names the code of that tenant. */
export function isCodeNamed(hazards: readonly string[], tenant: string): boolean {
  return hazards.some(
    (detail) =>
      detail.startsWith('the text of the function ') &&
      detail.includes(NAMING_FUNCTION) &&
      (new RegExp(`[ ,]${tenant}\\b`).test(detail) || / and \d+ more/.test(detail)),
  )
}

/** The application goes on without that code; whoever still has a plan of it has to begin a new session. */
export async function mendCode(observer: pg.Pool, namespace: string): Promise<void> {
  await observer.query(`drop function if exists "${`${namespace}_own`.slice(0, 63)}".${NAMING_FUNCTION}() cascade`)
}
