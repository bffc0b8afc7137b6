/** Steps that submit something: mutations, changesets, reverts. */
import fc from 'fast-check'
import { applyMutation } from '../../../src/logical/applyMutation.ts'
import type { SimpleMutation } from '../../../src/logical/mutations/index.ts'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import { arbitraryWish, type Wish, wished } from '../../logical/arbitraryWishes.ts'
import { arbitraryChoice, chooseOperation, NothingToDo, stepKind } from './kind.ts'
import { arbitraryOptions, arbitraryWanted, submit, type Wanted } from './submit.ts'

/** More wishes than one are told, because the schema refuses some. */
const arbitraryWishes = fc.array(arbitraryWish, { minLength: 6, maxLength: 6, size: 'max' })

/** Kinds of wishes that write into rows, or rename what is in use, more often than others. */
const REWRITES: readonly SimpleMutation['type'][] = ['model_field_operation', 'rearrange_field']

/** The first wish that the schema grants; the first one at all when it grants none, which is then refused. */
function granted(schema: LogicalSchema, told: readonly Wish[], rewrites: boolean): SimpleMutation {
  const first = ({ kind }: Wish): number => (rewrites && REWRITES.includes(kind) ? 0 : 1)
  const wishes = [...told].sort((one, other) => first(one) - first(other))
  const mutations = wishes.map((wish) => wished(schema, wish)).filter((mutation) => mutation !== null)
  const found = mutations.find((mutation) => after(schema, mutation) !== null) ?? mutations[0]
  if (found === undefined) throw new NothingToDo('no wish')
  return found
}

/** The schema with the mutation, or null when it is refused or changes nothing. */
function after(schema: LogicalSchema, mutation: SimpleMutation): LogicalSchema | null {
  try {
    const next = applyMutation(schema, mutation, { operationId: 'wish' })
    return next === schema ? null : next
  } catch {
    return null
  }
}

function grantedTogether(schema: LogicalSchema, wishes: readonly Wish[]): readonly SimpleMutation[] {
  const mutations: SimpleMutation[] = []
  let now = schema
  for (const wish of wishes) {
    const mutation = wished(now, wish)
    const next = mutation === null ? null : after(now, mutation)
    if (mutation === null || next === null) continue
    mutations.push(mutation)
    now = next
  }
  if (mutations.length === 0) throw new NothingToDo('no wish')
  return mutations
}

/** One mutation of any type. */
export const mutate = stepKind<{ wishes: readonly Wish[]; rewrites: boolean; options: Wanted }>({
  weight: 30,
  of: 'models',
  detachable: true,
  submits: true,
  arguments: fc.record({ wishes: arbitraryWishes, rewrites: fc.boolean(), options: arbitraryWanted }),
  run: async (place, { wishes, rewrites, options }) => {
    const { schema } = await place.world.client.showSchema(place.project)
    return await submit(place, granted(schema, wishes, rewrites), options)
  },
})

/** Several mutations as one. */
export const changeset = stepKind<{ wishes: readonly Wish[]; options: Wanted }>({
  weight: 7,
  of: 'models',
  detachable: true,
  submits: true,
  arguments: fc.record({ wishes: arbitraryWishes, options: arbitraryWanted }),
  run: async (place, { wishes, options }) => {
    const { schema } = await place.world.client.showSchema(place.project)
    const mutations = grantedTogether(schema, wishes).slice(0, 4)
    return await submit(place, { type: 'publish_schema_changeset', mutations }, options)
  },
})

/** Takes back what an operation did. */
export const revert = stepKind<{ operation: number; options: Wanted }>({
  weight: 9,
  of: 'models',
  detachable: true,
  submits: true,
  arguments: fc.record({ operation: fc.oneof(fc.constant(0), arbitraryChoice), options: arbitraryOptions }),
  run: async (place, { operation, options }) => {
    const id = await chooseOperation(place, operation, ['committed'])
    return await submit(place, { type: 'revert', operation_id: id }, options)
  },
})
