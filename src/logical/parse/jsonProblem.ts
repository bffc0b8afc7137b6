/** Deeper or larger values are no mutations, and could exhaust the stack or the memory of whoever reads them. */
const MAX_DEPTH = 64
const MAX_VALUES = 100_000

/** What about a value keeps it from being JSON that Postgres can store. */
export interface JsonProblem {
  readonly path: readonly PropertyKey[]
  readonly text: string
}

interface Place {
  readonly value: unknown
  readonly path: readonly PropertyKey[]
}

/** The first problem in a value that claims to be JSON; null when there is none. */
export function findJsonProblem(root: unknown): JsonProblem | null {
  const waiting: Place[] = [{ value: root, path: [] }]
  let seen = 0
  // A loop, not a recursion: the depth is not known to be small before it has been looked at.
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { value, path } = place
    seen += 1
    if (seen > MAX_VALUES) return { path: [], text: `holds more than ${MAX_VALUES} values` }
    if (path.length > MAX_DEPTH) return { path: path.slice(0, 1), text: `is nested deeper than ${MAX_DEPTH} levels` }
    const text = problemOf(value)
    if (text !== null) return { path, text }
    if (typeof value !== 'object' || value === null) continue
    for (const [key, child] of Object.entries(value)) {
      if (textProblem(key) !== null) return { path, text: 'has a key with a character that Postgres cannot store' }
      waiting.push({ value: child, path: [...path, Array.isArray(value) ? Number(key) : key] })
    }
  }
  return null
}

function problemOf(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return textProblem(value)
    case 'number':
      return Number.isFinite(value) ? null : 'is not a finite number'
    case 'boolean':
      return null
    case 'object':
      return value === null || Array.isArray(value) || isPlain(value) ? null : 'is not plain data'
    default:
      return 'is not a JSON value'
  }
}

function textProblem(text: string): string | null {
  // NUL and halves of surrogate pairs pass JSON.parse but neither `text` nor `jsonb`.
  return text.includes('\0') || /\p{Surrogate}/u.test(text) ? 'holds a character that Postgres cannot store' : null
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
