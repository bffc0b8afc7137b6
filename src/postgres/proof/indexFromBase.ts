/** Indexes that a text drops concurrently: the base knows how to build them again, so that nobody has to write it. */
import type { ClientBase } from 'pg'
import { MutationRejected } from '../../errors.ts'
import { ident, literal } from '../../physical/sql.ts'
import { readScript } from '../../sql/script/readScript.ts'
import type { Script, ScriptStage } from '../../sql/script/script.ts'

/** An index as it was before a stage that drops it. */
export interface DroppedIndex {
  /** The stage that builds it again. */
  readonly built: ScriptStage
  /** What is said of it; targets keep this by themselves. */
  readonly comment: string | null
}

/** By their names. */
export type DroppedIndexes = ReadonlyMap<string, DroppedIndex>

/** As it is on the base before the stage; null where that has none of the name, or the stage drops none. */
export async function indexBefore(
  client: ClientBase,
  namespace: string,
  { index }: ScriptStage,
): Promise<DroppedIndex | null> {
  if (index === undefined || index.builds) return null
  // With this path alone every name of the namespace is qualified, and loses that when the text is read.
  await client.query('SET LOCAL search_path = pg_catalog')
  const { rows } = await client.query<{ definition: string; comment: string | null }>(
    `SELECT pg_get_indexdef(x.indexrelid) AS definition, obj_description(c.oid, 'pg_class') AS comment
       FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = $2`,
    [namespace, index.name],
  )
  const [found] = rows
  if (found === undefined) return null
  const text = found.definition.replace(/^CREATE (UNIQUE )?INDEX /, 'CREATE $1INDEX CONCURRENTLY ')
  const { stages } = await readScript(`index ${ident(index.name)} of the base`, text, { namespace })
  const [built] = stages
  return built === undefined ? null : { built, comment: found.comment }
}

/** Says of an index that was built again what was said of the one before it, as targets do by themselves. */
export async function returnComment(
  client: ClientBase,
  namespace: string,
  { index }: ScriptStage,
  dropped: DroppedIndexes,
): Promise<void> {
  const comment = index?.builds === true ? dropped.get(index.name)?.comment : undefined
  if (index === undefined || comment === undefined || comment === null) return
  await client.query(`COMMENT ON INDEX ${ident(namespace)}.${ident(index.name)} IS ${literal(comment)}`)
}

/** A way back that was given, with the stages for which nothing had to be written. Errors: `DOWN_NOT_PAIRED`. */
export function withIndexes(name: string, { stages }: Script, dropped: DroppedIndexes): Script {
  return {
    stages: stages.map((stage) => {
      if (stage.fromBase !== true) return stage
      const found = dropped.get(stage.index?.name ?? '')
      if (found !== undefined) return found.built
      const text = `"${name}" drops index ${ident(stage.index?.name ?? '')}, which the base has not: write its way back, or leave it out.`
      throw new MutationRejected('DOWN_NOT_PAIRED', text)
    }),
  }
}
