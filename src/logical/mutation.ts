/** What a mutation type is: its input, and `apply`, which is also its validation. */
import type { ZodType } from 'zod'
import type { LogicalSchema } from './schema.ts'

/** What `apply` may know besides the schema and the input. */
export interface MutationContext {
  /** The operation that carries the mutation; source of derived ids, so that planning twice gives the same schema. */
  readonly operationId: string
}

/** One of the mutation types: a file in `mutations/`. */
export interface MutationDefinition<Type extends string, Input> {
  readonly type: Type
  /** Accepts the arguments without `type`; unknown keys are refused. */
  readonly input: ZodType<Input>
  /** Returns the next schema, or throws `MutationRejected`; returns the same object when nothing changes. */
  readonly apply: (schema: LogicalSchema, input: Input, context: MutationContext) => LogicalSchema
}
