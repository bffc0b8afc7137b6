/** Whether rows were written between revisions that look alike: only then does it matter which one a namespace is. */
import { writesRows } from '../../../sql/rows.ts'
import { onCatalog, type Queryable } from '../pool.ts'

/** Of revisions in order: whether a text behind the first one, up to the last, may write rows. */
export async function writesBetween(
  db: Queryable,
  project: string,
  fits: readonly { readonly revision: number }[],
): Promise<boolean> {
  const [first, last] = [fits[0]?.revision, fits.at(-1)?.revision]
  if (first === undefined || first === last) return false
  const texts = await onCatalog(async () => {
    const { rows } = await db.query<{ text: string }>(
      `select t.text from schema_saga.sql_revision r join schema_saga.sql_text t on t.sha256 = r.up
        where r.project_id = $1 and r.revision > $2 and r.revision <= $3`,
      [project, first, last],
    )
    return rows.map(({ text }) => text)
  })
  for (const text of texts) if (await writesRows(text)) return true
  return false
}
