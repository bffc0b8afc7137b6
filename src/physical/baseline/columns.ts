/** From a column to the field that would have made it. */
import type { ColumnType } from '../../logical/fields/fieldTypes.ts'
import type { NewFieldInput } from '../../logical/mutations/addField.ts'
import { canonicalFieldIdentifier, looseFieldIdentifier } from '../../logical/names/names.ts'
import { onColumn } from '../edits/tableEntries.ts'
import { entryOf } from '../entryOf.ts'
import { defaultExpression } from '../expressions/defaultExpression.ts'
import type { Column, Table } from '../schema.ts'

type Kind = Pick<NewFieldInput, 'field_type' | 'input_type'>
type Default = NonNullable<NewFieldInput['validation']>['default']

const KINDS: Readonly<Record<string, Kind>> = {
  text: { field_type: 'text' },
  date: { field_type: 'date' },
  boolean: { field_type: 'boolean' },
  integer: { field_type: 'number', input_type: 'int' },
  numeric: { field_type: 'number', input_type: 'double' },
  jsonb: { field_type: 'object' },
}

/** The field of a column, or in words why there is none. What it does not say of the column, the caller finds by comparing. */
export function fieldOfColumn(table: Table, column: Column): NewFieldInput | string {
  const { name, type, notNull, default: expression, ...others } = column
  // A new attribute does not compile before a field says it, or it is left here to the comparison.
  others satisfies Record<string, never>
  const kind = entryOf(KINDS, type)
  if (kind === undefined) return `column ${name} is of the type ${type}, which no field has`
  if (!isFieldName(name)) return `column ${name} has a name that no field can have`
  const value = defaultOf(type as ColumnType, expression)
  if (value === undefined) return `column ${name} has a default that no field can have`
  const { uniques, checks, indexes } = onColumn(table, name)
  const choices = checks.flatMap((check) => ('oneOf' in check ? [check.oneOf] : []))[0]
  const validation = {
    ...(notNull && { required: true }),
    ...(uniques.length > 0 && { unique: true }),
    ...(value !== null && { default: value }),
    ...(choices !== undefined && { fixed_list_elements: [...choices] }),
  }
  return {
    model_name: table.name,
    field_label: labelOf(name),
    ...(choices !== undefined || Array.isArray(value) ? { field_type: 'list' as const } : kind),
    ...(indexes.length > 0 && { enable_indexing: true }),
    ...(Object.keys(validation).length > 0 && { validation }),
  }
}

function isFieldName(name: string): boolean {
  try {
    return canonicalFieldIdentifier(name) === name
  } catch {
    return false
  }
}

/** `Unit Price` for `unit_price`. */
function labelOf(name: string): string {
  const label = name.replace(
    /(^|_)([a-z])/g,
    (_, gap: string, letter: string) => `${gap && ' '}${letter.toUpperCase()}`,
  )
  return looseFieldIdentifier(label) === name ? label : name
}

/** The default as data; null without one, undefined when the expression is not one that we would write. */
function defaultOf(type: ColumnType, expression: string | null): Default | undefined {
  if (expression === null) return null
  const quoted = /^'((?:[^']|'')*)'::(\w+)$/s.exec(expression)
  const text = quoted === null ? expression : `${quoted[1]}`.replaceAll("''", "'")
  try {
    const value = literalOf(type, text)
    return defaultExpression(type, value) === expression ? value : undefined
  } catch {
    return undefined
  }
}

function literalOf(type: ColumnType, text: string): NonNullable<Default> {
  switch (type) {
    case 'text':
    case 'date':
      return text
    case 'boolean':
      return text === 'true'
    case 'integer':
    case 'numeric':
      return Number(text)
    case 'jsonb':
      return JSON.parse(text) as NonNullable<Default>
  }
}
