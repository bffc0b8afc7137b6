/** Puts into a text that makes hidden things anew what brings them back instead. Pure. */
import type { Statement } from '../parser.ts'
import { commandsOf, writtenBy } from '../rows.ts'
import { readAgain } from '../script/readAgain.ts'
import type { AsideTarget, Script, ScriptAside, ScriptStage, ScriptStatement } from '../script/script.ts'
import { sqlTextOf } from '../text.ts'
import { alterParts } from '../tree/alterParts.ts'
import { relationName } from '../tree/made.ts'
import { isAbout, isCommandAbout, makesColumn, makesTable, type Returning } from './about.ts'
import { rewritten } from './drops.ts'

/** Something hidden, and the statement that brings it back. */
export interface Hidden extends Returning {
  readonly restore: ScriptStatement
  /** The stage of the text in which it is made anew, from 0. */
  readonly at: number
}

/** The text, and why some of them cannot come back by it, in words. */
export interface WithRestores {
  readonly script: Script
  readonly refused: ReadonlyMap<Hidden, string>
}

/** What makes an object anew gives way to its restore, and what is only about it has nothing left to do. */
export async function withRestores(script: Script, hidden: readonly Hidden[]): Promise<WithRestores> {
  const refused = new Map<Hidden, string>()
  const found = new Set<Hidden>()
  const stages: ScriptStage[] = []
  for (const [index, stage] of script.stages.entries()) {
    const here = hidden.filter(({ at }) => at === index)
    const statements: ScriptStatement[] = []
    for (const written of stage.statements) {
      for (const each of hidden.filter((one) => found.has(one))) {
        const why = await writesTo(written, each.target)
        if (why !== null) refused.set(each, why)
      }
      statements.push(...(here.length === 0 ? [written] : await givingWay(written, here, found)))
    }
    stages.push({ ...stage, statements })
  }
  for (const each of hidden)
    if (!found.has(each)) refused.set(each, 'no statement of the way back makes it anew in its place')
  return { script: { stages }, refused }
}

async function givingWay(
  written: ScriptStatement,
  hidden: readonly Hidden[],
  found: Set<Hidden>,
): Promise<readonly ScriptStatement[]> {
  const [statement] = await readAgain(written)
  if (statement === undefined || written.sql.length !== 1 || written.aside !== undefined) return [written]
  const made = hidden.find(({ target }) => makesTable(statement, target))
  if (made !== undefined) return [restored(made, written, found)]
  // A sequence is made before the table that draws from it.
  const isFirst = statement.kind === 'CreateSeqStmt'
  const about = hidden.find((each) => (isFirst || found.has(each)) && isAbout(statement, each))
  if (about !== undefined) return [skipped(about, written)]
  const on = hidden.filter(({ target: { table } }) => relationName(statement.tree.relation, null) === table)
  const isAlter = statement.kind === 'AlterTableStmt' && statement.tree.objtype === 'OBJECT_TABLE'
  return isAlter && on.length > 0 ? alteredPart(written, statement, on, found) : [written]
}

/** Command by command where one of them gives way. */
function alteredPart(
  written: ScriptStatement,
  statement: Statement,
  hidden: readonly Hidden[],
  found: Set<Hidden>,
): readonly ScriptStatement[] {
  const commands = commandsOf(statement)
  const parts = alterParts(sqlTextOf(written.place, written.sql[0] ?? ''), statement)
  const statements = parts.map(({ head, command }, index) => {
    const tree = commands[index] ?? {}
    const part = rewritten(written, `${head}${command}`)
    const made = hidden.find(({ target }) => makesColumn(tree, target))
    if (made !== undefined) return restored(made, part, found)
    const about = hidden.find((each) => found.has(each) && isCommandAbout(tree, each))
    return about === undefined ? part : skipped(about, part)
  })
  return statements.every(({ aside }) => aside === undefined) ? [written] : statements
}

function restored(hidden: Hidden, written: ScriptStatement, found: Set<Hidden>): ScriptStatement {
  found.add(hidden)
  const aside = hidden.restore.aside as ScriptAside
  return { ...hidden.restore, place: written.place, aside: { ...aside, instead: [written] } }
}

function skipped({ restore }: Hidden, written: ScriptStatement): ScriptStatement {
  const { behind: _, ...aside } = restore.aside as ScriptAside
  return { ...rewritten(written, ''), aside: { ...aside, does: 'skip', instead: [written] } }
}

/** What came back would not be as it was. */
async function writesTo(written: ScriptStatement, { table }: AsideTarget): Promise<string | null> {
  const relations = (await readAgain(written)).flatMap(writtenBy)
  const isWritten = relations.some((relation) => relationName(relation, null) === table)
  const runsCode = written.writesRows && relations.length === 0
  return isWritten || runsCode ? `the way back writes rows behind it (${written.place})` : null
}

/** The text as it was given: of what brings something back, what makes it anew; null where nothing does. */
export function withoutAsides({ stages }: Script): Script | null {
  const plain = stages.map((stage) => ({
    ...stage,
    statements: stage.statements.map(({ aside, ...written }) => (aside === undefined ? [written] : aside.instead)),
  }))
  if (plain.some(({ statements }) => statements.includes(null))) return null
  return { stages: plain.map((stage) => ({ ...stage, statements: stage.statements.flatMap((each) => each ?? []) })) }
}

/** The same of undos, of which some were not given: what is hidden by their stages comes back by what is written for them. */
export async function undoWithRestores(
  undo: readonly (ScriptStage | null)[],
  hidden: readonly Hidden[],
): Promise<{ readonly undo: readonly (ScriptStage | null)[] } & Pick<WithRestores, 'refused'>> {
  const given = { stages: undo.map((stage): ScriptStage => stage ?? { kind: 'transaction', statements: [] }) }
  const { script, refused } = await withRestores(
    given,
    hidden.filter(({ at }) => (undo[at] ?? null) !== null),
  )
  return { undo: undo.map((stage, index) => (stage === null ? null : (script.stages[index] ?? null))), refused }
}
