/** Statements of a script with their trees, which nobody keeps: they are many times as long as their text. */
import { parseSql, type Statement } from '../parser.ts'
import { sqlTextOf } from '../text.ts'
import type { ScriptStatement } from './script.ts'

/** One statement; more where its text was written as several. Any name may stand for the namespace. */
export async function readAgain({ sql, place }: Pick<ScriptStatement, 'sql' | 'place'>): Promise<readonly Statement[]> {
  return await parseSql(sqlTextOf(place, sql.join('"namespace"')))
}
