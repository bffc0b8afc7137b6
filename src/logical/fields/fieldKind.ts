import type { Field } from '../schema.ts'

/** What decides a field's column. */
export type FieldKind = Pick<Field, 'field_type' | 'input_type' | 'validation'>

/** The texts from which a fixed list with a single choice is chosen; null for any other field. */
export function fixedChoices(field: FieldKind): readonly string[] | null {
  const elements = field.validation?.fixed_list_elements ?? []
  if (field.field_type !== 'list' || elements.length === 0 || field.validation?.is_multi_choice) return null
  return elements
}
