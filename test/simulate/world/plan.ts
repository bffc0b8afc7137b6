/** Arbitrary worlds: few servers, one or two projects, four tenants on average and up to twelve. */
import fc from 'fast-check'
import { applyMutation } from '../../../src/logical/applyMutation.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../../src/logical/schema.ts'
import type { ProjectKind } from '../../../src/postgres/catalog/projects/kind.ts'
import { arbitraryWish, type Wish, wished } from '../../logical/arbitraryWishes.ts'
import type { ProjectPlan, ServerPlan, TenantPlan, WorldPlan } from '../types.ts'
import { arbitraryFeatures } from './features.ts'

/** How large worlds and stories may become. */
export interface Size {
  readonly mostTenants: number
  readonly mostSteps: number
  /** Whether there may be what takes long: many rows, small cohorts, and the kinds that say so. */
  readonly long: boolean
  /** Only worlds of that kind; of both, if not given. */
  readonly of?: ProjectKind
}

/** A cohort that no world fills. */
const WHOLE = 1_000

/** Rows for more than one batch of a backfill. */
const SEVERAL_BATCHES = 1_100

/** Of the search. */
export const FULL_SIZE: Size = { mostTenants: 12, mostSteps: 30, long: true }

const arbitraryServers: fc.Arbitrary<readonly ServerPlan[]> = fc
  .record({
    count: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, { weight: 5, arbitrary: fc.constant(2) }),
    databasePerTenant: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.boolean() }),
    roles: fc.tuple(fc.constantFrom('superuser', 'owner'), fc.constantFrom('superuser', 'owner')),
  })
  .map(({ count, databasePerTenant, roles }) =>
    ['alpha', 'beta'].slice(0, count).map(
      (id, index): ServerPlan => ({
        id,
        databasePerTenant: databasePerTenant && index === count - 1,
        role: roles[index] === 'owner' ? 'owner' : 'superuser',
      }),
    ),
  )

/** Four on average, where twelve are allowed. */
function arbitraryCount(most: number): fc.Arbitrary<number> {
  return fc.oneof(
    { weight: 7, arbitrary: fc.integer({ min: 1, max: Math.min(4, most) }) },
    { weight: 3, arbitrary: fc.integer({ min: Math.min(4, most), max: Math.min(8, most) }) },
    { weight: 1, arbitrary: fc.integer({ min: Math.min(8, most), max: most }) },
  )
}

function arbitraryTenants(
  servers: readonly ServerPlan[],
  { mostTenants: most, long }: Size,
): fc.Arbitrary<readonly TenantPlan[]> {
  return arbitraryCount(most).chain((count) =>
    fc.tuple(
      ...Array.from({ length: count }, (_, index) =>
        fc.record({
          id: fc.constant(`t${index + 1}`),
          server: fc.constantFrom(...servers.map(({ id }) => id)),
          rows: fc.oneof(
            { weight: 30, arbitrary: fc.constantFrom(0, 1, 3, 7) },
            { weight: long ? 1 : 0, arbitrary: fc.constant(SEVERAL_BATCHES) },
          ),
          features: arbitraryFeatures,
        }),
      ),
    ),
  )
}

/**
 * So few that most workflow tasks are done from their history. With 0 or 1 the SDK loses the task of a workflow that it
 * has to forget while a local activity runs, and each of those takes ten seconds to be noticed.
 */
const FEW_WORKFLOWS = 4

const SETTINGS = [[], [], ['on_tenant_failure=park'], ['on_tenant_failure=hold'], ['auto_repair=additive']] as const

function arbitraryProject(servers: readonly ServerPlan[], id: string, size: Size): fc.Arbitrary<ProjectPlan> {
  return fc.record({
    id: fc.constant(id),
    base: fc.constantFrom(servers[0]?.id ?? null, servers[0]?.id ?? null, null),
    tenants: arbitraryTenants(servers, size),
    settings: fc.constantFrom(...SETTINGS),
    mutations: fc.array(arbitraryWish, { minLength: 12, maxLength: 24, size: 'max' }).map(firstMutations),
  })
}

/** Worlds of at most that size. */
export function arbitraryWorld(size: Size): fc.Arbitrary<WorldPlan> {
  const { mostTenants: most, long } = size
  return arbitraryServers.chain((servers) =>
    fc.record({
      servers: fc.constant(servers),
      projects: fc.oneof(
        { weight: 4, arbitrary: fc.tuple(arbitraryProject(servers, 'shop', size)) },
        {
          weight: 1,
          arbitrary: fc.tuple(
            arbitraryProject(servers, 'shop', { ...size, mostTenants: Math.ceil(most / 2) }),
            arbitraryProject(servers, 'club', { ...size, mostTenants: Math.ceil(most / 4) }),
          ),
        },
      ),
      // Worlds of either number need servers of their own.
      cachedWorkflows: long ? fc.constantFrom(FEW_WORKFLOWS, 100, 100) : fc.constant(100),
      cohortSize: long ? fc.constantFrom(1, 2, 3, WHOLE, WHOLE) : fc.constant(WHOLE),
    }),
  )
}

/** Those of the wishes that come true one after the other, up to a handful: one model at least, with fields. */
function firstMutations(wishes: readonly Wish[]): readonly unknown[] {
  const mutations: unknown[] = []
  let schema: LogicalSchema = EMPTY_SCHEMA
  for (const wish of wishes) {
    if (mutations.length === 6) break
    const mutation = wished(schema, schema.models.length === 0 ? { ...wish, kind: 'create_model' } : wish)
    const next = mutation === null ? null : afterwards(() => applyMutation(schema, mutation, { operationId: 'first' }))
    if (next === null || next === schema) continue
    schema = next
    mutations.push(mutation)
  }
  return mutations
}

/** Null when the schema refuses. */
function afterwards(apply: () => LogicalSchema): LogicalSchema | null {
  try {
    return apply()
  } catch {
    return null
  }
}
