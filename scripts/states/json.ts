/** JSON with one line for each row, so that what changed in a recording can be read. */

/** Objects down to that depth have a line for each entry; whatever is deeper is on one line. */
const DEPTH = 4

/** The document as text, with a line break at its end. */
export function printDocument(value: unknown): string {
  return `${print(value, 0)}\n`
}

function print(value: unknown, depth: number): string {
  const isArray = Array.isArray(value)
  if (depth >= DEPTH || typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    return JSON.stringify(value)
  }
  const indent = '  '.repeat(depth + 1)
  const lines = isArray
    ? value.map((each) => `${indent}${JSON.stringify(each)}`)
    : Object.entries(value).map(([key, each]) => `${indent}${JSON.stringify(key)}: ${print(each, depth + 1)}`)
  const [open, close] = isArray ? ['[', ']'] : ['{', '}']
  return `${open}\n${lines.join(',\n')}\n${'  '.repeat(depth)}${close}`
}
