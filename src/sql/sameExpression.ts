/** Expressions that mean the same, and that Postgres prints in other words once they went through a dump. Pure. */

const CAST = `'(?:[^']|'')*'::[a-z][a-z ]*(?:\\(\\d+\\))?`
const ARRAY_CAST = new RegExp(`ARRAY\\[(${CAST}(?:, ${CAST})*)\\]::([a-z][a-z ]*)\\[\\]`, 'g')
const ELEMENT = new RegExp(CAST, 'g')

/** `state IN ('a', 'b')` of a varchar casts the list; read back from its own text, it casts each element of it. */
export function withCastElements(text: string): string {
  return text.replaceAll(ARRAY_CAST, (_, elements: string, type: string) => {
    return `ARRAY[${elements.replaceAll(ELEMENT, (element) => `${element}::${type}`)}]`
  })
}

/** The same of all texts of a fact. */
export function asRestored(value: unknown): unknown {
  if (typeof value === 'string') return withCastElements(value)
  return Array.isArray(value) ? value.map(asRestored) : value
}
