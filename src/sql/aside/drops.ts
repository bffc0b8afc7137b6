/** The drops of a text that could keep what they drop: of a table, or of a column, one by one. Pure. */
import type { Tree } from '../parser.ts'
import { commandsOf } from '../rows.ts'
import { readAgain } from '../script/readAgain.ts'
import type { AsideTarget, ScriptStatement } from '../script/script.ts'
import { sqlTextOf } from '../text.ts'
import { alterParts } from '../tree/alterParts.ts'
import { droppedRelations, relationName } from '../tree/made.ts'

/** One drop, and the statement that would do nothing else: without CASCADE, as nothing else may go with it. */
export interface Drop {
  readonly target: AsideTarget
  readonly instead: ScriptStatement
}

/** A statement that drops, taken apart. */
export interface SplitStatement {
  readonly drops: readonly Drop[]
  /** What else it does, drops that are not among these included; null where that is nothing. */
  readonly without: (hidden: readonly AsideTarget[]) => ScriptStatement | null
}

/** `isOld`: whether the text has not made it itself. Null for a statement that drops nothing of that kind. */
export async function splitDrops(
  written: ScriptStatement,
  isOld: (relation: Tree, column?: unknown) => boolean,
): Promise<SplitStatement | null> {
  const [text, ...more] = written.sql
  if (text === undefined || more.length > 0) return null
  if (written.kind === 'DropStmt') return await tablesOf(written, isOld)
  return written.kind === 'AlterTableStmt' ? await columnsOf(written, text, isOld) : null
}

/** Of one name for each target. */
export function targetKey({ kind, table, column }: AsideTarget): string {
  return JSON.stringify([kind, table, column])
}

/** A name in double quotes. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** As people name it. */
export function targetText({ table, column }: AsideTarget): string {
  return column === null ? table : `${table}.${column}`
}

async function tablesOf(written: ScriptStatement, isOld: (relation: Tree) => boolean): Promise<SplitStatement | null> {
  const [statement] = await readAgain(written)
  if (statement?.tree.removeType !== 'OBJECT_TABLE') return null
  const { missing_ok, behavior } = statement.tree
  const named = droppedRelations(statement.tree).map((relation) => {
    const table = isOld(relation) ? relationName(relation, null) : null
    const target = table === null ? null : ({ kind: 'table', table, column: null } as const)
    return { name: nameOf(relation), target }
  })
  const statementOf = (names: readonly string[], how = ''): ScriptStatement =>
    rewritten(written, `DROP TABLE ${missing_ok === true ? 'IF EXISTS ' : ''}${names.join(', ')}${how}`)
  const drops = named.flatMap(({ name, target }) => (target === null ? [] : [{ target, instead: statementOf([name]) }]))
  if (drops.length === 0) return null
  return {
    drops,
    without: (hidden) => {
      const left = named.filter(({ target }) => target === null || !isAmong(target, hidden))
      if (left.length === named.length) return written
      const how = behavior === 'DROP_CASCADE' ? ' CASCADE' : ''
      return left.length === 0
        ? null
        : statementOf(
            left.map(({ name }) => name),
            how,
          )
    },
  }
}

function nameOf({ schemaname, relname }: Tree): string {
  return [schemaname, relname].flatMap((part) => (typeof part === 'string' ? [quoted(part)] : [])).join('.')
}

async function columnsOf(
  written: ScriptStatement,
  text: string,
  isOld: (relation: Tree, column: unknown) => boolean,
): Promise<SplitStatement | null> {
  const [statement] = await readAgain(written)
  if (statement?.tree.objtype !== 'OBJECT_TABLE') return null
  const relation = statement.tree.relation as Tree
  const table = relationName(relation, null)
  if (table === null) return null
  const commands = commandsOf(statement)
  const parts = alterParts(sqlTextOf(written.place, text), statement).map(({ head, command }, index) => {
    const { subtype, name } = commands[index] ?? {}
    const isDrop = subtype === 'AT_DropColumn' && isOld(relation, name)
    return { head, command, target: isDrop ? ({ kind: 'column', table, column: String(name) } as const) : null }
  })
  const drops = parts.flatMap(({ head, target }) =>
    target === null ? [] : [{ target, instead: rewritten(written, `${head}DROP COLUMN ${quoted(target.column)}`) }],
  )
  if (drops.length === 0) return null
  return {
    drops,
    without: (hidden) => {
      const left = parts.filter(({ target }) => target === null || !isAmong(target, hidden))
      if (left.length === parts.length) return written
      const [first] = left
      return first === undefined
        ? null
        : rewritten(written, `${first.head}${left.map(({ command }) => command).join(', ')}`)
    },
  }
}

function isAmong(target: AsideTarget, hidden: readonly AsideTarget[]): boolean {
  return hidden.some((each) => targetKey(each) === targetKey(target))
}

/** The same statement with another text. */
export function rewritten(written: ScriptStatement, text: string): ScriptStatement {
  return { ...written, sql: [text], plain: [text] }
}
