/** Another place for a field: among its siblings, or in another parent of the same model. */
import { z } from 'zod'
import { InputInvalid, MutationRejected, SagaError } from '../../errors.ts'
import { withChildren, withModel } from '../edit.ts'
import { childrenAt, fieldsOnPath, type Located, locateField, type ParentPath, resolveParent } from '../find.ts'
import { refuseNameCollisions } from '../names/collisions.ts'
import { nameArgument } from '../parse/arguments.ts'
import type { LogicalSchema, Model } from '../schema.ts'
import { checkFieldKind, nestedUnsupported } from './fieldTypes.ts'
import { localesOf } from './locales.ts'
import { checkPosition, movedAmongSiblings, withoutField } from './position.ts'

/** The arguments that say where a field goes. */
export const MOVE_ARGUMENTS = {
  move_type: z.enum(['reorder', 'child_to_parent', 'parent_to_child']),
  new_position: z.int(),
  parent_id: z.string().exactOptional(),
} as const

/** The arguments of a move with the field they are about. */
export interface Move {
  readonly field_name: string
  readonly parent_field?: string
  readonly move_type: 'reorder' | 'child_to_parent' | 'parent_to_child'
  readonly new_position: number
  readonly parent_id?: string
}

/** The pieces of which the inputs of both mutations that move fields are made. */
export const rearrangeArguments = {
  model_name: nameArgument('model'),
  field_name: nameArgument('field'),
  ...MOVE_ARGUMENTS,
}

/** A field that goes from one parent to another. */
interface Journey extends Located {
  readonly to: ParentPath
}

/**
 * The schema with a field at another place; the same schema when it is there already. A field whose own parents are in
 * `field_name` or `parent_field` moves to `parent_id`; otherwise `parent_id` is where a child comes from, to the root,
 * or where a root field goes.
 */
export function rearrange(schema: LogicalSchema, model: Model, move: Move): LogicalSchema {
  const journey = journeyOf(model, move)
  const { path, field, to } = journey
  if (samePath(path, to)) {
    const position = checkPosition(move.new_position, childrenAt(model, path).length, 'new_position')
    const next = movedAmongSiblings(model, path, field, position)
    return next === model ? schema : withModel(schema, next)
  }
  refuseJourney(model, journey)
  const position = checkPosition(move.new_position, childrenAt(model, to).length + 1, 'new_position')
  const left = withoutField(model, path, field)
  const next = withModel(schema, withChildren(left, to, childrenAt(left, to).toSpliced(position - 1, 0, field)))
  refuseNameCollisions(next)
  return next
}

function journeyOf(model: Model, move: Move): Journey {
  const { move_type: type, parent_id: other, parent_field: own } = move
  const saysItsParent = own !== undefined || move.field_name.includes('.')
  const locate = (parentField: string | undefined): Located =>
    locateField(model, move.field_name, { parentField, notFound: 'field to move not found', verb: 'move' })
  if (type === 'parent_to_child') {
    if (other === undefined) throw missingParent('parent_id is required for parent_to_child move')
    return { ...locate(own), to: parentAt(model, other, 'target parent field not found') }
  }
  if (type === 'reorder') {
    if (!saysItsParent) parentAt(model, other, 'parent field not found')
    const located = locate(saysItsParent ? own : other)
    return { ...located, to: located.path }
  }
  if (saysItsParent) return { ...locate(own), to: parentAt(model, other, 'target parent field not found') }
  if (other === undefined) throw missingParent('cannot move to root when parent_id is empty')
  parentAt(model, other, 'source parent field not found')
  return { ...locate(other), to: [] }
}

function refuseJourney(model: Model, { path, field, to }: Journey): void {
  const own = [...path, field.identifier]
  if (own.every((identifier, depth) => to[depth] === identifier)) {
    throw new InputInvalid('INPUT_INVALID', 'a field cannot move into itself', { path: 'parent_id' })
  }
  if (childrenAt(model, to).some((other) => other.identifier === field.identifier)) {
    const text = `a field with identifier '${field.identifier}' already exists there`
    throw new MutationRejected('FIELD_EXISTS', text, { path: 'parent_id' })
  }
  refuseManyValues(model, path, to)
  if (to.length > 0 && field.enable_indexing) throw nestedUnsupported('enable_indexing')
  checkFieldKind(field, to.length > 0 ? 'nested' : 'root')
}

/** Out of a repeated parent, or between columns of several locales, there are many values for one place. */
function refuseManyValues(model: Model, from: ParentPath, to: ParentPath): void {
  const shared = from.findIndex((identifier, depth) => to[depth] !== identifier)
  const left = fieldsOnPath(model, from).slice(shared < 0 ? from.length : shared)
  const roots = [from, to].flatMap((path) => fieldsOnPath(model, path.slice(0, 1)))
  const localised = from[0] !== to[0] && roots.some((root) => localesOf(root).length > 1)
  if (!localised && !left.some((parent) => parent.field_type === 'repeated')) return
  const text = localised
    ? 'a field cannot move out of or into a localised parent: there are many values and one place'
    : 'a field cannot move out of a repeated parent: there are many values and one place'
  throw new MutationRejected('CAST_UNSUPPORTED', text, { path: 'parent_id' })
}

function parentAt(model: Model, parent: string | undefined, notFound: string): ParentPath {
  try {
    return resolveParent(model, parent)
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
    const text = error.code === 'PARENT_NOT_FOUND' ? notFound : error.message
    throw error.retold(text, { path: 'parent_id' })
  }
}

function missingParent(text: string): InputInvalid {
  return new InputInvalid('INPUT_INVALID', text, { path: 'parent_id' })
}

function samePath(a: ParentPath, b: ParentPath): boolean {
  return a.length === b.length && a.every((identifier, depth) => b[depth] === identifier)
}
