/** What a person should know before a text runs, as far as the grammar tells: what is lost, and who waits for what. */
import { type Made, madeBy, relationName } from '../tree/made.ts'
import type { At, Found, Proven, Read, ScriptHazard } from './hazards/hazard.ts'
import { locksOf } from './hazards/locks.ts'
import { lossOf, rowsOf } from './hazards/loss.ts'
import { waitingOf } from './hazards/waiting.ts'
import { readAgain } from './readAgain.ts'
import type { Script, ScriptStatement } from './script.ts'

/** What is known beside the text. */
export interface Known {
  /** The type of a column on the base as `format_type` writes it, or null; without it, new types may cut and rewrite. */
  readonly typeOf?: (table: string, column: string) => string | null
  /**
   * Of a way back: what the way there has made, a table or one of its columns. Whatever is in it is lost by being undone, and
   * so are values that only the new type of a column takes.
   */
  readonly undoes?: (table: string, column?: string) => boolean
}

/** In the order of the text. Tables that it makes itself do not count. */
export async function scriptHazards(
  { stages }: Pick<Script, 'stages'>,
  { typeOf = () => null, undoes }: Known = {},
): Promise<readonly ScriptHazard[]> {
  const made = undoes === undefined ? madeBy(null) : withUndone(madeBy(null), undoes)
  const provenOf = new Map<string, Proven>()
  const proven = (table: string): Proven => {
    const found = provenOf.get(table) ?? { checks: new Map(), columns: new Set() }
    provenOf.set(table, found)
    return found
  }
  const hazards: ScriptHazard[] = []
  for (const stage of stages) {
    const locks = locksOf(made)
    for (const written of stage.statements) {
      const statement = await treeOf(written)
      const found = hazardsOf(statement, { stage, written, made, locks, proven, typeOf, isBack: undoes !== undefined })
      hazards.push(...found.map(([name, what]) => ({ name, detail: `${written.place}: ${what}` })))
      locks.follow(statement, written.place)
      made.follow(statement)
    }
    const several = stage.kind === 'transaction' ? locks.several() : null
    const [first] = stage.statements
    if (several !== null) hazards.push({ name: 'LOCKS_SEVERAL', detail: `${first?.place}: ${several}` })
  }
  return hazards
}

function withUndone(made: Made, undoes: NonNullable<Known['undoes']>): Made {
  const isUndone = (relation: unknown, column?: unknown): boolean => {
    const name = relationName(relation, null)
    return name !== null && (undoes(name) || (typeof column === 'string' && undoes(name, column)))
  }
  return {
    ...made,
    has: (relation) => made.has(relation) || isUndone(relation),
    hasColumn: (relation, column) => made.hasColumn(relation, column) || isUndone(relation, column),
    isQuiet: (relation) => made.isQuiet(relation) || isUndone(relation),
  }
}

async function treeOf(written: ScriptStatement): Promise<Read> {
  const [statement] = await readAgain(written)
  return statement ?? { kind: written.kind, tree: {} }
}

function hazardsOf(statement: Read, at: At): Found {
  return [...lossOf(statement, at), ...rowsOf(statement, at), ...waitingOf(statement, at)]
}
