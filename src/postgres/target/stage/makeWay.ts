/** Names that an operation gives to what it hides: taken where an earlier run of it has left something of that name. */
import { operationName } from '../../../physical/plan/operationName.ts'
import type { AsideEntry } from '../../../physical/plan/plan.ts'
import { sqlstateOf } from '../../errors/translate.ts'
import { type StageTry, tryOf } from './protocol.ts'

/** There is a column, a relation, or another object of that name. */
const NAME_TAKEN = ['42701', '42P07', '42710']

const ADDS_HIDDEN = /^ALTER TABLE :"ns"\."((?:[^"]|"")+)" ADD COLUMN "(_aside_(?:[^"]|"")+)"/

/**
 * Runs a stage; where a name is taken that only this operation gives (tables of a backup, or a namespace that was away),
 * what bears it gets a free one, on record, and the stage is run again. Nothing of it is lost.
 */
export async function withFreeNames<T>(each: StageTry, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const names = hiddenBy(each)
    if (names.length === 0 || !NAME_TAKEN.includes(sqlstateOf(error) ?? '')) throw error
    const { rows } = await each.client.query<{ moved: boolean }>(
      'SELECT schema_saga_target.make_way_for_v1($1, $2) AS moved',
      [tryOf(each), JSON.stringify(names)],
    )
    if (rows[0]?.moved !== true) throw error
    return await run()
  }
}

/** Read from the statements where a column is only prepared, so that plans of earlier releases are served as well. */
function hiddenBy({ stage: { asides, sql }, work }: StageTry): readonly AsideEntry[] {
  const own = `_aside_${operationName(work.operationId)}_`
  const prepared = sql.flatMap((text): AsideEntry[] => {
    const [, table, asideName] = ADDS_HIDDEN.exec(text)?.map((name) => name.replaceAll('""', '"')) ?? []
    if (table === undefined || !asideName?.startsWith(own)) return []
    return [{ kind: 'column', table, column: asideName.slice(own.length).replace(/^\d+_/, ''), asideName }]
  })
  return [...asides.filter(({ asideName }) => asideName.startsWith(own)), ...prepared]
}
