/** Fleets, and how they look from outside: dumps and rows of every target, by plain SQL. */
import type pg from 'pg'
import { dumpAll, dumpSchema } from '../fixtures/dump.ts'
import type { Stack } from './stack.ts'

/** The databases of a stack, which stories without its processes have as well. */
export type Databases = Pick<Stack, 'env' | 'catalog' | 'alpha' | 'beta'>

/** On which servers the tenants are; the base is on alpha. */
export type Spread = 'alpha and beta in turn' | 'alpha'

/** Where a target of a fleet lives. */
export interface Place {
  readonly name: string
  readonly server: 'alpha' | 'beta'
  readonly namespace: string
  readonly client: pg.Client
}

/** Creates a project with its base and its tenants. */
export async function createFleet(
  stack: Stack,
  project: string,
  tenants: readonly string[],
  spread: Spread = 'alpha and beta in turn',
): Promise<void> {
  const [base, ...others] = placesOf(stack, project, tenants, spread)
  await stack.client.createProject({ id: project, base: { server: 'alpha', namespace: base.namespace } })
  await Promise.all(others.map(({ name: id, server }) => stack.client.addTenant(project, { id, server })))
}

/** The base and the tenants, in the order of `createFleet`. */
export function placesOf(
  { alpha, beta }: Pick<Databases, 'alpha' | 'beta'>,
  project: string,
  tenants: readonly string[],
  spread: Spread = 'alpha and beta in turn',
): [Place, ...Place[]] {
  const on = (server: Place['server'], name: string): Place => ({
    name,
    server,
    namespace: `${project}_${name}`,
    client: server === 'alpha' ? alpha : beta,
  })
  const server = (index: number): Place['server'] => (spread === 'alpha' || index % 2 === 0 ? 'alpha' : 'beta')
  return [on('alpha', 'base'), ...tenants.map((tenant, index) => on(server(index), tenant))]
}

/** Reads a table of alpha in a transaction: DDL on it waits until the function that is returned lets go. */
export async function holdBack(
  { connectAlpha }: Pick<Stack, 'connectAlpha'>,
  table: string,
): Promise<() => Promise<void>> {
  const reader = await connectAlpha()
  await reader.query(`begin; lock table ${table} in access share mode`)
  return () => reader.end()
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
