import { z } from 'zod'
import { MutationRejected } from '../../errors.ts'
import { NOTHING_MADE } from '../made.ts'
import type { MutationDefinition } from '../mutation.ts'
import { refuseNameCollisions } from '../names/collisions.ts'
import { canonicalRelationName } from '../names/names.ts'
import { nameArgument } from '../parse/arguments.ts'
import { connectionModels, isSameConnection, withConnection } from '../relations/connections.ts'
import type { Connection, LogicalSchema, Model } from '../schema.ts'

const kind = z.enum(['has_one', 'has_many'])

const input = z.strictObject({
  from: nameArgument('from'),
  to: nameArgument('to'),
  forward_connection_type: kind,
  reverse_connection_type: kind,
  known_as: z.string().exactOptional(),
  on_delete: z.enum(['set_null', 'cascade', 'restrict']).exactOptional(),
})

/** The arguments of `create_connection`. */
export type CreateConnectionInput = z.infer<typeof input>

/** Relates two models, or a model to itself; repeated with other kinds or another delete rule, it changes the relation. */
export const createConnection: MutationDefinition<'create_connection', CreateConnectionInput> = {
  type: 'create_connection',
  input,
  summary: ({ from, to, known_as }) => `${from} -> ${to}${known_as === undefined ? '' : ` as ${known_as}`}`,
  makes: NOTHING_MADE,
  apply(schema, given) {
    const { from, to } = connectionModels(schema, given)
    const knownAs = given.known_as === undefined ? undefined : canonicalRelationName(given.known_as)
    for (const side of [from, to]) refuseWithoutFields(side)
    const before = from.connections.find((each) => isSameConnection(each, 'forward', to.name, knownAs))
    if (before === undefined && knownAs === undefined) refuseUnnamed(from, to)
    const onDelete = given.on_delete ?? before?.on_delete
    const rest = {
      ...(knownAs !== undefined && { known_as: knownAs }),
      ...(onDelete !== undefined && { on_delete: onDelete }),
    }
    const forward: Connection = { model: to.name, relation: given.forward_connection_type, type: 'forward', ...rest }
    const backward: Connection = {
      model: from.name,
      relation: given.reverse_connection_type,
      type: 'backward',
      ...rest,
    }
    return withBoth(schema, from, to, forward, backward)
  },
}

function withBoth(
  schema: LogicalSchema,
  from: Model,
  to: Model,
  forward: Connection,
  backward: Connection,
): LogicalSchema {
  const next = withConnection(withConnection(schema, from.id, forward), to.id, backward)
  if (next !== schema) refuseNameCollisions(next)
  return next
}

function refuseWithoutFields(model: Model): void {
  if (model.fields.length > 0) return
  const text = `cannot create relations with ${model.name}, because it has no fields.`
  throw new MutationRejected('MODEL_HAS_NO_FIELDS', text, { details: { model: model.name } })
}

/** Two relations between the same models, and one of a model to itself, need a name to be told apart. */
function refuseUnnamed(from: Model, to: Model): void {
  const isReversed = from.connections.some((each) => isSameConnection(each, 'backward', to.name, undefined))
  if (from.id !== to.id && !isReversed) return
  const text =
    from.id === to.id
      ? `a relation of model "${from.name}" to itself needs a name: say known_as`
      : `models "${to.name}" and "${from.name}" are connected the other way round: say known_as for a second relation`
  throw new MutationRejected('CONNECTION_NEEDS_ALIAS', text, { path: 'known_as' })
}
