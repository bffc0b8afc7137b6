/** Which fields begin as copies of others: no comparison of two schemas shows it, only the request does. */
import type { Field, LogicalSchema } from '../../../src/logical/schema.ts'

/** A new field of a model and the one whose values it begins with, as cells. */
export interface Copy {
  readonly model: string
  readonly from: string
  readonly to: string
}

/** The copies of root fields that a request asks for; what is not clear from the two schemas is left out. */
export function copiesIn(before: LogicalSchema, after: LogicalSchema, request: unknown): readonly Copy[] {
  return requestsIn(request).flatMap((each): readonly Copy[] => {
    if (each.operation !== 'duplicate' || each.parent_field !== undefined) return []
    const source = before.models.find(({ name }) => name === each.model_name)
    const target = after.models.find(({ id }) => id === source?.id)
    const from = source?.fields.find(({ identifier }) => identifier === each.field_name)
    const fresh = (target?.fields ?? []).filter(({ id }) => !(source?.fields ?? []).some((old) => old.id === id))
    const to = fresh.find((field) => field.identifier === each.new_name && isLike(field, from))
    if (source === undefined || from === undefined || to === undefined) return []
    return [{ model: source.id, from: `${from.id}/`, to: `${to.id}/` }]
  })
}

function isLike(field: Field, other: Field | undefined): boolean {
  return field.field_type === other?.field_type && field.input_type === other.input_type
}

/** The mutations of a request: itself, or those of a changeset. */
function requestsIn(request: unknown): readonly Record<string, unknown>[] {
  if (typeof request !== 'object' || request === null) return []
  const { mutations, ...one } = request as Record<string, unknown>
  return Array.isArray(mutations) ? mutations.flatMap(requestsIn) : [one]
}
