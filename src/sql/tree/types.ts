/** Types of columns: whether another one may cut values, and whether it writes every row anew. */

import type { Tree } from '../parser.ts'
import { listOf } from './made.ts'

/** A type by the name that Postgres' catalog has for it, and what is in its parentheses. */
export interface ColumnType {
  readonly name: string
  readonly limits: readonly number[]
}

/** Names as people and `format_type` write them. */
const CATALOG_NAMES: Readonly<Record<string, string>> = {
  smallint: 'int2',
  integer: 'int4',
  int: 'int4',
  bigint: 'int8',
  real: 'float4',
  'double precision': 'float8',
  decimal: 'numeric',
  boolean: 'bool',
  'character varying': 'varchar',
  character: 'bpchar',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
  'bit varying': 'varbit',
}

/** To these, assignment cuts or rounds what does not fit. */
const CUTS = new Set(['int2', 'int4', 'float4', 'bool', 'date', 'time', 'timetz', 'bit', 'char', 'name', 'money'])
/** To these only where they have a limit. */
const CUTS_WITH_LIMIT = new Set(['numeric', 'varchar', 'bpchar', 'varbit', 'timestamp', 'timestamptz', 'interval'])

/** What holds all values of another. */
const WIDER: Readonly<Record<string, readonly string[]>> = {
  int2: ['int4', 'int8', 'numeric', 'float4', 'float8'],
  int4: ['int8', 'numeric', 'float8'],
  int8: ['numeric'],
  float4: ['float8'],
  date: ['timestamp', 'timestamptz'],
  time: ['timetz'],
  bit: ['varbit'],
  bpchar: ['varchar', 'text'],
  varchar: ['text'],
}

/** What is stored in the same way. */
const ALIKE: Readonly<Record<string, readonly string[]>> = { varchar: ['text'], text: ['varchar'], cidr: ['inet'] }

/** The type in a tree. */
export function typeOfTree(type: unknown): ColumnType {
  const { names, typmods, arrayBounds } = (type ?? {}) as Tree
  const name = listOf(names)
    .map((part) => String((part.String as Tree | undefined)?.sval))
    .filter((part) => part !== 'pg_catalog')
    .join('.')
  const limits = listOf(typmods).map((limit) => Number(((limit.A_Const as Tree | undefined)?.ival as Tree)?.ival ?? 0))
  return { name: `${name}${listOf(arrayBounds).length > 0 ? '[]' : ''}`, limits }
}

/** The type as `format_type` writes it: `character varying(20)`. */
export function typeOfText(text: string): ColumnType {
  const limits = /\(([\d, ]+)\)/.exec(text)?.[1]?.split(',').map(Number) ?? []
  const name = text.replace(/\([\d, ]+\)/, '').trim()
  return { name: CATALOG_NAMES[name] ?? name, limits }
}

/** Whether a value of one may not fit into the other; `from` is null where nobody knows it. */
export function mayCut(from: ColumnType | null, to: ColumnType): boolean {
  if (from !== null && from.name === to.name) return !isWithin(from, to)
  if (from !== null && (WIDER[from.name] ?? []).includes(to.name)) return to.limits.length > 0
  if (from !== null && to.name === 'int8') return ['numeric', 'float4', 'float8'].includes(from.name)
  return CUTS.has(to.name) || (CUTS_WITH_LIMIT.has(to.name) && to.limits.length > 0)
}

/** Whether the limits of one lie within those of the other. */
function isWithin(from: ColumnType, to: ColumnType): boolean {
  if (to.limits.length === 0) return true
  if (from.limits.length === 0) return false
  const [before = 0, scaleBefore = 0] = from.limits
  const [after = 0, scaleAfter = 0] = to.limits
  return after - scaleAfter >= before - scaleBefore && scaleAfter >= scaleBefore
}

/** Whether the values of one are also those of the other as they are stored. */
export function keepsRows(from: ColumnType, to: ColumnType): boolean {
  if (from.name !== to.name) return (ALIKE[from.name] ?? []).includes(to.name) && to.limits.length === 0
  const isSameScale = from.name !== 'numeric' || to.limits.length === 0 || (from.limits[1] ?? 0) === (to.limits[1] ?? 0)
  return from.name !== 'bpchar' && from.name !== 'bit' && isWithin(from, to) && isSameScale
}

/** Whether an expression is the column itself, and nothing but casts around it. */
export function isCastOf(expression: unknown, column: string): boolean {
  let { TypeCast: cast, ColumnRef: reference } = (expression ?? {}) as Record<string, Tree | undefined>
  while (cast !== undefined) ({ TypeCast: cast, ColumnRef: reference } = cast.arg as Record<string, Tree | undefined>)
  const last = listOf(reference?.fields).at(-1) as { String?: Tree } | undefined
  return last?.String?.sval === column
}
