import { columnOf } from '../../logical/fields/fieldTypes.ts'
import type { Field } from '../../logical/schema.ts'
import { defaultExpression } from './defaultExpression.ts'

/** What rows without a value get when the column may not be empty; null when it may. */
export function castableDefault(field: Field): string | null {
  const { type, notNull, default: value } = columnOf(field)
  return notNull && value !== null ? defaultExpression(type, value) : null
}
