/** What a program writes down when it asks for a change. */
import type { SimpleMutation } from '../mutations/index.ts'
import type { OperationRequest } from './revertRequest.ts'

/** A value that is only read, so that one declared `as const` fits too. */
export type DeepReadonly<T> = T extends readonly (infer Element)[]
  ? readonly DeepReadonly<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

/**
 * A mutation; several as one changeset; or that a committed operation be taken back. A value that was read from elsewhere
 * becomes one by `parseMutation`; whatever is submitted is parsed in any case.
 */
export type MutationRequest = DeepReadonly<OperationRequest | readonly SimpleMutation[]>
