/** What may be in statements that read and write rows, and which settings a text may change. */
import { nodesOf, type Tree } from '../../parser.ts'
import { listOf } from '../../tree/made.ts'
import type { Check } from './check.ts'
import { isTemporary, TEMPORARY, textOf } from './objects.ts'
import { settingProblem } from './settingLimits.ts'

/** Statements that read and write rows. */
export const query: Check = (tree) => {
  const into = (tree.into as Tree | undefined)?.rel
  if (isTemporary(into) && (tree.into as Tree).onCommit !== 'ONCOMMIT_DROP') return TEMPORARY
  for (const [kind, node] of nodesOf({ tree })) {
    if (kind === 'intoClause')
      return 'SELECT INTO makes a table in a form that functions cannot run: write CREATE TABLE ... AS SELECT'
    if (kind === 'ExecuteStmt') return 'nothing is prepared in the session: write the statement itself'
    if (kind === 'ParamRef') return `nobody gives a value for $${String(node.number ?? 0)}: write the value itself`
    const setting = kind === 'FuncCall' ? settingOf(node) : null
    if (setting !== null) return setting
  }
  return null
}

/** `set_config` does what SET does; settings of an application have a dot in their names. */
function settingOf({ funcname, args }: Tree): string | null {
  if (textOf(listOf(funcname).at(-1)) !== 'set_config') return null
  const [name, , isLocal] = listOf(args).map(constantOf)
  if (typeof name === 'string' && name.includes('.')) return null
  return settingProblem(String(name ?? ''), constantOf(listOf(args)[1]), isLocal === true)
}

export const setLocal: Check = ({ kind, name, args, is_local }) => {
  if (kind !== 'VAR_SET_VALUE') return settingProblem(String(name ?? 'all'), undefined, is_local === true)
  return settingProblem(
    String(name),
    listOf(args).length === 1 ? constantOf(listOf(args)[0]) : undefined,
    is_local === true,
  )
}

/** The value of a constant: a number, a text or a truth value; undefined of anything else. */
function constantOf(node: Tree | undefined): string | number | boolean | undefined {
  const constant = node?.A_Const as Record<string, Tree> | undefined
  if (constant === undefined) return undefined
  if (constant.sval !== undefined) return String(constant.sval.sval ?? '')
  if (constant.boolval !== undefined) return constant.boolval.boolval === true
  if (constant.ival !== undefined) return Number(constant.ival.ival ?? 0)
  return constant.fval === undefined ? undefined : String(constant.fval.fval)
}
