const SPACE = /[ \t\n\r]*/y
const TEXT = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])/y

/** What the scanner expects next. */
type Expected = 'value' | 'value or ]' | 'key or }' | 'key' | 'colon' | 'comma or end'

/**
 * Where a text stops being JSON, as `line 3, column 7`. The parser's own message is no use: it quotes the text, which may
 * hold what nobody should see, and it often leaves the position out.
 */
export function jsonErrorPosition(text: string): string {
  const lines = text.slice(0, errorOffset(text)).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`
}

function errorOffset(text: string): number {
  const open: string[] = []
  let expected: Expected = 'value'
  let at = matched(SPACE, text, 0)
  while (at < text.length) {
    const step = scan(text, at, expected, open)
    if (step === null) return at
    expected = step.expected
    at = matched(SPACE, text, step.at)
  }
  return at
}

function scan(text: string, at: number, expected: Expected, open: string[]): { at: number; expected: Expected } | null {
  const char = text.charAt(at)
  if (expected === 'colon') return char === ':' ? { at: at + 1, expected: 'value' } : null
  if (char === closing(open) && closes(expected)) {
    open.pop()
    return { at: at + 1, expected: 'comma or end' }
  }
  if (expected === 'comma or end') {
    if (char !== ',' || open.length === 0) return null
    return { at: at + 1, expected: open.at(-1) === '{' ? 'key' : 'value' }
  }
  const isKey = expected === 'key' || expected === 'key or }'
  if (!isKey && (char === '{' || char === '[')) {
    open.push(char)
    return { at: at + 1, expected: char === '{' ? 'key or }' : 'value or ]' }
  }
  const end = char === '"' ? matched(TEXT, text, at) : isKey ? at : matched(SCALAR, text, at)
  return end === at ? null : { at: end, expected: isKey ? 'colon' : 'comma or end' }
}

function closing(open: readonly string[]): string | null {
  const last = open.at(-1)
  if (last === undefined) return null
  return last === '{' ? '}' : ']'
}

function closes(expected: Expected): boolean {
  return expected === 'comma or end' || expected === 'key or }' || expected === 'value or ]'
}

function matched(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  return pattern.test(text) ? pattern.lastIndex : from
}
