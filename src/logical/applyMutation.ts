import type { Made } from './made.ts'
import type { MutationContext } from './mutation.ts'
import { MUTATIONS, type MutationOf, type MutationType } from './mutations/index.ts'
import type { LogicalSchema } from './schema.ts'

/** The next schema, or the same object when nothing changes; throws `MutationRejected`. */
export function applyMutation<Type extends MutationType>(
  schema: LogicalSchema,
  mutation: MutationOf<Type>,
  context: MutationContext,
): LogicalSchema {
  return MUTATIONS[mutation.type].apply(schema, mutation, {
    ...context,
    applyMutation: (before, nested) => applyMutation(before, nested, context),
    madeBy,
  })
}

function madeBy<Type extends MutationType>(mutation: MutationOf<Type>): Made | null {
  return MUTATIONS[mutation.type].makes(mutation)
}
