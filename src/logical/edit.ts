/** Copies of a schema with one place changed; everything else is shared. */
import type { ParentPath } from './find.ts'
import type { Field, LogicalSchema, Model } from './schema.ts'

/** The schema with this model in place of the one with the same id. */
export function withModel(schema: LogicalSchema, model: Model): LogicalSchema {
  return { ...schema, models: schema.models.map((each) => (each.id === model.id ? model : each)) }
}

/** The model with other fields below that parent, numbered from 1 in their order. */
export function withChildren(model: Model, path: ParentPath, children: readonly Field[]): Model {
  return { ...model, fields: replaced(model.fields, path, numbered(children)) }
}

function replaced(fields: readonly Field[], path: ParentPath, children: readonly Field[]): readonly Field[] {
  const [head, ...rest] = path
  if (head === undefined) return children
  return fields.map((field) =>
    field.identifier === head
      ? { ...field, sub_field_info: replaced(field.sub_field_info ?? [], rest, children) }
      : field,
  )
}

function numbered(fields: readonly Field[]): readonly Field[] {
  return fields.map((field, index) => (field.serial === index + 1 ? field : { ...field, serial: index + 1 }))
}
