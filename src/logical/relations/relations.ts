/** Relations between models, and the key columns and pivot tables that they are in every target. */

import { shortenName } from '../names/shortenName.ts'
import type { Connection, LogicalSchema, Model } from '../schema.ts'

/** What happens to a key when the record it points to is deleted. */
export type OnDelete = NonNullable<Connection['on_delete']>

/** One relation: a forward connection together with the backward one of its peer. */
export interface Relation {
  /** Stays the same when models are renamed. */
  readonly id: string
  readonly from: Model
  readonly to: Model
  readonly knownAs: string | undefined
  readonly forward: Connection['relation']
  readonly reverse: Connection['relation']
  readonly onDelete: OnDelete
}

/** A column that holds the id of a record of another model, or of its own. */
export interface KeyColumn {
  /** Whose table it is in; `from` for a model that is related to itself. */
  readonly side: 'from' | 'to'
  readonly table: string
  readonly column: string
  readonly references: string
  readonly unique: boolean
  readonly onDelete: OnDelete
}

/** The table of a many-to-many relation; its primary key are both columns, `from` first. */
export interface Pivot {
  readonly name: string
  readonly from: { readonly column: string; readonly references: string }
  readonly to: { readonly column: string; readonly references: string }
}

/** All relations of a schema. */
export function relationsOf(schema: LogicalSchema): readonly Relation[] {
  return schema.models.flatMap((from) =>
    from.connections.flatMap((connection) => {
      if (connection.type !== 'forward') return []
      const to = schema.models.find((model) => model.name === connection.model)
      const back = to?.connections.find((each) => isBackOf(each, from, connection))
      if (to === undefined || back === undefined) throw new Error(`a connection of ${from.name} has no other side`)
      return [relationOf(from, to, connection, back)]
    }),
  )
}

/** The key columns of a relation; none for many-to-many. */
export function keyColumnsOf(relation: Relation): readonly KeyColumn[] {
  const { from, to, forward, reverse, onDelete, knownAs } = relation
  if (forward === 'has_many' && reverse === 'has_many') return []
  const oneToOne = forward === 'has_one' && reverse === 'has_one'
  const key = (side: 'from' | 'to', on: Model, references: Model, column = keyName(references.name, knownAs)) => ({
    side,
    table: on.name,
    column,
    references: references.name,
    unique: oneToOne,
    onDelete,
  })
  if (from.id === to.id) return [key('from', from, to, oneToOne ? shortenName(`${knownAs}_id`) : undefined)]
  const inFrom = forward === 'has_one' ? [key('from', from, to)] : []
  const inTo = reverse === 'has_one' ? [key('to', to, from)] : []
  return [...inTo, ...inFrom]
}

/** The pivot table of a many-to-many relation, or null. */
export function pivotOf({ from, to, knownAs, forward, reverse }: Relation): Pivot | null {
  if (forward !== 'has_many' || reverse !== 'has_many') return null
  const names = [from.name, to.name].sort().join('_')
  const other = from.id === to.id ? `${knownAs}` : to.name
  return {
    name: shortenName(knownAs === undefined ? names : `${names}_as_${knownAs}`),
    from: { column: shortenName(`${from.name}_id`), references: from.name },
    to: { column: shortenName(`${other}_id`), references: to.name },
  }
}

/** Whether a connection is the other side of that forward one of `from`. */
export function isBackOf(connection: Connection, from: Model, forward: Connection): boolean {
  return connection.type === 'backward' && connection.model === from.name && connection.known_as === forward.known_as
}

function relationOf(from: Model, to: Model, forward: Connection, back: Connection): Relation {
  return {
    id: JSON.stringify([from.id, to.id, forward.known_as ?? null]),
    from,
    to,
    knownAs: forward.known_as,
    forward: forward.relation,
    reverse: back.relation,
    onDelete: forward.on_delete ?? 'set_null',
  }
}

function keyName(model: string, knownAs: string | undefined): string {
  return shortenName(knownAs === undefined ? `${model}_id` : `${model}_as_${knownAs}_id`)
}
