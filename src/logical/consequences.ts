/** Of the refusals of a changeset: those that only follow from an earlier one, because what they name was not made. */
import type { SagaError } from '../errors.ts'
import type { Made } from './made.ts'
import type { SimpleMutation } from './mutations/index.ts'
import { looseFieldIdentifier, looseModelName } from './names/names.ts'

/** A mutation of a changeset that was refused, and what it would have made. */
export interface RefusedMutation {
  readonly index: number
  readonly made: Made | null
}

/** The position of the earlier refusal without which this one would not be; null for one of its own. */
export function causeOf(
  mutation: SimpleMutation,
  error: SagaError,
  earlier: readonly RefusedMutation[],
): number | null {
  const isMissing = missingFrom(mutation, error)
  return earlier.find(({ made }) => isMissing(made))?.index ?? null
}

function missingFrom(mutation: SimpleMutation, { code, details }: SagaError): (made: Made | null) => boolean {
  const { model } = details
  if (code === 'MODEL_NOT_FOUND') return (made) => made !== null && made.field === null && made.model === model
  if (code === 'MODEL_HAS_NO_FIELDS') return (made) => made !== null && made.field !== null && made.model === model
  if (code !== 'FIELD_NOT_FOUND' && code !== 'PARENT_NOT_FOUND') return () => false
  const place = 'model_name' in mutation ? looseModelName(mutation.model_name) : null
  const named = fieldsNamedBy(mutation)
  return (made) => made !== null && made.field !== null && made.model === place && named.includes(made.field)
}

/** All fields that its arguments name, parents included. */
function fieldsNamedBy(mutation: SimpleMutation): readonly string[] {
  const names = ['field_name', 'field_label', 'parent_field', 'parent_id', 'target_parent_id']
  const given = mutation as unknown as Readonly<Record<string, unknown>>
  return names
    .flatMap((name) => given[name] ?? [])
    .filter((name) => typeof name === 'string')
    .flatMap((name) => [name, ...name.split('.')])
    .map(looseFieldIdentifier)
}
