/** Which parts of schema-saga are there: what is not is reported as not measured. */
import type { ApplyOptions, SchemaSagaClient } from '../src/client.ts'
import { MutationRejected } from '../src/errors.ts'
import { parseRequest } from '../src/request.ts'
import type { FanOut } from './measurement.ts'
import { SAME_AGAIN } from './schema.ts'

/** Methods of the client that the benchmark times. */
export interface FleetClient {
  readonly drift: (project: string) => Promise<unknown>
  readonly reconcile: (project: string) => Promise<unknown>
  readonly catchUp: (project: string, tenant: string) => Promise<unknown>
}

/** Options of a submission, with those that may not be there yet. */
export type BenchOptions = ApplyOptions & { readonly fanOut?: FanOut }

/** The options that ask for a fan-out, or null when it cannot be asked for; children were all there was at first. */
export function fanOutOptions(fanOut: FanOut): BenchOptions | null {
  const asked = { fanOut }
  if (knows(asked)) return asked
  return fanOut === 'children' ? {} : null
}

/** The options that leave failing tenants behind, or null. */
export function parkOptions(): BenchOptions | null {
  const asked = { onTenantFailure: 'park', maxParked: '5%' } as const
  return knows(asked) ? asked : null
}

/** A method of the client, or null when it has none of that name. */
export function fleetMethod<Name extends keyof FleetClient>(
  client: SchemaSagaClient,
  name: Name,
): FleetClient[Name] | null {
  return (client as Partial<FleetClient>)[name] ?? null
}

function knows(options: object): boolean {
  try {
    parseRequest({ project: 'p', operationId: 'o', mutation: SAME_AGAIN, options })
    return true
  } catch (error) {
    if (error instanceof MutationRejected) return false
    throw error
  }
}
