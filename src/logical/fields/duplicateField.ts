/** A field with all it has, once more under another name. */
import { MutationRejected } from '../../errors.ts'
import { withChildren, withModel } from '../edit.ts'
import { childrenAt, type Located, type ParentPath } from '../find.ts'
import { fieldIds, freeId } from '../ids.ts'
import { refuseNameCollisions } from '../names/collisions.ts'
import { canonicalFieldIdentifier } from '../names/names.ts'
import type { Field, LogicalSchema, Model } from '../schema.ts'

/** The schema with a deep copy of the field as the last of its siblings. */
export function duplicateField(
  schema: LogicalSchema,
  model: Model,
  { path, field }: Located,
  label: string,
): LogicalSchema {
  const identifier = canonicalFieldIdentifier(label)
  refuseTaken(model, path, identifier, 'a field of this name exists already: choose another name')
  const siblings = childrenAt(model, path)
  const copy = withFreshIds({ ...field, id: identifier, identifier, label }, fieldIds(model.fields))
  const next = withModel(schema, withChildren(model, path, [...siblings, copy]))
  refuseNameCollisions(next)
  return next
}

/** Refuses an identifier that another field of the same parent has. */
export function refuseTaken(model: Model, path: ParentPath, identifier: string, text: string): void {
  if (!childrenAt(model, path).some((other) => other.identifier === identifier)) return
  throw new MutationRejected('FIELD_EXISTS', text, { path: 'new_name' })
}

function withFreshIds(field: Field, taken: readonly string[]): Field {
  const held = [...taken]
  const renew = (each: Field): Field => {
    const id = freeId(each.id, held)
    held.push(id)
    return {
      ...each,
      id,
      ...(each.sub_field_info !== undefined && { sub_field_info: each.sub_field_info.map(renew) }),
    }
  }
  return renew(field)
}
