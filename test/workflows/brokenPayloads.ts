/** A client whose payloads nobody can read. */
import { type Payload, WorkflowClient } from '@temporalio/client'

/** Payloads as another SDK, another codec or a slip of a hand makes them. */
export const BROKEN: Readonly<Record<'json' | 'encrypted' | 'bare', Payload>> = {
  json: { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"action": "retry"') },
  encrypted: { metadata: { encoding: Buffer.from('binary/encrypted') }, data: Buffer.from('?') },
  bare: { metadata: {}, data: null },
}

/** The same client, which sends that payload instead of whatever it is given. */
export function sendingBroken(client: WorkflowClient, payload: Payload): WorkflowClient {
  const codec = { encode: async (all: Payload[]) => all.map(() => payload), decode: async (all: Payload[]) => all }
  const { connection, options } = client
  return new WorkflowClient({ connection, namespace: options.namespace, dataConverter: { payloadCodecs: [codec] } })
}
