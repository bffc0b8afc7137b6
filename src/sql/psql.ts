/** What only psql understands, where Postgres' grammar stops at it. */

const ROWS_BEHIND_COPY = /\bCOPY\b[^;]*\bFROM\s+stdin\b[^;]*;[^;]*$/i

/** A sentence about what stands at the end of `before`, or null when it is not of psql. */
export function psqlWords(before: string, after: string): string | null {
  if (ROWS_BEHIND_COPY.test(before)) {
    return 'rows behind COPY ... FROM stdin are read by psql, and not by Postgres: write them as INSERT.'
  }
  const command = /^\\\S*/.exec(after)?.[0]
  if (command !== undefined) {
    const instead = /^\\i(r|nclude|nclude_relative)?$/.test(command) ? 'put the text of that file here' : 'take it out'
    return `${command} is a command of psql, of which Postgres sees nothing: ${instead}.`
  }
  const variable = /^:(?:'[^'\n]*'|"[^"\n]*"|\{\?\w+\}|[\p{L}_][\p{L}\p{N}_]*)/u.exec(after)?.[0]
  if (variable === undefined) return null
  return `${variable} is a variable of psql, which puts its value there before Postgres sees it: write the value itself.`
}
