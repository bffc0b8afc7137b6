/** Steps that submit something: mutations, changesets, reverts. */
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type { OperationOptions } from '../../../src/contract.ts'
import { applyMutation } from '../../../src/logical/applyMutation.ts'
import type { SimpleMutation } from '../../../src/logical/mutations/index.ts'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import { arbitraryWish, type Wish, wished } from '../../logical/arbitraryWishes.ts'
import { arbitraryChoice, chooseOperation, NothingToDo, type StepPlace, stepKind } from './kind.ts'

/** Options of an operation whose canaries are numbers of tenants. */
interface Wanted extends Omit<OperationOptions, 'canary'> {
  readonly canaries?: readonly number[]
}

const arbitraryOptions: fc.Arbitrary<Wanted> = fc.record(
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

const arbitraryWanted = fc
  .tuple(
    arbitraryOptions,
    fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: arbitraryWaves }),
  )
  .map(([options, waves]): Wanted => ({ ...options, ...waves }))

/** More wishes than one are told, because the schema refuses some. */
const arbitraryWishes = fc.array(arbitraryWish, { minLength: 6, maxLength: 6, size: 'max' })

async function optionsOf({ world, project }: StepPlace, { canaries, ...wanted }: Wanted): Promise<OperationOptions> {
  if (canaries === undefined) return wanted
  const tenants = await world.client.listTenants(project)
  const ids = canaries.map((number) => tenants[number % Math.max(1, tenants.length)]?.id)
  const canary = [...new Set(ids.filter((id) => id !== undefined))]
  return canary.length === 0 ? wanted : { ...wanted, canary }
}

/** Kinds of wishes that write into rows, or rename what is in use, more often than others. */
const REWRITES: readonly SimpleMutation['type'][] = ['model_field_operation', 'rearrange_field']

/** The first wish that the schema grants; the first one at all when it grants none, which is then refused. */
function granted(schema: LogicalSchema, told: readonly Wish[], rewrites: boolean): SimpleMutation {
  const first = ({ kind }: Wish): number => (rewrites && REWRITES.includes(kind) ? 0 : 1)
  const wishes = [...told].sort((one, other) => first(one) - first(other))
  const mutations = wishes.map((wish) => wished(schema, wish)).filter((mutation) => mutation !== null)
  const found = mutations.find((mutation) => after(schema, mutation) !== null) ?? mutations[0]
  if (found === undefined) throw new NothingToDo('no wish')
  return found
}

/** The schema with the mutation, or null when it is refused or changes nothing. */
function after(schema: LogicalSchema, mutation: SimpleMutation): LogicalSchema | null {
  try {
    const next = applyMutation(schema, mutation, { operationId: 'wish' })
    return next === schema ? null : next
  } catch {
    return null
  }
}

function grantedTogether(schema: LogicalSchema, wishes: readonly Wish[]): readonly SimpleMutation[] {
  const mutations: SimpleMutation[] = []
  let now = schema
  for (const wish of wishes) {
    const mutation = wished(now, wish)
    const next = mutation === null ? null : after(now, mutation)
    if (mutation === null || next === null) continue
    mutations.push(mutation)
    now = next
  }
  if (mutations.length === 0) throw new NothingToDo('no wish')
  return mutations
}

async function submit(place: StepPlace, mutation: unknown, wanted: Wanted): Promise<string> {
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

/** One mutation of any type. */
export const mutate = stepKind<{ wishes: readonly Wish[]; rewrites: boolean; options: Wanted }>({
  weight: 30,
  detachable: true,
  submits: true,
  arguments: fc.record({ wishes: arbitraryWishes, rewrites: fc.boolean(), options: arbitraryWanted }),
  run: async (place, { wishes, rewrites, options }) => {
    const { schema } = await place.world.client.showSchema(place.project)
    return await submit(place, granted(schema, wishes, rewrites), options)
  },
})

/** Several mutations as one. */
export const changeset = stepKind<{ wishes: readonly Wish[]; options: Wanted }>({
  weight: 7,
  detachable: true,
  submits: true,
  arguments: fc.record({ wishes: arbitraryWishes, options: arbitraryWanted }),
  run: async (place, { wishes, options }) => {
    const { schema } = await place.world.client.showSchema(place.project)
    const mutations = grantedTogether(schema, wishes).slice(0, 4)
    return await submit(place, { type: 'publish_schema_changeset', mutations }, options)
  },
})

/** Takes back what an operation did. */
export const revert = stepKind<{ operation: number; options: Wanted }>({
  weight: 9,
  detachable: true,
  submits: true,
  arguments: fc.record({ operation: fc.oneof(fc.constant(0), arbitraryChoice), options: arbitraryOptions }),
  run: async (place, { operation, options }) => {
    const id = await chooseOperation(place, operation, ['committed'])
    return await submit(place, { type: 'revert', operation_id: id }, options)
  },
})
