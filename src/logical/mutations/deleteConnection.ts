import { z } from 'zod'
import { MutationRejected } from '../../errors.ts'
import { NOTHING_MADE } from '../made.ts'
import type { MutationDefinition } from '../mutation.ts'
import { looseRelationName } from '../names/names.ts'
import { nameArgument } from '../parse/arguments.ts'
import { connectionModels, isSameConnection, withoutConnection } from '../relations/connections.ts'
import type { Connection, Model } from '../schema.ts'

const input = z.strictObject({
  from: nameArgument('from'),
  to: nameArgument('to'),
  known_as: z.string().exactOptional(),
})

/** The arguments of `delete_connection`. */
export type DeleteConnectionInput = z.infer<typeof input>

/** Removes a relation from both models. */
export const deleteConnection: MutationDefinition<'delete_connection', DeleteConnectionInput> = {
  type: 'delete_connection',
  input,
  summary: ({ from, to, known_as }) => `${from} -> ${to}${known_as === undefined ? '' : ` as ${known_as}`}`,
  makes: NOTHING_MADE,
  apply(schema, given) {
    const { from, to } = connectionModels(schema, given)
    const forward = side(from, 'forward', to.name, given.known_as, 'from connection type not found')
    const backward = side(to, 'backward', from.name, given.known_as, 'to connection type not found')
    return withoutConnection(withoutConnection(schema, from.id, forward), to.id, backward)
  },
}

function side(
  model: Model,
  type: Connection['type'],
  peer: string,
  knownAs: string | undefined,
  notFound: string,
): Connection {
  const named = (name: string | undefined) => model.connections.find((each) => isSameConnection(each, type, peer, name))
  const found = named(knownAs) ?? (knownAs === undefined ? undefined : named(looseRelationName(knownAs)))
  if (found === undefined) throw new MutationRejected('CONNECTION_NOT_FOUND', notFound, { path: 'known_as' })
  return found
}
