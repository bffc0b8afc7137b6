/** Every quote mark of the project's DDL, and how a plan's SQL gets the name of a namespace. */

/** Quotes an identifier. */
export function ident(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Quotes a text literal; backslashes mean themselves, because our sessions keep `standard_conforming_strings` on. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A name in the target's namespace, for example `:"ns"."food"`. */
export function inNamespace(name: string): string {
  return `:"ns".${ident(name)}`
}

/** A list of texts as an array literal, for example `ARRAY['a', 'b']::text[]`. */
export function textArray(texts: readonly string[]): string {
  return `ARRAY[${texts.map(literal).join(', ')}]::text[]`
}

/** Several quoted names, separated by commas. */
export function identList(names: readonly string[]): string {
  return names.map(ident).join(', ')
}

/** The statement as a format for Postgres's `format()`, with the namespace as its first argument. */
export function asFormat(sql: string): string {
  return sql.replaceAll('%', '%%').replaceAll(TOKEN, (token) => {
    if (token === ':"ns"') return '%1$I'
    if (token === ":'ns'") return '%1$L'
    return token
  })
}

/** Quoted regions first, so that a text which happens to hold `:"ns"` stays as it is. */
const TOKEN = /:"ns"|:'ns'|"(?:[^"]|"")*"|'(?:[^']|'')*'/gs

const BATCH_TOKEN = /:'after'|:batch\b|"(?:[^"]|"")*"|'(?:[^']|'')*'/gs

/** The SQL of one batch of a backfill: replaces the psql variables `:'after'` and `:batch` outside quoted regions. */
export function renderBatch(sql: string, after: string, limit: number): string {
  return sql.replaceAll(BATCH_TOKEN, (token) => {
    if (token === ":'after'") return literal(after)
    if (token === ':batch') return String(limit)
    return token
  })
}

/** The SQL for one namespace: replaces the psql variables `:"ns"` and `:'ns'` outside quoted regions. */
export function renderFor(namespace: string, sql: string): string {
  return sql.replaceAll(TOKEN, (token) => {
    if (token === ':"ns"') return ident(namespace)
    if (token === ":'ns'") return literal(namespace)
    return token
  })
}
