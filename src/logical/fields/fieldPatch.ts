/** Patches of an existing field: an absent key leaves the value, null clears it, `validation` merges key by key. */
import type { Field, Validation } from '../schema.ts'

/** The keys that an update may give. */
export interface FieldPatch {
  readonly field_description?: string | null | undefined
  readonly enable_indexing?: boolean | null | undefined
  readonly validation?: { readonly [Key in keyof Validation]?: Validation[Key] | null } | null | undefined
}

/** The field after the patch. */
export function patchField(field: Field, patch: FieldPatch): Field {
  const { description, enable_indexing, validation, ...rest } = field
  const merged = mergeValidation(validation, patch.validation)
  const nextDescription = patched(description, patch.field_description)
  const nextIndexing = patched(enable_indexing, patch.enable_indexing)
  return {
    ...rest,
    ...(nextDescription !== undefined && { description: nextDescription }),
    ...(nextIndexing !== undefined && { enable_indexing: nextIndexing }),
    ...(merged !== undefined && { validation: merged }),
  }
}

/** The value after a patch of one key. */
export function patched<Value>(before: Value | undefined, given: Value | null | undefined): Value | undefined {
  if (given === undefined) return before
  return given === null ? undefined : given
}

function mergeValidation(before: Validation | undefined, patch: FieldPatch['validation']): Validation | undefined {
  if (patch === undefined) return before
  if (patch === null) return undefined
  const merged = Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null && value !== undefined)
  return merged.length === 0 ? undefined : Object.fromEntries(merged)
}
