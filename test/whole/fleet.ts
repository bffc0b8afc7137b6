/** Looking at a fleet from outside: dumps and rows of every target, by plain SQL. */
import type pg from 'pg'
import { dumpAll, dumpSchema } from '../fixtures/dump.ts'
import type { Stack } from './stack.ts'

/** Where a target of `createFleet` lives. */
export interface Place {
  readonly name: string
  readonly namespace: string
  readonly client: pg.Client
}

/** The base and the tenants, in the order of `createFleet`. */
export function placesOf(stack: Stack, project: string, tenants: readonly string[]): Place[] {
  return [
    { name: 'base', namespace: `${project}_base`, client: stack.alpha },
    ...tenants.map((tenant, index) => ({
      name: tenant,
      namespace: `${project}_${tenant}`,
      client: index % 2 === 0 ? stack.alpha : stack.beta,
    })),
  ]
}

/** Schema and rows of every target, by its name. */
export async function dumpFleet(places: readonly Place[]): Promise<Record<string, string>> {
  const dumps: Record<string, string> = {}
  for (const place of places) dumps[place.name] = await dumpAll(place.client, place.namespace)
  return dumps
}

/** The distinct schemas of the fleet; one when all targets are alike. */
export async function shapesOf(places: readonly Place[]): Promise<string[]> {
  const shapes = new Set<string>()
  for (const place of places) shapes.add(await dumpSchema(place.client, place.namespace))
  return [...shapes]
}

/** The markers of one operation in a target, oldest stage first. */
export async function markersOf(place: Place, operationId: string): Promise<{ stage: number; state: string }[]> {
  const { rows } = await place.client.query<{ stage: number; state: string }>(
    'select stage, state from schema_saga_target.marker where namespace = $1 and operation_id = $2 order by stage',
    [place.namespace, operationId],
  )
  return rows
}
