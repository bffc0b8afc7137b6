/** The two sides of a relation in the logical schema. */
import { isDeepStrictEqual } from 'node:util'
import { MutationRejected, SagaError } from '../../errors.ts'
import { withModel } from '../edit.ts'
import { findModel } from '../find.ts'
import type { Connection, LogicalSchema, Model } from '../schema.ts'
import { withoutRelationField, withRelationField } from './relationFields.ts'

/** The models that `from` and `to` name. */
export function connectionModels(
  schema: LogicalSchema,
  { from, to }: { readonly from: string; readonly to: string },
): { from: Model; to: Model } {
  const find = (name: string, path: string): Model => {
    try {
      return findModel(schema, name)
    } catch (error) {
      if (!(error instanceof SagaError)) throw error
      throw error.retold(error.message, { path })
    }
  }
  return { from: find(from, 'from'), to: find(to, 'to') }
}

/** Whether this is the connection of that direction, peer and name. */
export function isSameConnection(
  connection: Connection,
  type: Connection['type'],
  peer: string,
  knownAs: string | undefined,
): boolean {
  return connection.type === type && connection.model === peer && connection.known_as === knownAs
}

/**
 * The schema with a connection of that model, in place of the one with the same identity; with the field that stands
 * for it where the model has one of its peer. The same schema when it is there like that.
 */
export function withConnection(schema: LogicalSchema, modelId: string, connection: Connection): LogicalSchema {
  const model = byId(schema, modelId)
  const { type, model: peer, known_as: knownAs } = connection
  const before = model.connections.find((each) => isSameConnection(each, type, peer, knownAs))
  if (isDeepStrictEqual(before, connection)) return schema
  refuseKindChange(schema, modelId, before, connection)
  const connections =
    before === undefined
      ? [...model.connections, connection]
      : model.connections.map((each) => (each === before ? connection : each))
  return withModel(schema, withFieldOf({ ...model, connections }, peer, knownAs))
}

/** The schema without that connection of the model, and without the field that stood for it. */
export function withoutConnection(schema: LogicalSchema, modelId: string, connection: Connection): LogicalSchema {
  const model = byId(schema, modelId)
  const connections = model.connections.filter((each) => each !== connection)
  return withModel(schema, withFieldOf({ ...model, connections }, connection.model, connection.known_as))
}

/** A model related to itself by the same name in both directions has one field for both. */
function withFieldOf(model: Model, peer: string, knownAs: string | undefined): Model {
  const hasOne = model.connections.some(
    (each) => each.model === peer && each.known_as === knownAs && each.relation === 'has_one',
  )
  return hasOne ? withRelationField(model, peer, knownAs) : withoutRelationField(model, peer, knownAs)
}

/** Only from one-to-one can a side become many: everything else would have no place for the keys that are there. */
function refuseKindChange(
  schema: LogicalSchema,
  modelId: string,
  before: Connection | undefined,
  after: Connection,
): void {
  if (before === undefined || before.relation === after.relation) return
  const other = byName(schema, after.model).connections.find(
    (each) => each.type !== after.type && each.known_as === after.known_as && each.model === byId(schema, modelId).name,
  )
  if (before.relation === 'has_one' && other?.relation === 'has_one') return
  const text = `the relation of "${byId(schema, modelId).name}" and "${after.model}" is ${before.relation} on this side: only a one-to-one relation can become one-to-many`
  throw new MutationRejected('CONNECTION_KIND_CHANGE', text)
}

function byId(schema: LogicalSchema, id: string): Model {
  return only(schema.models.find((model) => model.id === id))
}

function byName(schema: LogicalSchema, name: string): Model {
  return only(schema.models.find((model) => model.name === name))
}

function only(model: Model | undefined): Model {
  if (model === undefined) throw new Error('a connected model is gone')
  return model
}
