/**
 * What becomes of a value when its field gets another type, as `spec` says it in words: written a second time, so that
 * the product's own casts have something to be compared with. Values are those of JSON, as `to_jsonb` shows a row.
 */
import type { ValueKind } from '../../../src/logical/fields/casts.ts'

/** The kind of a value; `key` holds the id of another row. */
export type CellKind = ValueKind | 'key'

const INT_LIMIT = 2 ** 31

/** The value in its new form; an empty list when it does not fit. */
export function castValue(value: unknown, from: CellKind, to: CellKind): readonly unknown[] {
  if (value === null || from === to) return [value]
  if (to === 'text') return [asText(value)]
  if (to === 'list') return [from === 'repeated' ? value : [value]]
  if (to === 'repeated') return [from === 'list' ? elementsOf(value) : [value]]
  if (typeof value === 'string') return fromText(value.trim(), to)
  if (to === 'boolean') return value === 0 ? [false] : value === 1 ? [true] : []
  if (to === 'int' || to === 'double') return asNumber(Number(value), to)
  return []
}

/** What a value of the new form was in the old one; an empty list when it cannot be known. */
export function castBack(value: unknown, from: CellKind, to: CellKind): readonly unknown[] {
  if (from === 'text' && (to === 'list' || to === 'object' || to === 'repeated')) return parsed(value)
  if (from === 'list' && to !== 'repeated') return Array.isArray(value) ? value.slice(0, 1) : []
  if (from === 'repeated' && to === 'object') return Array.isArray(value) ? value.slice(0, 1) : []
  if (from === 'repeated' && to === 'list') return Array.isArray(value) ? [value.map(valueWithin)] : []
  return castValue(value, from, to)
}

function fromText(text: string, to: CellKind): readonly unknown[] {
  const lower = text.toLowerCase()
  if (to === 'boolean') {
    if (['true', '1', 'yes'].includes(lower)) return [true]
    return ['false', '0', 'no'].includes(lower) ? [false] : []
  }
  if (to === 'date') return isDate(text) ? [text] : []
  const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?$/i
  if (to === 'int') return /^[+-]?\d{1,12}$/.test(text) ? asNumber(Number(text), 'int') : []
  return to === 'double' && number.test(text) ? [Number(text)] : []
}

function asNumber(value: number, to: 'int' | 'double'): readonly unknown[] {
  if (to === 'double') return [value]
  return Number.isInteger(value) && value >= -INT_LIMIT && value < INT_LIMIT ? [value] : []
}

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (parts === null) return false
  const date = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
}

function elementsOf(value: unknown): unknown {
  return Array.isArray(value) ? value.map((each) => ({ value: each })) : [{ value }]
}

function valueWithin(element: unknown): unknown {
  return typeof element === 'object' && element !== null && 'value' in element ? element.value : element
}

function parsed(text: unknown): readonly unknown[] {
  if (typeof text !== 'string') return []
  try {
    return [JSON.parse(text)]
  } catch (error) {
    // A text that is no JSON has no other form.
    if (error instanceof SyntaxError) return []
    throw error
  }
}

/** A value as Postgres writes it as text: documents with the shortest keys first and a space behind each mark. */
export function asText(value: unknown): string {
  return typeof value === 'object' && value !== null ? documentText(value) : String(value)
}

function documentText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(documentText).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => lengthOf(a) - lengthOf(b) || (a < b ? -1 : 1))
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}: ${documentText(each)}`).join(', ')}}`
}

/** In bytes, as Postgres counts. */
function lengthOf(key: string): number {
  return Buffer.byteLength(key)
}
