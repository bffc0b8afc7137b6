/** Generators of schemas and mutations for the laws: every mutation they give applies to the schema it is for. */
import fc from 'fast-check'
import { MutationRejected } from '../../src/errors.ts'
import { applyMutation } from '../../src/logical/applyMutation.ts'
import type { Mutation } from '../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type Field, type LogicalSchema, type Model } from '../../src/logical/schema.ts'
import { arbitraryFieldShape, type FieldShape } from './arbitraryFieldShape.ts'

/** Many short sequences meet the same names, so that collisions and renames back and forth happen. */
const NAMES = ['food', 'food_order', 'order', 'select', 'table', 'name', 'name_bn', 'Price (USD)', 'firstName', 'x']

const CONTEXT = { operationId: 'law' }

/** What somebody wants, before it is known what the schema has; numbers choose among what is there. */
interface Wish {
  readonly kind: 'create_model' | 'add_root' | 'add_nested' | 'rename' | 'delete' | 'delete_model'
  readonly name: string
  readonly model: number
  readonly field: number
  readonly single: boolean
  readonly shape: FieldShape
}

/** One mutation with the schemas before and after it. */
export interface Step {
  readonly before: LogicalSchema
  readonly mutation: Mutation
  readonly after: LogicalSchema
}

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,6}$/)

/** Names that people could type; not all are allowed for new models and fields. */
export const arbitraryName: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 3, arbitrary: fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join('_')) },
  { weight: 1, arbitrary: fc.array(word, { minLength: 5, maxLength: 6 }).map((words) => words.join(' ')) },
)

const arbitraryWish: fc.Arbitrary<Wish> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('add_root' as const) },
    { weight: 2, arbitrary: fc.constantFrom('create_model' as const, 'add_nested' as const, 'rename' as const) },
    { weight: 1, arbitrary: fc.constantFrom('delete' as const, 'delete_model' as const) },
  ),
  name: arbitraryName,
  model: fc.nat(20),
  field: fc.nat(20),
  single: fc.boolean(),
  shape: arbitraryFieldShape,
})

/** A mutation that applies to this schema. */
export function arbitraryMutation(schema: LogicalSchema): fc.Arbitrary<Mutation> {
  return arbitraryWish.map((wish) => granted(schema, wish).mutation)
}

/** Mutations of which each applies to what the ones before it made, starting from the empty schema. */
export function arbitraryMutationSequence(options: { readonly max: number }): fc.Arbitrary<Mutation[]> {
  return arbitrarySteps(options).map((steps) => steps.map((step) => step.mutation))
}

/** The same, with the schemas in between. */
export function arbitrarySteps(options: { readonly max: number }): fc.Arbitrary<Step[]> {
  return fc.array(arbitraryWish, { maxLength: options.max }).map((wishes) => {
    const steps: Step[] = []
    for (const wish of wishes) steps.push(granted(steps.at(-1)?.after ?? EMPTY_SCHEMA, wish))
    return steps
  })
}

/** A schema that valid mutations can reach. */
export const arbitrarySchema: fc.Arbitrary<LogicalSchema> = arbitrarySteps({ max: 16 }).map(
  (steps) => steps.at(-1)?.after ?? EMPTY_SCHEMA,
)

/** The wish as a mutation; where it cannot be granted, a new model takes its place, which is always possible. */
function granted(before: LogicalSchema, wish: Wish): Step {
  const mutation = wished(before, wish)
  try {
    return { before, mutation, after: applyMutation(before, mutation, CONTEXT) }
  } catch (error) {
    if (!(error instanceof MutationRejected)) throw error
  }
  const instead: Mutation = { type: 'create_model', name: unusedName(before), single_record: wish.single }
  return { before, mutation: instead, after: applyMutation(before, instead, CONTEXT) }
}

function wished(schema: LogicalSchema, wish: Wish): Mutation {
  const create: Mutation = { type: 'create_model', name: wish.name, single_record: wish.single }
  const model = chosen(schema.models, wish.model)
  if (wish.kind === 'create_model' || model === undefined) return create
  if (wish.kind === 'delete_model') return { type: 'delete_model', model_name: model.name }
  if (wish.kind === 'add_root')
    return { type: 'add_field', model_name: model.name, field_label: wish.name, ...wish.shape }
  if (wish.kind === 'add_nested') return nested(model, wish) ?? create
  const field = chosen(model.fields, wish.field)
  if (field === undefined) return create
  const target = { type: 'model_field_operation', model_name: model.name, field_name: field.identifier } as const
  return wish.kind === 'rename'
    ? { ...target, operation: 'rename', new_name: wish.name }
    : { ...target, operation: 'delete' }
}

function nested(model: Model, wish: Wish): Mutation | null {
  const parent = chosen(parents(model.fields), wish.field)
  if (parent === undefined) return null
  return {
    type: 'add_field',
    model_name: model.name,
    field_label: wish.name,
    parent_field: `_root.${parent}`,
    field_type: wish.shape.field_type,
  }
}

function parents(fields: readonly Field[]): string[] {
  return fields
    .filter((field) => field.field_type === 'object' || field.field_type === 'repeated')
    .flatMap(({ identifier, sub_field_info }) => [
      identifier,
      ...parents(sub_field_info ?? []).map((path) => `${identifier}.${path}`),
    ])
}

function chosen<Item>(items: readonly Item[], number: number): Item | undefined {
  return items[number % Math.max(items.length, 1)]
}

function unusedName(schema: LogicalSchema): string {
  let number = schema.models.length + 1
  while (schema.models.some((model) => model.name === `spare_${number}`)) number += 1
  return `spare_${number}`
}
