/** What a hook says when it throws: its words may be told, its stack may not. */

const LONGEST = 500

/** The message on one line, cut to 500 characters; `otherwise` where there is none. */
export function wordsOf(thrown: unknown, otherwise: string): string {
  const message = thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : ''
  const text = message
    // Neither NUL nor half a pair can be kept by the catalog.
    .replaceAll(/[\s\p{Cc}\p{Surrogate}]+/gu, ' ')
    .trim()
  if (text === '') return otherwise
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3).replace(/\p{Surrogate}$/u, '')}...`
}
