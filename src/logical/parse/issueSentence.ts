/** Turns the findings of zod into one sentence that begins with the place in the mutation. */
import type { z } from 'zod'
import { InputInvalid, MutationRejected } from '../../errors.ts'
import { nearest } from '../names/nearest.ts'
import { MISSING_NAME } from './arguments.ts'

type Issue = z.core.$ZodIssue

const NAME_TEXTS: readonly string[] = Object.values(MISSING_NAME)

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
}

/** The refusal of an input in which zod found these issues; `keys` are the known ones, for a suggestion. */
export function refusalOf(
  issues: readonly Issue[],
  given: unknown,
  keys: readonly string[],
): InputInvalid | MutationRejected {
  // An unknown key first: a misspelt one is often why another is missing.
  const issue = issues.find((each) => each.code === 'unrecognized_keys') ?? issues[0]
  if (issue === undefined) return inputInvalid([], 'is not valid')
  if (NAME_TEXTS.includes(issue.message)) {
    return new MutationRejected('NAME_REQUIRED', issue.message, { path: dotted(issue.path) })
  }
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0] ?? ''
    const near = nearest(key, keys)
    return inputInvalid([...issue.path, key], near === null ? 'unknown key' : `unknown key (did you mean "${near}"?)`)
  }
  const missing = valueAt(given, issue.path) === undefined ? 'missing, ' : ''
  return inputInvalid(issue.path, `${missing}${wanted(issue)}`)
}

/** A refusal with the code `INPUT_INVALID`; `path` is the place in the mutation. */
export function inputInvalid(path: readonly PropertyKey[], text: string): InputInvalid {
  const place = dotted(path)
  if (place === '') return new InputInvalid('INPUT_INVALID', `mutation: ${text}`)
  return new InputInvalid('INPUT_INVALID', `mutation.${place}: ${text}`, { path: place })
}

function wanted(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPE_WORDS[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`
    case 'invalid_union':
      return 'options' in issue && issue.options !== undefined
        ? `must be ${oneOf(issue.options)}`
        : 'must be a JSON value'
    default:
      return issue.message
  }
}

function oneOf(values: readonly unknown[]): string {
  // An argument that may be left out has `undefined` among its values.
  const texts = values.filter((value) => value !== undefined).map((value) => JSON.stringify(value))
  return texts.length === 1 ? texts.join() : `one of ${texts.join(', ')}`
}

function dotted(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${cut(String(key))}`))
    .join('')
    .replace(/^\./, '')
}

function cut(key: string): string {
  return key.length <= 60 ? key : `${key.slice(0, 60)}...`
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Reflect.get(current, key)
  }
  return current
}
