/**
 * Parsing what anybody may send to a workflow. By hand, because workflow code loads its modules anew for each of thousands
 * of runs: a library would cost more there than the work itself.
 */

/** Gives the value as it is meant, or throws `Malformed`. */
export type Parser<T> = (value: unknown, path: string) => T

/** Names of fields are part of a path, and may be anything: an answer is not to be as long as what it refuses. */
const LONGEST_PATH = 200

function storable(path: string): string {
  return path.replace(/[\0\p{Surrogate}]/gu, '\uFFFD')
}

/** What is wrong with a value, and where. */
export class Malformed extends Error {
  readonly path: string

  constructor(path: string, expected: string) {
    const place = storable(path.slice(0, LONGEST_PATH))
    super(`${place === '' ? 'The request' : place}: ${expected} expected.`)
    this.path = place
  }
}

const UNDECODABLE = Symbol.for('schema-saga: undecodable')

/** What stands for a payload that could not be read; it becomes an empty object where it is sent on. */
export function undecodable(encoding: string | null): object {
  return { [UNDECODABLE]: encoding }
}

/** Throws where nothing can be said of a value, because it could not be read. */
export function requireDecoded(value: unknown): void {
  if (typeof value !== 'object' || value === null || !(UNDECODABLE in value)) return
  const encoding = value[UNDECODABLE]
  const told = typeof encoding === 'string' ? ` (its encoding is "${encoding}")` : ''
  throw new Malformed('', `a payload that can be read as JSON${told} is`)
}

/** NUL, and half of a surrogate pair: no column of Postgres can hold them. */
const UNSTORABLE = /[\0\p{Surrogate}]/u

/** A text of `least` to `most` characters that can be stored. */
export function text(most: number, least = 0): Parser<string> {
  return (value, path) => {
    if (typeof value !== 'string') throw new Malformed(path, 'a text is')
    if (value.length < least) throw new Malformed(path, 'a text that is not empty is')
    if (value.length > most) throw new Malformed(path, `a text of at most ${most} characters is`)
    if (UNSTORABLE.test(value)) throw new Malformed(path, 'a text without NUL characters and lone surrogates is')
    return value
  }
}

/** Missing and null are the same: callers in other languages send null for what they do not say. */
export function optional<T>(of: Parser<T>): Parser<T | undefined> {
  return (value, path) => (value === undefined || value === null ? undefined : of(value, path))
}

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Parser<T> {
  return (value, path) => {
    const word = words.find((each) => each === value)
    if (word === undefined) throw new Malformed(path, `one of ${words.map((each) => `"${each}"`).join(', ')} is`)
    return word
  }
}

/** A whole number of that range. */
export function wholeNumber(least: number, most: number): Parser<number> {
  return (value, path) => {
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number
    throw new Malformed(path, `a whole number from ${least} to ${most} is`)
  }
}

/** True or false. */
export function flag(): Parser<boolean> {
  return (value, path) => {
    if (typeof value === 'boolean') return value
    throw new Malformed(path, 'true or false is')
  }
}

/** A list of `least` to `most` entries. */
export function list<T>(of: Parser<T>, most: number, least = 0): Parser<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new Malformed(path, 'a list is')
    if (value.length < least) throw new Malformed(path, 'a list that is not empty is')
    if (value.length > most) throw new Malformed(path, `a list of at most ${most} is`)
    return value.map((each, index) => of(each, `${path}.${index}`))
  }
}

/** An object of at most `most` entries, all alike. */
export function record<T>(of: Parser<T>, most: number): Parser<Readonly<Record<string, T>>> {
  return (value, path) => {
    const entries = Object.entries(objectOf(value, path))
    if (entries.length > most) throw new Malformed(path, `an object of at most ${most} entries is`)
    return Object.fromEntries(entries.map(([key, each]) => [key, of(each, join(path, key))]))
  }
}

type Fields<T> = { readonly [K in keyof T]-?: Parser<T[K] | undefined> }

/** An object with these fields and no others: a misspelt one must not mean "all". */
export function message<T extends object>(fields: Fields<T>): Parser<T> {
  return (value, path) => {
    const given = objectOf(value, path)
    const unknown = Object.keys(given).find((key) => !Object.hasOwn(fields, key))
    if (unknown !== undefined) throw new Malformed(join(path, unknown), 'no such field is')
    return fieldsOf(given, fields, path)
  }
}

/** An object with these fields, and with whatever else a later release adds to them. */
export function input<T extends object>(fields: { readonly [K in keyof T]?: Parser<T[K] | undefined> }): Parser<T> {
  return (value, path) => {
    const given = objectOf(value, path)
    return { ...given, ...fieldsOf(given, fields as Fields<T>, path) }
  }
}

/** An object, whatever is in it. */
export function object<T extends object>(): Parser<T> {
  return (value, path) => objectOf(value, path) as T
}

function objectOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  requireDecoded(value)
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw new Malformed(path, 'an object is')
}

/** What is missing stays missing. */
function fieldsOf<T extends object>(given: Readonly<Record<string, unknown>>, fields: Fields<T>, path: string): T {
  const parsed: Record<string, unknown> = {}
  for (const [key, parse] of Object.entries<Parser<unknown>>(fields)) {
    const value = parse(given[key], join(path, key))
    if (value !== undefined) parsed[key] = value
  }
  return parsed as T
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
