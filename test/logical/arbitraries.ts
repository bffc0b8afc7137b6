/** Generators of schemas and mutations for the laws: every mutation they give applies to the schema it is for. */
import fc from 'fast-check'
import { SagaError } from '../../src/errors.ts'
import { applyMutation } from '../../src/logical/applyMutation.ts'
import type { Mutation, SimpleMutation } from '../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../src/logical/schema.ts'
import { arbitraryWish, type Wish, wished } from './arbitraryWishes.ts'

export { arbitraryName } from './arbitraryWishes.ts'

const CONTEXT = { operationId: 'law' }

/** One mutation with the schemas before and after it. */
export interface Step {
  readonly before: LogicalSchema
  readonly mutation: Mutation
  readonly after: LogicalSchema
}

/** One wish, or several that make a changeset. */
const arbitraryWishes: fc.Arbitrary<readonly Wish[]> = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(arbitraryWish) },
  { weight: 1, arbitrary: fc.array(arbitraryWish, { minLength: 1, maxLength: 4 }) },
)

/** A mutation that applies to this schema. */
export function arbitraryMutation(schema: LogicalSchema): fc.Arbitrary<Mutation> {
  return arbitraryWishes.map((wishes) => granted(schema, wishes).mutation)
}

/** Mutations of which each applies to what the ones before it made, starting from the empty schema. */
export function arbitraryMutationSequence(options: { readonly max: number }): fc.Arbitrary<Mutation[]> {
  return arbitrarySteps(options).map((steps) => steps.map((step) => step.mutation))
}

/** The same, with the schemas in between. */
export function arbitrarySteps(options: { readonly max: number }): fc.Arbitrary<Step[]> {
  return fc.array(arbitraryWishes, { maxLength: options.max, size: 'max' }).map((all) => {
    const steps: Step[] = []
    for (const wishes of all) steps.push(granted(steps.at(-1)?.after ?? EMPTY_SCHEMA, wishes))
    return steps
  })
}

/** A schema that valid mutations can reach. */
export const arbitrarySchema: fc.Arbitrary<LogicalSchema> = arbitrarySteps({ max: 16 }).map(
  (steps) => steps.at(-1)?.after ?? EMPTY_SCHEMA,
)

/** Inputs of which most are wrong: in their shape, or about things that are not there. */
export const arbitraryInput: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything(),
  fc.tuple(arbitrarySchema, arbitraryWish).map(([schema, wish]) => wished(schema, wish)),
  fc
    .tuple(arbitrarySchema, arbitraryWish, fc.string(), fc.anything())
    .map(([schema, wish, key, value]) => ({ ...wished(schema, wish), [key]: value })),
)

function granted(before: LogicalSchema, wishes: readonly Wish[]): Step {
  const mutations: SimpleMutation[] = []
  let after = before
  for (const wish of wishes) {
    const step = grantedOne(after, wish)
    mutations.push(step.mutation)
    after = step.after
  }
  const [only, ...others] = mutations
  if (only !== undefined && others.length === 0) return { before, mutation: only, after }
  const mutation: Mutation = { type: 'publish_schema_changeset', mutations }
  return { before, mutation, after: applyMutation(before, mutation, CONTEXT) }
}

/** The wish as a mutation; where it cannot be granted, a plain new field or model takes its place. */
function grantedOne(before: LogicalSchema, wish: Wish): { mutation: SimpleMutation; after: LogicalSchema } {
  const mutation = wished(before, wish)
  try {
    if (mutation !== null) return { mutation, after: applyMutation(before, mutation, CONTEXT) }
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
  }
  const instead = spare(before, wish)
  return { mutation: instead, after: applyMutation(before, instead, CONTEXT) }
}

function spare({ models }: LogicalSchema, wish: Wish): SimpleMutation {
  const model = models[wish.model % Math.max(models.length, 1)]
  if (model === undefined || wish.place === 0) {
    const name = unused(models.map((each) => each.name))
    return { type: 'create_model', name, single_record: wish.flag }
  }
  const field_label = unused(model.fields.map((each) => each.identifier))
  return { type: 'add_field', model_name: model.name, field_label, field_type: wish.nested ? 'object' : 'text' }
}

function unused(taken: readonly string[]): string {
  let number = taken.length + 1
  while (taken.includes(`spare_${number}`)) number += 1
  return `spare_${number}`
}
