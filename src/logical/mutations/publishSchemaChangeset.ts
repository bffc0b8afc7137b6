import { z } from 'zod'
import { MutationRejected, SagaError } from '../../errors.ts'
import { causeOf } from '../consequences.ts'
import { NOTHING_MADE } from '../made.ts'
import type { ApplyContext, MutationDefinition } from '../mutation.ts'
import type { LogicalSchema } from '../schema.ts'
import type { Mutation, SimpleMutation } from './index.ts'

/** One mutation of a changeset that does not apply, and why. */
export interface ChangesetConflict {
  /** Its position in the changeset, from 0. */
  readonly index: number
  readonly type: string
  readonly code: string
  readonly message: string
  /** The position of the mutation without whose refusal this one would apply as far as can be told; null for one of its own. */
  readonly because_of: number | null
}

const MOST_MUTATIONS = 500

/** Each mutation is parsed on its own, so that what is wrong is said with its place in the list. */
const input = z.strictObject({
  mutations: z
    .array(z.looseObject({ type: z.string() }))
    .min(1, 'must hold at least one mutation')
    .max(MOST_MUTATIONS, `must hold at most ${MOST_MUTATIONS} mutations`),
})

/** The arguments of `publish_schema_changeset`. */
export interface PublishSchemaChangesetInput {
  /** At most 500, applied in order, as one revision. */
  readonly mutations: readonly SimpleMutation[]
}

/** Applies several mutations in order, as one revision: all of them or none. */
export const publishSchemaChangeset: MutationDefinition<'publish_schema_changeset', PublishSchemaChangesetInput> = {
  type: 'publish_schema_changeset',
  // The parser has replaced each element by a mutation of a known type before anybody reads them.
  input: input as unknown as z.ZodType<PublishSchemaChangesetInput>,
  summary: ({ mutations }) => `${mutations.length} mutations`,
  makes: NOTHING_MADE,
  apply(schema, { mutations }, context) {
    const conflicts: ChangesetConflict[] = []
    const next = mutations.reduce((before, mutation, index) => {
      const result = attempt(before, mutation, context)
      if (!(result instanceof SagaError)) return result
      const refused = conflicts.map((each) => ({
        index: each.index,
        made: context.madeBy(mutations[each.index] ?? mutation),
      }))
      const cause = causeOf(mutation, result, refused)
      const first = conflicts.find((each) => each.index === cause)?.because_of ?? cause
      const { code, message } = result
      conflicts.push({ index, type: mutation.type, code, message, because_of: first })
      return before
    }, schema)
    if (conflicts.length === 0) return next
    throw conflict(mutations.length, conflicts)
  },
}

function attempt(schema: LogicalSchema, mutation: Mutation, context: ApplyContext): LogicalSchema | SagaError {
  try {
    return context.applyMutation(schema, mutation)
  } catch (error) {
    if (error instanceof SagaError) return error
    throw error
  }
}

function conflict(count: number, conflicts: readonly ChangesetConflict[]): MutationRejected {
  const roots = conflicts.filter(({ because_of }) => because_of === null)
  const named = roots.map(({ index, type, code, message }) => `mutations[${index}] (${type}) ${code}: ${message}`)
  const follow = conflicts.length - roots.length
  const rest = follow === 0 ? '' : `; ${follow} more fail only because of ${roots.length === 1 ? 'this' : 'these'}`
  const text = `${conflicts.length} of ${count} mutations do not apply, so none was: ${named.join('; ')}${rest}`
  return new MutationRejected('CHANGESET_CONFLICT', text, {
    path: `mutations[${conflicts[0]?.index ?? 0}]`,
    details: { conflicts: [...conflicts] },
  })
}
