/** What a hook says when it throws: its words may be told, its stack may not. It may throw anything. */

const LONGEST = 500

/** Of a longer message nothing behind this is looked at. */
const MOST_READ = 10_000

/** The message on one line, cut to 500 characters; `otherwise` where there is none. */
export function wordsOf(thrown: unknown, otherwise: string): string {
  const text = messageOf(thrown)
    .slice(0, MOST_READ)
    // Neither NUL nor half a pair can be kept by the catalog.
    .replaceAll(/[\s\p{Cc}\p{Surrogate}]+/gu, ' ')
    .trim()
  if (text === '') return otherwise
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3).replace(/\p{Surrogate}$/u, '')}...`
}

function messageOf(thrown: unknown): string {
  try {
    const message: unknown = thrown instanceof Error ? thrown.message : thrown
    return typeof message === 'string' ? message : ''
  } catch {
    // Not even that can be read of it.
    return ''
  }
}

/** The name of its class, if that is one; an error's own name may be any text. */
export function nameOfThrown(thrown: unknown): string {
  try {
    const name: unknown = thrown instanceof Error ? thrown.name : typeof thrown
    return typeof name === 'string' && /^[\w$.]{1,100}$/.test(name) ? name : 'Error'
  } catch {
    return 'Error'
  }
}
