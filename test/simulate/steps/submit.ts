/** How a step submits an operation: with options that are data, and until it is on record. */
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type { OperationOptions } from '../../../src/contract.ts'
import { arbitraryChoice, type StepPlace } from './kind.ts'

/** Options of an operation whose canaries are numbers of tenants. */
export interface Wanted extends Omit<OperationOptions, 'canary'> {
  readonly canaries?: readonly number[]
}

/** Options without waves. */
export const arbitraryOptions: fc.Arbitrary<Wanted> = fc.record(
  {
    onTenantFailure: fc.constantFrom('compensate', 'park', 'hold'),
    maxParked: fc.constantFrom<number | string>(1, '50%', '100%'),
    fanOut: fc.constantFrom('auto', 'children', 'sweep'),
    parallel: fc.constantFrom(1, 2, 8),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Wanted>

const arbitraryWaves: fc.Arbitrary<Wanted> = fc.record(
  {
    canaries: fc.array(arbitraryChoice, { minLength: 1, maxLength: 2 }),
    waves: fc.constantFrom([50, 100], [25, 100], [100]),
    soakMs: fc.constantFrom(0, 60_000, 3_600_000),
    haltAt: fc.constantFrom<number | string>(1, 2, '50%'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Wanted>

/** Options, now and then with waves. */
export const arbitraryWanted = fc
  .tuple(
    arbitraryOptions,
    fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: arbitraryWaves }),
  )
  .map(([options, waves]): Wanted => ({ ...options, ...waves }))

async function optionsOf({ world, project }: StepPlace, { canaries, ...wanted }: Wanted): Promise<OperationOptions> {
  if (canaries === undefined) return wanted
  const tenants = await world.client.listTenants(project)
  const ids = canaries.map((number) => tenants[number % Math.max(1, tenants.length)]?.id)
  const canary = [...new Set(ids.filter((id) => id !== undefined))]
  return canary.length === 0 ? wanted : { ...wanted, canary }
}

/** Submits it under an id of the step's own, and returns when there is an operation. */
export async function submit(place: StepPlace, mutation: unknown, wanted: Wanted): Promise<string> {
  const options = await optionsOf(place, wanted)
  const operationId = `op${place.id}`
  await place.world.client.apply(place.project, mutation, { ...options, operationId })
  await untilRecorded(place, operationId)
  return `${operationId}: ${JSON.stringify(mutation)} ${JSON.stringify(options)}`
}

const RECORDED_MS = 2_000

/** Until then nobody sees that there is an operation; one that is refused at once never has a row. */
async function untilRecorded({ world }: StepPlace, operationId: string): Promise<void> {
  const until = Date.now() + RECORDED_MS
  while (Date.now() < until) {
    const { rowCount } = await world.catalog.query('select from schema_saga.operation where id = $1', [operationId])
    if (rowCount === 1) return
    await sleep(10)
  }
}
