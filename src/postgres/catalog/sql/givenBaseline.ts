/** The text that the base of a project is to be made of, as it was given: kept before any worker is asked. */
import { RequestRefused } from '../../../errors.ts'
import { sqlTextOf } from '../../../sql/text.ts'
import { onCatalog, type Queryable } from '../pool.ts'
import { keepText, readText } from './sqlTexts.ts'

/** A baseline, and how it is to be read. */
export interface GivenBaseline {
  readonly text: string
  /** For messages: the name of its file. */
  readonly source: string
  /** The namespace that its names are qualified with, where it does not say so itself. */
  readonly namespace: string | null
  readonly rewriteBodies: boolean
}

interface Kept extends Omit<GivenBaseline, 'text'> {
  readonly sha256: string
}

/** Keeps it with a project whose base is not made yet. */
export async function keepBaseline(db: Queryable, project: string, given: GivenBaseline): Promise<void> {
  const { text, ...reading } = given
  const kept: Kept = { ...reading, sha256: await keepText(db, sqlTextOf(given.source, text).text) }
  await onCatalog(() =>
    db.query('update schema_saga.project set baseline = $2 where id = $1', [project, JSON.stringify(kept)]),
  )
}

/** What was kept. Errors: `NOT_APPLICABLE`. */
export async function requireBaseline(db: Queryable, project: string): Promise<GivenBaseline> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ baseline: Kept | null }>(
      'select baseline from schema_saga.project where id = $1',
      [project],
    )
    const kept = rows[0]?.baseline ?? null
    const text = kept === null ? null : await readText(db, kept.sha256)
    if (kept === null || text === null) {
      throw new RequestRefused('NOT_APPLICABLE', `Project "${project}" has no baseline: create it again.`)
    }
    const { source, namespace, rewriteBodies } = kept
    return { text, source, namespace, rewriteBodies }
  })
}

/** The namespace that a project's baseline was dumped from; null when it names none. */
export async function readDumped(db: Queryable, project: string): Promise<string | null> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ namespace: string | null }>(
      `select baseline ->> 'namespace' as namespace from schema_saga.project where id = $1`,
      [project],
    )
    return rows[0]?.namespace ?? null
  })
}
