/** From foreign keys and pivot tables to the relations that would have made them. */
import { SagaError } from '../../errors.ts'
import { refuseNameCollisions } from '../../logical/names/collisions.ts'
import { shortenName } from '../../logical/names/shortenName.ts'
import { withConnection } from '../../logical/relations/connections.ts'
import type { Connection, LogicalSchema } from '../../logical/schema.ts'
import type { ForeignKey, Table } from '../schema.ts'

/** A relation with the table that shows it. */
export interface FoundRelation {
  readonly table: string
  readonly from: string
  readonly to: string
  readonly forward: Connection['relation']
  readonly reverse: Connection['relation']
  readonly knownAs: string | undefined
  readonly onDelete: Connection['on_delete']
}

/** Whether a table is nothing but the pairs of a many-to-many relation. */
export function isPivot({ columns, primaryKey, foreignKeys }: Table): boolean {
  return (
    Object.keys(columns).length === 2 && primaryKey?.columns.length === 2 && Object.values(foreignKeys).length === 2
  )
}

/** The relation of a pivot table, or in words why there is none. */
export function relationOfPivot(table: Table): FoundRelation | string {
  const [from, to] = (table.primaryKey?.columns ?? []).map((column) =>
    Object.values(table.foreignKeys).find((key) => key.columns[0] === column),
  )
  if (from === undefined || to === undefined) return 'its keys do not lead to two tables'
  const names = [from.table, to.table].sort().join('_')
  const knownAs = table.name === names ? undefined : between(table.name, `${names}_as_`, '')
  if (table.name !== names && knownAs === undefined) return `it would be named ${names} or ${names}_as_<name>`
  const sides = { table: table.name, from: from.table, to: to.table, knownAs }
  return { ...sides, forward: 'has_many', reverse: 'has_many', onDelete: undefined }
}

/** The relation of a foreign key of a model's table, or in words why there is none; null when the other side shows it. */
export function relationOfKey(table: Table, key: ForeignKey, peer: Table): FoundRelation | string | null {
  const [column = ''] = key.columns
  const isOne = isUnique(table, column)
  const knownAs = knownAsOf(table, column, peer, isOne)
  if (knownAs === null) return `column ${column} would be named ${peer.name}_id or ${peer.name}_as_<name>_id`
  const relation = { table: table.name, from: table.name, to: peer.name, knownAs, onDelete: onDeleteOf(key) }
  if (!isOne) return { ...relation, forward: 'has_one', reverse: 'has_many' }
  // Both sides of a one-to-one relation have a key; the one whose name comes first tells of it.
  if (table.name > peer.name) return null
  return { ...relation, forward: 'has_one', reverse: 'has_one' }
}

/** The schema with the relation, or in words why it cannot have it. */
export function withRelation(schema: LogicalSchema, relation: FoundRelation): LogicalSchema | string {
  const { from, to, forward, reverse, knownAs, onDelete } = relation
  const rest = { ...(knownAs !== undefined && { known_as: knownAs }), ...(onDelete && { on_delete: onDelete }) }
  const idOf = (name: string) => schema.models.find((model) => model.name === name)
  const [source, target] = [idOf(from), idOf(to)]
  if (source === undefined || target === undefined)
    return `it leads to ${source === undefined ? from : to}, which is left alone`
  if (source.connections.some((each) => each.model === to && each.known_as === knownAs)) {
    return `there is another relation of ${from} and ${to} by the same name`
  }
  try {
    const one = withConnection(schema, source.id, { model: to, relation: forward, type: 'forward', ...rest })
    const both = withConnection(one, target.id, { model: from, relation: reverse, type: 'backward', ...rest })
    refuseNameCollisions(both)
    return both
  } catch (error) {
    if (error instanceof SagaError) return error.message
    throw error
  }
}

/** Undefined for a relation without a name, null for a column that no relation has. */
function knownAsOf(table: Table, column: string, peer: Table, isOne: boolean): string | undefined | null {
  if (table.name === peer.name && isOne) return between(column, '', '_id') ?? null
  if (table.name !== peer.name && column === shortenName(`${peer.name}_id`)) return undefined
  return between(column, `${peer.name}_as_`, '_id') ?? null
}

function onDeleteOf({ onDelete }: ForeignKey): Connection['on_delete'] {
  return onDelete === 'no_action' || onDelete === 'set_null' ? undefined : onDelete
}

function isUnique(table: Table, column: string): boolean {
  return Object.values(table.uniques).some(({ columns }) => columns.length === 1 && columns[0] === column)
}

function between(text: string, start: string, end: string): string | undefined {
  const length = text.length - start.length - end.length
  if (length < 1 || !text.startsWith(start) || !text.endsWith(end)) return undefined
  return text.slice(start.length, start.length + length)
}
