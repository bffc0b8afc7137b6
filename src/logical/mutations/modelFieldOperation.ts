import { z } from 'zod'
import { MutationRejected } from '../../errors.ts'
import { nameArgument } from '../arguments.ts'
import { refuseNameCollisions } from '../collisions.ts'
import { withChildren, withModel } from '../edit.ts'
import { findField, findModel } from '../find.ts'
import type { MutationDefinition } from '../mutation.ts'
import { canonicalFieldIdentifier, looseFieldIdentifier } from '../names.ts'
import type { Field, LogicalSchema, Model } from '../schema.ts'

const target = { model_name: nameArgument('model'), field_name: nameArgument('field') }

const input = z.discriminatedUnion('operation', [
  z.strictObject({ operation: z.literal('rename'), ...target, new_name: nameArgument('label') }),
  z.strictObject({ operation: z.literal('delete'), ...target }),
])

/** The arguments of `model_field_operation`. */
export type ModelFieldOperationInput = z.infer<typeof input>

/** Renames or deletes a root field. */
export const modelFieldOperation: MutationDefinition<'model_field_operation', ModelFieldOperationInput> = {
  type: 'model_field_operation',
  input,
  apply(schema, given) {
    const model = findModel(schema, given.model_name)
    const field = findTarget(model, given)
    switch (given.operation) {
      case 'rename':
        return rename(schema, model, field, given.new_name.trim())
      case 'delete':
        return remove(schema, model, field)
    }
  },
}

function findTarget(model: Model, given: ModelFieldOperationInput): Field {
  if (looseFieldIdentifier(given.field_name) === 'id') {
    throw new MutationRejected('FIELD_PROTECTED', `can not ${given.operation} the id of a model`, {
      path: 'field_name',
    })
  }
  const field = findField(model, given.field_name, { notFound: `field to ${given.operation} not found` })
  if (field.system_generated) {
    throw new MutationRejected('FIELD_PROTECTED', `can not ${given.operation} a system generated field`, {
      path: 'field_name',
    })
  }
  return field
}

function rename(schema: LogicalSchema, model: Model, field: Field, label: string): LogicalSchema {
  if (label === field.label) return schema
  const identifier = canonicalFieldIdentifier(label)
  if (model.fields.some((other) => other.identifier === identifier && other !== field)) {
    const text = 'field you are trying to rename to already exists. choose a different name'
    throw new MutationRejected('FIELD_EXISTS', text, { path: 'new_name' })
  }
  const renamed = { ...field, identifier, label }
  const fields = model.fields.map((each) => (each === field ? renamed : each))
  const next = withModel(schema, { ...model, fields })
  refuseNameCollisions(next)
  return next
}

function remove(schema: LogicalSchema, model: Model, field: Field): LogicalSchema {
  const rest = model.fields.filter((each) => each !== field)
  return withModel(schema, withChildren(model, [], rest))
}
