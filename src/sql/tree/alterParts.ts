/** An ALTER TABLE as its commands, each of which could be a statement of its own. Pure. */
import type { SqlToken, Statement, Tree } from '../parser.ts'
import type { SqlText } from '../text.ts'

/** One command of a statement. */
export interface AlterPart {
  /** `ALTER TABLE ONLY t `. */
  readonly head: string
  readonly command: string
  /** Those of the command. */
  readonly tokens: readonly SqlToken[]
}

/** In the order of the tree's commands. */
export function alterParts({ bytes }: SqlText, { tree, tokens: all, start }: Statement): readonly AlterPart[] {
  const tokens = all.filter(({ tokenName }) => !tokenName.endsWith('_COMMENT'))
  const location = Number((tree.relation as Tree).location ?? 0)
  let first = tokens.findIndex((token) => token.start >= location) + 1
  while (tokens[first]?.text === '.') first += 2
  if (tokens[first]?.text === '*') first += 1
  const head = `${bytes.subarray(start, tokens[first]?.start).toString()}`
  const parts: AlterPart[] = []
  let depth = 0
  let open: SqlToken[] = []
  for (const token of tokens.slice(first)) {
    if (token.text === '(' || token.text === '[') depth += 1
    if (token.text === ')' || token.text === ']') depth -= 1
    if (depth > 0 || token.text !== ',') {
      open.push(token)
      continue
    }
    parts.push(partOf(bytes, head, open))
    open = []
  }
  return [...parts, partOf(bytes, head, open)]
}

function partOf(bytes: Buffer, head: string, tokens: readonly SqlToken[]): AlterPart {
  const command = bytes.subarray(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0).toString()
  return { head, command, tokens }
}
