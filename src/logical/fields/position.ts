/** Putting a field at a place of a model: positions count from 1, siblings are numbered in their order. */
import { InputInvalid } from '../../errors.ts'
import { withChildren } from '../edit.ts'
import { childrenAt, type ParentPath } from '../find.ts'
import type { Field, Model } from '../schema.ts'

/** Refuses a position outside 1 to `last`. */
export function checkPosition(position: number, last: number, path: 'serial' | 'new_position'): number {
  if (position >= 1 && position <= last) return position
  throw new InputInvalid('INPUT_INVALID', `${path} must be between 1 and ${last}`, { path })
}

/** The model with a field at another position among its siblings; the same model when it is there already. */
export function movedAmongSiblings(model: Model, parent: ParentPath, field: Field, position: number): Model {
  const siblings = childrenAt(model, parent)
  if (siblings[position - 1] === field) return model
  const others = siblings.filter((each) => each !== field)
  return withChildren(model, parent, others.toSpliced(position - 1, 0, field))
}

/** The model with one field replaced where it is. */
export function withField(model: Model, parent: ParentPath, before: Field, after: Field): Model {
  const siblings = childrenAt(model, parent)
  return withChildren(
    model,
    parent,
    siblings.map((each) => (each === before ? after : each)),
  )
}

/** The model without a field. */
export function withoutField(model: Model, parent: ParentPath, field: Field): Model {
  return withChildren(
    model,
    parent,
    childrenAt(model, parent).filter((each) => each !== field),
  )
}
