/** What several mutations ask about models. */
import { MutationRejected } from '../errors.ts'
import type { LogicalSchema, Model } from './schema.ts'

/** Whether a connection leaves or reaches the model. */
export function isConnected(schema: LogicalSchema, model: Model): boolean {
  return (
    model.connections.length > 0 ||
    schema.models.some((each) => each.connections.some((connection) => connection.model === model.name))
  )
}

/** Refuses the name of a model that is there. */
export function refuseModelName(schema: LogicalSchema, name: string, path: string): void {
  if (!schema.models.some((model) => model.name === name)) return
  throw new MutationRejected('MODEL_EXISTS', `model "${name}" is already defined`, { path })
}
