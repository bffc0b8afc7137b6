/** Defaults in the form in which Postgres prints them again (`pg_get_expr`), so that comparing texts suffices. */
import type { ColumnType } from '../../logical/fields/fieldTypes.ts'
import { literal } from '../sql.ts'

const INT_LIMIT = 2 ** 31

/** The default of a column as an expression. */
export function defaultExpression(type: ColumnType, value: unknown): string {
  switch (type) {
    case 'boolean':
      return value === true ? 'true' : 'false'
    case 'integer':
    case 'numeric':
      return numberExpression(type, Number(value))
    case 'text':
    case 'date':
      return `${literal(String(value))}::${type}`
    case 'jsonb':
      return `${literal(jsonbText(value))}::jsonb`
  }
}

/** A constant that is negative, or whole and wider than an integer, is printed quoted with its type. */
function numberExpression(type: 'integer' | 'numeric', value: number): string {
  const text = plainDecimal(value)
  const whole = Number.isInteger(value)
  const plain = value >= 0 && !Object.is(value, -0) && (!whole || value < INT_LIMIT)
  return plain ? text : `'${text}'::${type}`
}

/** A number without exponent, as `numeric` prints it. */
function plainDecimal(value: number): string {
  if (Object.is(value, -0)) return '0'
  if (Number.isInteger(value)) return BigInt(value).toString()
  const [mantissa = '', exponent = '0'] = value.toString().split('e')
  if (exponent === '0') return mantissa
  const sign = mantissa.startsWith('-') ? '-' : ''
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  // Only small numbers reach this: JavaScript writes large fractions without exponent up to where none is left.
  return `${sign}0.${'0'.repeat(-Number(exponent) - whole.length)}${whole}${fraction}`
}

/** JSON as `jsonb` prints it: keys by length, then by bytes; a space behind each colon and comma. */
function jsonbText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonbText).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => compareKeys(a, b))
    return `{${entries.map(([key, each]) => `${JSON.stringify(key)}: ${jsonbText(each)}`).join(', ')}}`
  }
  return typeof value === 'number' ? plainDecimal(value) : JSON.stringify(value)
}

function compareKeys(a: string, b: string): number {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length - right.length || Buffer.compare(left, right)
}
