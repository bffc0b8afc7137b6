/** What whoever goes straight to a database hears while that is away under another name. */
import pg from 'pg'

/** No such database; it takes no sessions; somebody has ended this one. */
const AWAY = ['3D000', '55000', '57P01']

/** Whether an error says that the database is away, which is weather. */
export function isAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return AWAY.includes(error.code ?? '')
  return error instanceof Error && /^Connection terminated|ECONNRESET|is not queryable/.test(error.message)
}
