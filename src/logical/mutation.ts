/** What a mutation type is: its input, and `apply`, which is also its validation. */
import type { ZodType } from 'zod'
import type { Made } from './made.ts'
import type { Mutation } from './mutations/index.ts'
import type { LogicalSchema } from './schema.ts'

/** What `apply` may know besides the schema and the input. */
export interface MutationContext {
  /** The operation that carries the mutation; source of derived ids, so that planning twice gives the same schema. */
  readonly operationId: string
}

/** The context as a mutation type is given it, which may consist of other mutations. */
export interface ApplyContext extends MutationContext {
  /** Applies another mutation in the same context; handed in, because the registry of all types imports each type. */
  readonly applyMutation: (schema: LogicalSchema, mutation: Mutation) => LogicalSchema
  /** What another mutation would have made. */
  readonly madeBy: (mutation: Mutation) => Made | null
}

/** A field that begins with the values of another one of its model; both as ids, found in the schema after. */
export interface FieldCopy {
  readonly model: string
  readonly from: string
  readonly to: string
}

/** One of the mutation types: a file in `mutations/`. */
export interface MutationDefinition<Type extends string, Input> {
  readonly type: Type
  /** Accepts the arguments without `type`; unknown keys are refused. */
  readonly input: ZodType<Input>
  /** One line for people, without the type: `food.price`. */
  readonly summary: (input: Input) => string
  /** The model or the field that it gives a name: where it is refused, what follows from that is told apart. */
  readonly makes: (input: Input) => Made | null
  /** Returns the next schema, or throws `MutationRejected`; returns the same object when nothing changes. */
  readonly apply: (schema: LogicalSchema, input: Input, context: ApplyContext) => LogicalSchema
  /** What no comparison of two schemas can show: which new fields are copies, of which one. */
  readonly copies?: (before: LogicalSchema, after: LogicalSchema, input: Input) => readonly FieldCopy[]
}
