/** How a value is called that does not fit a new type, so that one knows what to put in its place. */
import type { ValueKind } from '../../logical/fields/casts.ts'

const WORDS: Readonly<Record<ValueKind, string>> = {
  text: 'a single text',
  int: 'a whole number from -2147483648 to 2147483647',
  double: 'a number',
  boolean: 'a boolean such as true or false',
  date: 'a date such as 2024-12-31',
  list: 'a list',
  object: 'an object',
  repeated: 'a list of objects',
  media: 'a reference to media',
}

/** What is said of the values of a place that a cast would lose. */
export function misfitText(place: string, from: ValueKind, to: ValueKind): string {
  const empty = from === 'text' ? '; an empty text is not one either, set it to NULL first' : ''
  return `with a value in "${place}" that is not ${WORDS[to]}${empty}`
}
