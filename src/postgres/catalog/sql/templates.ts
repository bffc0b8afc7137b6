/** Templates: what new tenants of a project of SQL are made of, kept once for each revision and printing. */
import type { Printing } from '../../../sql/record.ts'
import type { Template } from '../../template/template.ts'
import { onCatalog, type Queryable } from '../pool.ts'
import { keepText, readText } from './sqlTexts.ts'

/** Of which revision, and for servers that print how. */
export interface TemplatePlace {
  readonly project: string
  readonly revision: number
  readonly printing: Printing
}

/** Keeps one that was proven; repeating it is harmless, and the first one stays. */
export async function keepTemplate(db: Queryable, place: TemplatePlace, template: Template): Promise<void> {
  const { text, ...reading } = template
  const { project, revision, printing } = place
  const sha256 = await keepText(db, text)
  await onCatalog(() =>
    db.query(
      `insert into schema_saga.sql_template (project_id, revision, printing, sha256, reading) values ($1, $2, $3, $4, $5)
       on conflict do nothing`,
      [project, revision, JSON.stringify(printing), sha256, JSON.stringify(reading)],
    ),
  )
}

/** The one that was kept, or null. */
export async function readTemplate(
  db: Queryable,
  { project, revision, printing }: TemplatePlace,
): Promise<Template | null> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ sha256: string; reading: Omit<Template, 'text'> }>(
      'select sha256, reading from schema_saga.sql_template where project_id = $1 and revision = $2 and printing = $3',
      [project, revision, JSON.stringify(printing)],
    )
    const [row] = rows
    const text = row === undefined ? null : await readText(db, row.sha256)
    return row === undefined || text === null ? null : { ...row.reading, text }
  })
}
