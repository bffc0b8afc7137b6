/** What somebody may want of a schema, before it is known what the schema has; numbers choose among what is there. */
import fc from 'fast-check'
import type { MutationType, SimpleMutation } from '../../src/logical/mutations/index.ts'
import { FIELD_TYPES, type Field, type FieldType, type LogicalSchema, type Model } from '../../src/logical/schema.ts'
import { arbitraryFieldShape, type FieldShape } from './arbitraryFieldShape.ts'

/** Many short sequences meet the same names, so that collisions and renames back and forth happen. */
const NAMES = ['food', 'food_order', 'order', 'select', 'table', 'name', 'name_bn', 'Price (USD)', 'firstName', 'x']

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/)

/** Names that people could type; not all are allowed for new models and fields. */
export const arbitraryName: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 3, arbitrary: fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('_')) },
  { weight: 1, arbitrary: fc.array(word, { minLength: 5, maxLength: 6 }).map((words) => words.join(' ')) },
)

type SimpleType = Exclude<MutationType, 'publish_schema_changeset'>

/** One wish; every type of mutation takes what it needs of it. */
export interface Wish {
  readonly kind: SimpleType
  readonly name: string
  readonly model: number
  readonly peer: number
  readonly field: number
  readonly place: number
  readonly flag: boolean
  readonly nested: boolean
  readonly operation: 'rename' | 'duplicate' | 'delete' | 'change_type' | 'move'
  readonly fieldType: FieldType
  readonly kinds: readonly ['has_one' | 'has_many', 'has_one' | 'has_many']
  readonly knownAs: string | null
  readonly onDelete: 'set_null' | 'cascade' | 'restrict' | null
  readonly shape: FieldShape
  readonly patch: Record<string, unknown> | null
}

const has = fc.constantFrom('has_one' as const, 'has_many' as const)

export const arbitraryWish: fc.Arbitrary<Wish> = fc.record({
  kind: fc.oneof(
    { weight: 7, arbitrary: fc.constant('add_field' as const) },
    { weight: 4, arbitrary: fc.constant('model_field_operation' as const) },
    { weight: 3, arbitrary: fc.constantFrom('rearrange_field' as const, 'create_connection' as const) },
    { weight: 2, arbitrary: fc.constantFrom('create_model' as const, 'rename_model' as const) },
    { weight: 1, arbitrary: fc.constantFrom('duplicate_model' as const, 'convert_model' as const) },
    { weight: 1, arbitrary: fc.constantFrom('delete_model', 'delete_connection', 'update_model') },
  ),
  name: arbitraryName,
  model: fc.nat(20),
  peer: fc.nat(20),
  field: fc.nat(20),
  place: fc.nat(8),
  flag: fc.boolean(),
  nested: fc.boolean(),
  operation: fc.constantFrom('rename', 'duplicate', 'delete', 'change_type', 'move'),
  fieldType: fc.constantFrom(...FIELD_TYPES),
  kinds: fc.tuple(has, has),
  knownAs: fc.constantFrom(null, 'chef', 'waiter'),
  onDelete: fc.constantFrom(null, 'set_null', 'cascade', 'restrict'),
  shape: arbitraryFieldShape,
  patch: fc.constantFrom(
    null,
    { required: true },
    { required: false, default: null },
    { unique: true },
    { unique: null },
    { locals: ['en', 'bn'] },
    { locals: ['bn'] },
    { locals: null },
    { fixed_list_elements: ['a', 'b'] },
    { is_multi_choice: true },
    { placeholder: '...' },
  ),
}) as fc.Arbitrary<Wish>

/** The wish as a mutation, which may be refused; null when the schema has nothing that it could be about. */
export function wished(schema: LogicalSchema, wish: Wish): SimpleMutation | null {
  const model = chosen(schema.models, wish.model)
  if (wish.kind === 'create_model' || model === undefined) {
    return { type: 'create_model', name: wish.name, single_record: wish.flag }
  }
  return MAKERS[wish.kind](wish, model, schema)
}

type Maker = (wish: Wish, model: Model, schema: LogicalSchema) => SimpleMutation | null

/** A type without a maker does not compile. */
const MAKERS: { readonly [Type in Exclude<SimpleType, 'create_model'>]: Maker } = {
  add_field: (wish, model) => (wish.patch !== null && wish.flag ? update(wish, model) : add(wish, model)),
  model_field_operation: fieldOperation,
  rearrange_field: (wish, model) => {
    const move = moveOf(wish, model)
    return move === null ? null : { type: 'rearrange_field', model_name: model.name, ...move }
  },
  create_connection: ({ peer, kinds, knownAs, onDelete }, model, schema) => ({
    type: 'create_connection',
    from: model.name,
    to: chosen(schema.models, peer)?.name ?? model.name,
    forward_connection_type: kinds[0],
    reverse_connection_type: kinds[1],
    ...(knownAs !== null && { known_as: knownAs }),
    ...(onDelete !== null && { on_delete: onDelete }),
  }),
  delete_connection: ({ field }, _, { models }) => {
    const all = models.flatMap((from) =>
      from.connections.filter(({ type }) => type === 'forward').map((to) => ({ from, to })),
    )
    const found = chosen(all, field)
    if (found === undefined) return null
    const { model: to, known_as } = found.to
    return { type: 'delete_connection', from: found.from.name, to, ...(known_as !== undefined && { known_as }) }
  },
  delete_model: (_, { name }) => ({ type: 'delete_model', model_name: name }),
  rename_model: ({ name, flag }, model) => ({
    type: 'rename_model',
    model_name: model.name,
    new_name: name,
    single_word: true,
    with_relations: flag,
  }),
  duplicate_model: ({ name }, model) => ({ type: 'duplicate_model', model_name: model.name, new_name: name }),
  convert_model: (_, { name }) => ({ type: 'convert_model', model_name: name }),
  update_model: ({ name, flag }, model) => ({
    type: 'update_model',
    model_name: model.name,
    description: flag ? name : null,
  }),
}

function add({ name, shape, nested, field }: Wish, model: Model): SimpleMutation {
  const parent = nested ? chosen(parentsOf(model.fields), field) : undefined
  const common = { type: 'add_field', model_name: model.name, field_label: name } as const
  return parent === undefined
    ? { ...common, ...shape }
    : { ...common, parent_field: parent, field_type: shape.field_type }
}

function update({ patch, nested, field, place, shape }: Wish, model: Model): SimpleMutation | null {
  const found = chosen(fieldsOf(model.fields, nested), field)
  if (found === undefined) return null
  return {
    type: 'add_field',
    is_update: true,
    model_name: model.name,
    field_label: found.name,
    ...(found.parent !== '_root' && { parent_field: found.parent }),
    validation: place % 3 === 0 ? { ...patch, default: shape.validation?.default ?? null } : patch,
    ...(place % 4 === 0 && { enable_indexing: place === 0 }),
  }
}

function fieldOperation(wish: Wish, model: Model): SimpleMutation | null {
  const { operation, name, fieldType, nested, field } = wish
  const type = 'model_field_operation' as const
  if (operation === 'move') {
    const move = moveOf(wish, model)
    return move === null ? null : { type, operation, model_name: model.name, ...move }
  }
  const found = chosen(fieldsOf(model.fields, nested), field)
  if (found === undefined) return null
  const target = { type, model_name: model.name, field_name: found.name, parent_field: found.parent }
  if (operation === 'delete') return { ...target, operation }
  if (operation === 'change_type') return { ...target, operation, changed_type: fieldType }
  return { ...target, operation, new_name: name }
}

function moveOf({ nested, field, place, peer }: Wish, model: Model) {
  const found = chosen(fieldsOf(model.fields, nested), field)
  if (found === undefined) return null
  const bare = found.parent === '_root'
  const parent = chosen(parentsOf(model.fields), peer)
  const at = { field_name: bare ? found.name : `${found.parent.slice('_root.'.length)}.${found.name}` }
  if (place % 3 === 0) return { ...at, new_position: 1 + (place % 2), move_type: 'reorder' as const }
  if (!bare && place % 3 === 1) return { ...at, new_position: 1, move_type: 'child_to_parent' as const }
  return parent === undefined
    ? null
    : { ...at, new_position: 1, move_type: 'parent_to_child' as const, parent_id: parent }
}

/** Paths of all parents, as `parent_field` takes them. */
function parentsOf(fields: readonly Field[], above = '_root'): string[] {
  return fields
    .filter((field) => field.field_type === 'object' || field.field_type === 'repeated')
    .flatMap(({ identifier, sub_field_info }) => {
      const path = `${above}.${identifier}`
      return [path, ...parentsOf(sub_field_info ?? [], path)]
    })
}

function fieldsOf(fields: readonly Field[], nested: boolean, parent = '_root'): { name: string; parent: string }[] {
  return fields.flatMap(({ identifier, sub_field_info }) => [
    ...(nested === (parent !== '_root') ? [{ name: identifier, parent }] : []),
    ...(nested ? fieldsOf(sub_field_info ?? [], nested, `${parent}.${identifier}`) : []),
  ])
}

function chosen<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[number % Math.max(items.length, 1)]
}
