/** A logical schema for people. */
import { relationFieldIdentifier } from '../../logical/relations/relationFields.ts'
import type { Connection, Field, LogicalSchema, Model } from '../../logical/schema.ts'

/** Models and their fields, nested ones indented. */
export function schemaText(revision: number, schema: LogicalSchema): string {
  const models = schema.models.flatMap((model) => [
    '',
    `${model.name}${model.single_record ? ' (single record)' : ''}`,
    ...model.fields.flatMap((field) => relationLine(schema, model, field) ?? fieldLines(field, 1)),
  ])
  return [`revision ${revision}, ${schema.models.length} models`, ...models].join('\n')
}

/** The field of a relation: its key is unique only where both sides have one. */
function relationLine(schema: LogicalSchema, model: Model, field: Field): readonly string[] | null {
  if (field.system_generated !== true) return null
  const connection = model.connections.find(
    (each) => relationFieldIdentifier(each.model, each.known_as) === field.identifier,
  )
  if (connection === undefined) return null
  const unique = isOneToOne(schema, model, connection) ? ', unique' : ''
  return [`  ${field.identifier}: relation to ${connection.model}${unique}`]
}

function isOneToOne(
  schema: LogicalSchema,
  model: Model,
  { model: peer, type, known_as, relation }: Connection,
): boolean {
  const back = schema.models
    .find(({ name }) => name === peer)
    ?.connections.find((each) => each.model === model.name && each.known_as === known_as && each.type !== type)
  return relation === 'has_one' && back?.relation === 'has_one'
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
