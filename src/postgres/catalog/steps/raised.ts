/** The words of applications: kept in the catalog, referred to everywhere else, told to people. */
import type pg from 'pg'
import type { SagaError } from '../../../errors.ts'
import { KEPT, type RaisedText, referenceTo, withReference, withWords } from '../../errors/raised.ts'
import type { Place } from '../../sessions/servers.ts'
import { onCatalog, type Queryable } from '../pool.ts'

/** How the project of a place wants to have it; a place that is not registered has no project. */
const SETTING = `
  select p.settings ->> 'raised_messages' as setting
    from schema_saga.place l join schema_saga.project p on p.id = l.project_id
   where l.server_id = $1 and l.namespace = $2`

/** What becomes of an error that an application raised on a target: with its words, or with a reference to them. */
export function keepRaised(pool: pg.Pool): (place: Place, raised: RaisedText) => Promise<SagaError> {
  return async ({ server, namespace }, raised) =>
    await onCatalog(async () => {
      const { rows } = await pool.query<{ setting: string | null }>(SETTING, [server, namespace])
      if (rows[0]?.setting === 'history') return withWords(raised)
      await pool.query(
        `insert into schema_saga.raised (id, words) values ($1, $2) on conflict (id) do update set at = now()`,
        [referenceTo(raised.words), raised.words],
      )
      return withReference(raised)
    })
}

/** The same document with the words in the place of the references to them. */
export async function withKeptWords<T>(db: Queryable, document: T): Promise<T> {
  const json = JSON.stringify(document)
  const ids = [...(json ?? '').matchAll(KEPT)].map(([, id]) => id)
  if (ids.length === 0) return document
  const words = await onCatalog(async () => {
    const { rows } = await db.query<{ id: string; words: string }>(
      'select id, words from schema_saga.raised where id = any ($1)',
      [[...new Set(ids)]],
    )
    return new Map(rows.map((row) => [row.id, row.words]))
  })
  const told = json.replace(KEPT, (reference, id: string) => {
    const text = words.get(id)
    return text === undefined ? reference : `: ${JSON.stringify(text).slice(1, -1)}`
  })
  return JSON.parse(told) as T
}
