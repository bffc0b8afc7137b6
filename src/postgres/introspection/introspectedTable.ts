/** From the rows of introspection to the model of a table. */
import type { Check, Column, ForeignKey, Index, Key, Table, TableTraits } from '../../physical/schema.ts'
import type { ConstraintRow } from './facts.ts'

/** A table as the query of `introspect` gives it. */
export interface TableRow {
  readonly name: string
  readonly traits: TableTraits
  readonly columns: readonly Column[]
  readonly constraints: readonly ConstraintRow[]
  readonly indexes: readonly Index[]
}

const ON_DELETE: Readonly<Record<string, ForeignKey['onDelete']>> = {
  n: 'set_null',
  c: 'cascade',
  r: 'restrict',
  a: 'no_action',
}

/** The model of one table. */
export function tableOf({ name, traits, columns, constraints, indexes }: TableRow): Table {
  const plain = (type: ConstraintRow['type']): ConstraintRow[] =>
    constraints.filter((each) => each.type === type && isPlain(each))
  return {
    name,
    columns: byName(columns),
    primaryKey: plain('p').map(keyOf)[0] ?? null,
    uniques: byName(plain('u').map(keyOf)),
    // What the model cannot say stays visible as text, so that it counts as a difference.
    checks: byName([...plain('c').map(checkOf), ...constraints.filter((each) => !isPlain(each)).map(foreignCheckOf)]),
    foreignKeys: byName(plain('f').map(foreignKeyOf)),
    indexes: byName(indexes),
    ...(Object.keys(traits).length > 0 && { traits }),
  }
}

function isPlain({ type, plain, onDelete }: ConstraintRow): boolean {
  return plain && type !== 'x' && (type !== 'f' || ON_DELETE[onDelete ?? ''] !== undefined)
}

function keyOf({ name, columns }: ConstraintRow): Key {
  return { name, columns: columns ?? [] }
}

function foreignCheckOf({ name, definition }: ConstraintRow): Check {
  return { name, expression: definition }
}

function checkOf({ name, columns, expression }: ConstraintRow): Check {
  const [column, ...others] = columns ?? []
  const oneOf = column === undefined || others.length > 0 ? null : oneOfValues(column, expression ?? '')
  return oneOf === null || column === undefined
    ? { name, expression: expression ?? '' }
    : { name, column, oneOf: [...oneOf] }
}

/** The values of our own form, `(col = ANY (ARRAY['a'::text, 'b'::text]))`; null for any other expression. */
function oneOfValues(column: string, expression: string): readonly string[] | null {
  const quoted = `"${column.replaceAll('"', '""')}"`
  const opening = [column, quoted].map((name) => `(${name} = ANY (ARRAY[`).find((start) => expression.startsWith(start))
  if (opening === undefined || !expression.endsWith(']))')) return null
  const list = expression.slice(opening.length, -']))'.length)
  const items = list.match(/'(?:[^']|'')*'::text/g) ?? []
  if (items.join(', ') !== list) return null
  return items.map((item) => item.slice(1, -"'::text".length).replaceAll("''", "'"))
}

function foreignKeyOf({ name, columns, table, references, onDelete }: ConstraintRow): ForeignKey {
  return {
    name,
    columns: columns ?? [],
    table: table ?? '',
    references: references ?? [],
    onDelete: ON_DELETE[onDelete ?? ''] ?? 'no_action',
  }
}

function byName<T extends { readonly name: string }>(entries: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries.map((entry) => [entry.name, entry]))
}
