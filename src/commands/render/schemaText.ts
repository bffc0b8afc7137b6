/** A logical schema for people. */
import type { Field, LogicalSchema } from '../../logical/schema.ts'

/** Models and their fields, nested ones indented. */
export function schemaText(revision: number, schema: LogicalSchema): string {
  const models = schema.models.flatMap((model) => [
    '',
    `${model.name}${model.single_record ? ' (single record)' : ''}`,
    ...model.fields.flatMap((field) => fieldLines(field, 1)),
  ])
  return [`revision ${revision}, ${schema.models.length} models`, ...models].join('\n')
}

function fieldLines(field: Field, depth: number): readonly string[] {
  const { required, unique, locals, fixed_list_elements } = field.validation ?? {}
  const facts = [
    field.field_type === 'number' ? field.input_type : field.field_type,
    ...(required ? ['required'] : []),
    ...(unique ? ['unique'] : []),
    ...(field.enable_indexing ? ['indexed'] : []),
    ...(locals === undefined ? [] : [locals.join('+')]),
    ...(fixed_list_elements === undefined ? [] : [`one of ${fixed_list_elements.join(', ')}`]),
  ]
  const line = `${'  '.repeat(depth)}${field.identifier}: ${facts.join(', ')}`
  return [line, ...(field.sub_field_info ?? []).flatMap((child) => fieldLines(child, depth + 1))]
}
