/** What a person should know before a text runs, as far as the grammar tells: what is lost, and who waits for what. */
import { groupedBy } from '../../groupedBy.ts'
import { type Made, madeBy, relationName } from '../tree/made.ts'
import { hiddenOf } from './hazards/asides.ts'
import type { At, Found, HazardName, Proven, Read, ScriptHazard } from './hazards/hazard.ts'
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
  /** How long what is hidden is kept, in words. */
  readonly held?: string
}

/** In the order of the text. Tables that it makes itself do not count. */
export async function scriptHazards(
  { stages }: Pick<Script, 'stages'>,
  { typeOf = () => null, undoes, held = 'the hold of its project' }: Known = {},
): Promise<readonly ScriptHazard[]> {
  const made = undoes === undefined ? madeBy(null) : withUndone(madeBy(null), undoes)
  const provenOf = new Map<string, Proven>()
  const proven = (table: string): Proven => {
    const found = provenOf.get(table) ?? { checks: new Map(), columns: new Set() }
    provenOf.set(table, found)
    return found
  }
  const hazards: Told[] = []
  for (const stage of stages) {
    const locks = locksOf(made)
    for (const written of stage.statements) {
      if (written.aside !== undefined) {
        const found = written.aside.does === 'hide' && undoes === undefined ? hiddenOf(written.aside, held) : []
        hazards.push(...found.map(([name, what]) => ({ name, place: written.place, what })))
        continue
      }
      const statement = await treeOf(written)
      const found = hazardsOf(statement, { stage, written, made, locks, proven, typeOf, isBack: undoes !== undefined })
      hazards.push(...found.map(([name, what]) => ({ name, place: written.place, what })))
      locks.follow(statement, written.place)
      made.follow(statement)
    }
    const several = stage.kind === 'transaction' ? locks.several() : null
    const [first] = stage.statements
    if (several !== null) hazards.push({ name: 'LOCKS_SEVERAL', place: String(first?.place), what: several })
  }
  return summed(hazards)
}

interface Told {
  readonly name: HazardName
  readonly place: string
  readonly what: string
}

/** What is said of more statements than these is said of the first ones, and counted of the others. */
const SAID_OF_EACH = 5

function summed(hazards: readonly Told[]): readonly ScriptHazard[] {
  const groups = groupedBy(hazards, ({ name, what }) => `${name} ${what}`)
  const lasts = new Map([...groups.values()].map((group) => [group[SAID_OF_EACH - 1], group.length - SAID_OF_EACH]))
  const said = new Set([...groups.values()].flatMap((group) => group.slice(0, SAID_OF_EACH)))
  return hazards
    .filter((each) => said.has(each))
    .map((each) => {
      const more = lasts.get(each) ?? 0
      const place = more > 0 ? `${each.place}, and in ${more} more places` : each.place
      return { name: each.name, detail: `${place}: ${each.what}` }
    })
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
