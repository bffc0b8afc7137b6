/** The name of this catalog: registrations on targets carry it, so that another catalog can tell whose they are. */
import type { Queryable } from '../pool.ts'
import { onCatalog } from '../pool.ts'

const known = new WeakMap<object, Promise<string>>()

/** Never changes; asked of the database once for each pool. */
export async function catalogIdOf(db: Queryable): Promise<string> {
  const asked = known.get(db) ?? ask(db)
  known.set(db, asked)
  try {
    return await asked
  } catch (error) {
    known.delete(db)
    throw error
  }
}

async function ask(db: Queryable): Promise<string> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ id: string }>('select id from schema_saga.identity')
    const [row] = rows
    if (row === undefined) throw new Error('The catalog has no name, although its migrations gave it one.')
    return row.id
  })
}
