/** Puts other names in place of roles in a text: a new tenant has its own owner, and may have a role of its own. Pure. */
import { nodesOf, type Statement } from './parser.ts'

/**
 * The text with a mark for each of the roles, wherever a statement says a role: in grants, owners, policies and default
 * privileges. `roles` has the mark by the name of the role.
 */
export function markRoles(bytes: Buffer, statements: readonly Statement[], roles: ReadonlyMap<string, string>): string {
  const parts: string[] = []
  let from = 0
  for (const { start, end, put } of statements.flatMap((each) => editsIn(each, roles))) {
    parts.push(bytes.subarray(from, start).toString(), put)
    from = end
  }
  return [...parts, bytes.subarray(from).toString()].join('')
}

/** In the order of the text. */
function editsIn(
  { kind, tree, tokens }: Statement,
  roles: ReadonlyMap<string, string>,
): readonly { readonly start: number; readonly end: number; readonly put: string }[] {
  const marks = new Map<number, string>()
  for (const [, { roletype, rolename, location }] of nodesOf({ [kind]: tree })) {
    const put = roletype === 'ROLESPEC_CSTRING' ? roles.get(String(rolename)) : undefined
    if (put !== undefined) marks.set(typeof location === 'number' ? location : 0, put)
  }
  return tokens.flatMap(({ start, end }) => {
    const put = marks.get(start)
    return put === undefined ? [] : [{ start, end, put }]
  })
}
