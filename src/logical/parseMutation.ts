/** From untrusted input to a mutation; nothing behind this file checks shapes again. */

import { inputInvalid, refusalOf } from './issueSentence.ts'
import { jsonErrorPosition } from './jsonPosition.ts'
import { findJsonProblem } from './jsonProblem.ts'
import { knownKeys } from './mutationJsonSchema.ts'
import {
  isMutationType,
  MUTATION_TYPES,
  MUTATIONS,
  type Mutation,
  type MutationOf,
  type MutationType,
} from './mutations/index.ts'

/** The mutation that a value describes; throws `MutationRejected` with the place of what is wrong. */
export function parseMutation(value: unknown): Mutation {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw inputInvalid([], 'must be an object')
  const problem = findJsonProblem(value)
  if (problem !== null) throw inputInvalid(problem.path, problem.text)
  const { type, ...given }: { readonly type?: unknown } = value
  const known = MUTATION_TYPES.map((each) => `"${each}"`).join(', ')
  if (type === undefined) throw inputInvalid(['type'], `missing, must be one of ${known}`)
  if (typeof type !== 'string' || !isMutationType(type)) {
    throw inputInvalid(['type'], `unknown mutation type, must be one of ${known}`)
  }
  return parseAs(type, given)
}

/** The same for JSON text; messages give a position and never quote the text. */
export function parseMutationText(text: string): Mutation {
  return parseMutation(parseJson(text.replace(/^\uFEFF/, '')))
}

function parseAs<Type extends MutationType>(type: Type, given: unknown): MutationOf<Type> {
  const parsed = MUTATIONS[type].input.safeParse(given)
  if (!parsed.success) throw refusalOf(parsed.error.issues, given, knownKeys(type))
  // The compiler does not see that type and arguments belong together once they are one object.
  return { type, ...parsed.data } as MutationOf<Type>
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw inputInvalid([], text.trim() === '' ? 'is empty' : `is not JSON, at ${jsonErrorPosition(text)}`)
  }
}
