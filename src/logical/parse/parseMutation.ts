/** From untrusted input to a mutation; nothing behind this file checks shapes again. */

import { SagaError } from '../../errors.ts'
import {
  isMutationType,
  MUTATION_TYPES,
  MUTATIONS,
  type Mutation,
  type MutationOf,
  type MutationType,
} from '../mutations/index.ts'
import { inputInvalid, refusalOf } from './issueSentence.ts'
import { jsonErrorPosition } from './jsonPosition.ts'
import { findJsonProblem } from './jsonProblem.ts'
import { knownKeys } from './mutationJsonSchema.ts'

/**
 * The mutation that a value describes, an array being a changeset of several; throws `MutationRejected` with the place
 * of what is wrong.
 */
export function parseMutation(value: unknown): Mutation {
  if (Array.isArray(value)) return parseMutation({ type: 'publish_schema_changeset', mutations: value })
  if (typeof value !== 'object' || value === null) throw inputInvalid([], 'must be an object')
  const problem = findJsonProblem(value)
  if (problem !== null) throw inputInvalid(problem.path, problem.text)
  const { type, ...given }: { readonly type?: unknown } = value
  const known = MUTATION_TYPES.map((each) => `"${each}"`).join(', ')
  if (type === undefined) throw inputInvalid(['type'], `missing, must be one of ${known}`)
  if (typeof type !== 'string' || !isMutationType(type)) {
    throw inputInvalid(['type'], `unknown mutation type, must be one of ${known}`)
  }
  const mutation = parseAs(type, given)
  return mutation.type === 'publish_schema_changeset' ? parseEach(mutation.mutations) : mutation
}

/** The same for JSON text; messages give a position and never quote the text. */
export function parseMutationText(text: string): Mutation {
  return parseMutation(parseJson(text))
}

function parseAs<Type extends MutationType>(type: Type, given: unknown): MutationOf<Type> {
  const parsed = MUTATIONS[type].input.safeParse(given)
  if (!parsed.success) throw refusalOf(parsed.error.issues, given, knownKeys(type))
  // The compiler does not see that type and arguments belong together once they are one object.
  return { type, ...parsed.data } as MutationOf<Type>
}

/** The mutations of a changeset; what is wrong with one is said with its place in the list. */
function parseEach(given: readonly unknown[]): Mutation {
  const mutations = given.map((each, index) => {
    const mutation = parseElement(each, index)
    if (mutation.type !== 'publish_schema_changeset') return mutation
    throw inputInvalid(['mutations', index, 'type'], 'a changeset cannot hold another changeset')
  })
  return { type: 'publish_schema_changeset', mutations }
}

function parseElement(given: unknown, index: number): Mutation {
  try {
    return parseMutation(given)
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
    const place = `mutations[${index}]`
    const path = error.path === undefined ? place : `${place}.${error.path}`
    // Our own sentences about an input begin with its place.
    const text = error.message.replace(/^mutation(?=[.:])/, `mutation.${place}`)
    throw error.retold(text, { path })
  }
}

/** A JSON text, a BOM apart. Errors: `INPUT_INVALID`; messages give a position and never quote the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    throw inputInvalid([], text.trim() === '' ? 'is empty' : `is not JSON, at ${jsonErrorPosition(text)}`)
  }
}
