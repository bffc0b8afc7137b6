/** One tenant as its application has it: where it lies, its shadow copy, and what it knows of its tables. */
import pg from 'pg'
import type { PlacedTenant, World } from '../types.ts'
import { isAway } from '../world/away.ts'
import { type LookedAt, operationsNow } from './announced.ts'
import { type Knowledge, learn, meaningOf, noKnowledge } from './knowledge.ts'
import { type KnownTable, knownTables } from './knownTables.ts'
import { type Look, lookAt } from './lookups.ts'
import { nameOf } from './nameOf.ts'
import { numberOf, type Random, randomOf } from './random.ts'
import { recordFound } from './record.ts'
import { comingRevision, durableRevisions, type KnownRevisions, type Revision } from './revisions.ts'
import { emptyShadow, rowsOf, type Shadow } from './shadow.ts'
import { bringTo } from './transitions.ts'
import { type Source, sourceOf } from './values.ts'

/** What the application believes until it looks again. */
export interface View {
  readonly look: Look
  readonly tables: readonly KnownTable[]
  readonly since: LookedAt
  /** Cells that no durable schema had. */
  readonly early: ReadonlySet<string>
}

/** The state of one tenant's application. */
export interface TenantApplication {
  readonly place: PlacedTenant
  /** As reports call it. */
  readonly name: string
  /** The namespace of its tables. */
  readonly namespace: string
  /** Sessions of a superuser, past every fault. */
  readonly observer: pg.Pool
  readonly applicationUrl: string
  readonly shadow: Shadow
  readonly knowledge: Knowledge
  readonly random: Random
  readonly source: Source
  /** Whether it uses fields before they are durable. */
  readonly eager: boolean
  view: View | null
  /** Failures in a row for the same reason, by table. */
  failures: Map<string, number>
}

/** A tenant's application before its first look. */
export function tenantApplication(world: World, place: PlacedTenant): TenantApplication {
  const server = world.servers.get(place.server)
  if (server === undefined) throw new Error(`There is no server ${place.server} in this world.`)
  const name = nameOf(world, place)
  const random = randomOf(`${world.taskQueue} ${name}`)
  const urls = server.urls(place.namespace)
  const observer = new pg.Pool({ connectionString: urls.superuser, max: 2, application_name: 'observer' })
  observer.on('error', (error) => world.log(`observer of ${name}: ${error.message}`))
  return {
    place,
    name,
    random,
    observer,
    namespace: server.tablesIn(place.namespace),
    applicationUrl: urls.application,
    shadow: emptyShadow(),
    knowledge: noKnowledge(),
    source: sourceOf(random),
    eager: numberOf(name) % 2 === 0,
    view: null,
    failures: new Map(),
  }
}

/** Where the tenant is among the durable schemas of its project. */
export interface Standing {
  readonly look: Look
  readonly at: Revision
  readonly durable: readonly Revision[]
  /** What an operation or a catch-up may be about to make of it. */
  readonly coming: Revision | null
}

/** Looks at the tenant and learns from it; null while it is not there, or at a schema that is not known. */
export async function standingOf(
  world: World,
  tenant: TenantApplication,
  known: KnownRevisions,
): Promise<Standing | null> {
  const look = await lookAt(tenant.observer, tenant.namespace)
  const durable = await durableRevisions(world.catalog, tenant.place.project, known)
  if (look === null || look.hash === null) return null
  const next = durable.find(({ revision }) => revision === (look.revision ?? 0) + 1)
  const holding = await comingRevision(world.catalog, tenant.place.project)
  const coming = next ?? holding
  const at = [...durable, ...(coming === null ? [] : [coming])].find(({ hash }) => hash === look.hash)
  if (at === undefined) return null
  learn(tenant.knowledge, look, at, coming === at ? null : coming)
  // Until its operation is settled everywhere, a write still goes to the columns of before as well.
  if (holding?.hash !== at.hash) follow(tenant, at, durable)
  return { look, at, durable, coming }
}

/** The shadow follows durable schemas only: what an operation has made so far may be undone. */
function follow({ shadow, knowledge }: TenantApplication, at: Revision, durable: readonly Revision[]): void {
  if (!durable.includes(at) || shadow.schema === at.hash) return
  const from = durable.findIndex(({ hash }) => hash === shadow.schema)
  bringTo(shadow, durable.slice(Math.max(from, 0), durable.indexOf(at) + 1), knowledge)
}

/** The application looks at its tables, as it does at first, after each failure, and now and then. */
export async function lookAgain(world: World, tenant: TenantApplication, known: KnownRevisions): Promise<void> {
  const since = await operationsNow(world.catalog, tenant.place.project)
  const standing = await standingOf(world, tenant, known)
  if (standing === null) {
    tenant.view = null
    return
  }
  const { look, durable } = standing
  const cells = new Set(durable.at(-1)?.tables.flatMap(cellNames))
  const usable = (cell: string, model: string): boolean => tenant.eager || cells.has(`${model} ${cell}`)
  const tables = knownTables(look, tenant.knowledge, usable)
  const early = tables
    .flatMap(({ place, columns }) =>
      ['', ...columns.map(({ meaning }) => meaning.column.cell)].map((cell) => `${place.model} ${cell}`),
    )
    .filter((cell) => !cells.has(cell))
  const first = tenant.shadow.rows.size === 0 && tenant.shadow.writes === 0
  tenant.view = { look, tables, since: { ...since, revision: look.revision ?? 0 }, early: new Set(early) }
  if (!first) return
  try {
    await adopt(tenant, look)
  } catch (error) {
    // A table has gone meanwhile, or the database is away: it looks once more.
    const isGone = error instanceof pg.DatabaseError && error.code === '42P01'
    if (!isGone && !isAway(error)) throw error
    tenant.shadow.rows.clear()
    tenant.view = null
  }
}

function cellNames(table: Revision['tables'][number]): readonly string[] {
  return ['', ...table.columns.map(({ cell }) => cell)].map((cell) => `${table.model} ${cell}`)
}

/** The rows that were there before the application belong to it from now on. */
async function adopt(tenant: TenantApplication, look: Look): Promise<void> {
  for (const table of look.tables) {
    const place = tenant.knowledge.tables.get(table.id)
    if (place === undefined) continue
    const meanings = table.columns.flatMap(
      ({ number }) => meaningOf(tenant.knowledge, table.id, number, look.hash) ?? [],
    )
    const name = `${quoted(tenant.namespace)}.${quoted(table.name)}`
    const { rows } = await tenant.observer.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(t.*) as row from ${name} t`,
    )
    for (const { row } of rows) recordFound(tenant.shadow, place.model, row, meanings)
    rowsOf(tenant.shadow, place.model)
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
