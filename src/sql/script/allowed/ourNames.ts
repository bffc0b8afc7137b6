/** Names that schema-saga has for what it keeps on a target: none of them is the business of a text. */
import type { Statement } from '../../parser.ts'
import { isBodyOf, isObjectName, nameOf } from '../../takeOff.ts'
import { unsupported } from './allowed.ts'

const OURS = /^(?:_aside_|schema_saga)/
const OURS_IN_BODY = /(?<![\p{L}\p{N}_$])(?:_aside_|schema_saga)[\p{L}\p{N}_$]*/iu

/** Errors: `STATEMENT_UNSUPPORTED` for identifiers, and for names in bodies and in literals that are read as names. */
export function refuseOurNames(statement: Statement, placeOf: (offset: number) => string): void {
  const tokens = statement.tokens.filter(({ tokenName }) => !tokenName.endsWith('_COMMENT'))
  for (const [index, token] of tokens.entries()) {
    if (/^u&"/i.test(token.text)) {
      const why = 'with letters written as numbers it hides what it means: write the letters themselves'
      throw unsupported(placeOf(token.start), `the name ${token.text}`, why)
    }
    const name = nameOf(token)
    const isRead = token.tokenName === 'SCONST' && (isBodyOf(statement, tokens, index) || isObjectName(tokens, index))
    const body = isRead ? OURS_IN_BODY.exec(token.text) : null
    const found = name !== null && OURS.test(name) ? name : body?.[0]
    if (found === undefined) continue
    const start = token.start + Buffer.byteLength(token.text.slice(0, body?.index ?? 0))
    throw unsupported(
      placeOf(start),
      `what names "${found}"`,
      'names that begin with _aside_ or schema_saga are those of schema-saga: choose another',
    )
  }
}
