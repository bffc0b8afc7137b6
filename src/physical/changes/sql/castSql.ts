/** Casts of values between field types as SQL over a column; null comes out where a value does not fit. */
import type { ValueKind } from '../../../logical/fields/casts.ts'

const LIST_OF_ONE = 'CASE WHEN $1 IS NOT NULL THEN jsonb_build_array($1) END'
const AS_TEXT = '($1)::text'
const AS_JSON = 'schema_saga_target.text_to_json_v1($1)'

type Pair = `${ValueKind}>${ValueKind}`

/** From one type to another. */
const FORWARD: Readonly<Partial<Record<Pair, string>>> = {
  'text>int': 'schema_saga_target.text_to_int_v1($1)',
  'text>double': 'schema_saga_target.text_to_numeric_v1($1)',
  'text>boolean': 'schema_saga_target.text_to_boolean_v1($1)',
  'text>date': 'schema_saga_target.text_to_date_v1($1)',
  'text>list': LIST_OF_ONE,
  'int>text': AS_TEXT,
  'int>double': '($1)::numeric',
  'int>boolean': 'CASE $1 WHEN 0 THEN false WHEN 1 THEN true END',
  'int>list': LIST_OF_ONE,
  'double>text': AS_TEXT,
  'double>int': 'schema_saga_target.numeric_to_int_v1($1)',
  'double>boolean': 'CASE $1 WHEN 0 THEN false WHEN 1 THEN true END',
  'double>list': LIST_OF_ONE,
  'boolean>text': AS_TEXT,
  'boolean>int': '($1)::integer',
  'boolean>double': '($1)::integer::numeric',
  // A year before Christ would be told as one after it, and there is no form for what has no end.
  'date>text': "CASE WHEN $1 >= DATE '0001-01-01' THEN to_char($1, 'YYYY-MM-DD') END",
  'list>text': AS_TEXT,
  'list>repeated': 'schema_saga_target.list_to_repeated_v1($1)',
  'object>text': AS_TEXT,
  'object>repeated': LIST_OF_ONE,
  'repeated>text': AS_TEXT,
  'repeated>list': '$1',
}

/** Back again, where that is not the cast of the other direction. */
const BACKWARD: Readonly<Partial<Record<Pair, string>>> = {
  'text>list': '$1 ->> 0',
  'int>list': 'schema_saga_target.text_to_int_v1($1 ->> 0)',
  'double>list': 'schema_saga_target.text_to_numeric_v1($1 ->> 0)',
  'list>text': AS_JSON,
  'object>text': AS_JSON,
  'repeated>text': AS_JSON,
  'list>repeated': 'schema_saga_target.repeated_to_list_v1($1)',
  'object>repeated': '$1 -> 0',
}

/** From a value of type `from` to one of type `to`. */
export function castSql(from: ValueKind, to: ValueKind): string {
  return known(FORWARD[`${from}>${to}`], from, to)
}

/** From what `castSql` has made to a value of type `from` again. */
export function castBackSql(from: ValueKind, to: ValueKind): string {
  return known(BACKWARD[`${from}>${to}`] ?? FORWARD[`${to}>${from}`], to, from)
}

const FROM_JSON: Readonly<Record<ValueKind, string>> = {
  text: 'schema_saga_target.json_to_text_v1',
  int: 'schema_saga_target.json_to_int_v1',
  double: 'schema_saga_target.json_to_numeric_v1',
  boolean: 'schema_saga_target.json_to_boolean_v1',
  date: 'schema_saga_target.json_to_date_v1',
  list: 'schema_saga_target.json_to_json_v1',
  object: 'schema_saga_target.json_to_json_v1',
  repeated: 'schema_saga_target.json_to_json_v1',
  media: 'schema_saga_target.json_to_json_v1',
}

/** A value out of a document as a column holds it; null where it does not fit. */
export function fromJsonSql(to: ValueKind, json: string): string {
  return `${FROM_JSON[to]}(${json})`
}

function known(sql: string | undefined, from: ValueKind, to: ValueKind): string {
  if (sql === undefined) throw new Error(`there is no cast from ${from} to ${to}`)
  return sql
}
