/** Texts of SQL, kept once each under their sha256. */
import { sha256Of } from '../../../sql/text.ts'
import { onCatalog, type Queryable } from '../pool.ts'

/** Keeps a text; its sha256. Repeating it is harmless. */
export async function keepText(db: Queryable, text: string): Promise<string> {
  const sha256 = sha256Of(text)
  await onCatalog(() =>
    db.query('insert into schema_saga.sql_text (sha256, text) values ($1, $2) on conflict do nothing', [sha256, text]),
  )
  return sha256
}

/** The text, or null when nobody kept it. */
export async function readText(db: Queryable, sha256: string): Promise<string | null> {
  return await onCatalog(async () => {
    const values = [sha256]
    const { rows } = await db.query<{ text: string }>('select text from schema_saga.sql_text where sha256 = $1', values)
    return rows[0]?.text ?? null
  })
}
