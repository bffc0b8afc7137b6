/** One tenant as its application has it, and one statement after the other. */
import pg from 'pg'
import { operationsNow } from '../application/announced.ts'
import { nameOf } from '../application/nameOf.ts'
import { type Random, randomOf } from '../application/random.ts'
import { watchForStall } from '../application/stalls.ts'
import { sourceOf } from '../application/values.ts'
import type { PlacedTenant, Violation, World } from '../types.ts'
import { isAway } from '../world/away.ts'
import { lookAtTables, type SqlTable } from './facts.ts'
import { putCells, type SqlShadow, tableOf } from './shadow.ts'
import { nextStatement, type SqlStatement } from './statements.ts'

/** What the application knows until it looks again. */
interface SqlView {
  readonly tables: readonly SqlTable[]
  readonly operation: number
  readonly open: readonly string[]
}

/** The state of one tenant's application. */
export interface SqlTenant {
  readonly place: PlacedTenant
  readonly name: string
  readonly namespace: string
  /** Sessions of a superuser, past every fault. */
  readonly observer: pg.Pool
  readonly url: string
  readonly shadow: SqlShadow
  readonly draw: { readonly random: Random; readonly count: () => number }
  view: SqlView | null
  client: pg.Client | null
  /** Failures in a row of one table for the same reason, while it looks the same. */
  failures: Map<string, number>
}

/** Before its first look. */
export function sqlTenant(world: World, place: PlacedTenant): SqlTenant {
  const server = world.servers.get(place.server)
  if (server === undefined) throw new Error(`There is no server ${place.server} in this world.`)
  const name = nameOf(world, place)
  const urls = server.urls(place.namespace)
  const observer = new pg.Pool({ connectionString: urls.superuser, max: 2, application_name: 'observer' })
  observer.on('error', (error) => world.log(`observer of ${name}: ${error.message}`))
  const random = randomOf(`${world.taskQueue} ${name}`)
  return {
    place,
    name,
    observer,
    namespace: server.tablesIn(place.namespace),
    url: urls.application,
    shadow: new Map(),
    draw: sourceOf(random),
    view: null,
    client: null,
    failures: new Map(),
  }
}

/** How often an application looks although nothing has failed. */
const LOOKS = 0.08

/** Runs one statement, if there is one to run. */
export async function runSqlStatement(
  world: World,
  tenant: SqlTenant,
  report: (violation: Violation) => void,
): Promise<void> {
  if (tenant.view === null || tenant.draw.random.happens(LOOKS)) await look(world, tenant)
  const { view } = tenant
  const statement = view && nextStatement(tenant.namespace, view.tables, tenant.shadow, tenant.draw)
  if (view === null || statement === null) return
  const client = await connect(world, tenant)
  if (client === null) return
  try {
    record(tenant, statement, await send(tenant, client, statement, report))
    tenant.failures.clear()
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error
    await judge(world, tenant, { statement, view, error }, report)
  }
}

/** Looks at once, and writes: somebody holds something up in between. */
export async function runSqlBurst(
  world: World,
  tenant: SqlTenant,
  report: (violation: Violation) => void,
): Promise<void> {
  tenant.view = null
  for (let written = 0; written < 4; written += 1) await runSqlStatement(world, tenant, report)
}

async function look(world: World, tenant: SqlTenant): Promise<void> {
  try {
    const now = await operationsNow(world.catalog, tenant.place.project)
    tenant.view = { ...now, tables: await lookAtTables(tenant.observer, tenant.namespace) }
  } catch (error) {
    if (!isAway(error)) throw error
    tenant.view = null
  }
}

async function connect(world: World, tenant: SqlTenant): Promise<pg.Client | null> {
  if (tenant.client !== null) return tenant.client
  const client = new pg.Client({ connectionString: tenant.url, application_name: 'application' })
  client.on('error', (error) => world.log(`application of ${tenant.name}: ${error.message}`))
  try {
    await client.connect()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    world.log(`application of ${tenant.name} cannot connect: ${error.message}`)
    return null
  }
  client.on('end', () => {
    if (tenant.client === client) tenant.client = null
  })
  tenant.client = client
  return client
}

/** Ends the session; the next statement opens another. */
export async function endSqlSession(tenant: SqlTenant): Promise<void> {
  const { client } = tenant
  tenant.client = null
  await client?.end().catch(() => {})
}

async function send(
  { observer, name }: SqlTenant,
  client: pg.Client,
  { text, values, table }: SqlStatement,
  report: (violation: Violation) => void,
): Promise<pg.QueryResult> {
  const answer = client.query(text, [...values])
  const { processID } = client as { processID?: unknown }
  const stall = await watchForStall(observer, Number(processID), answer)
  if (stall !== null) {
    const detail = `${name}: a statement on ${table.name} stood for ${stall.ms} ms behind our session ${stall.session}: ${text}`
    report({ law: 'failed-statement', kind: 'stall', detail })
  }
  return await answer
}

interface Answer {
  readonly id: string
  readonly table: string
  readonly numbers: Readonly<Record<string, number>>
  readonly written: Readonly<Record<string, string | null>>
}

function record({ shadow }: SqlTenant, { kind, table, row }: SqlStatement, { rows }: pg.QueryResult): void {
  if (kind === 'delete' && row !== null) shadow.get(table.oid)?.rows.delete(row)
  const [answer] = rows as readonly (Answer | undefined)[]
  if (answer === undefined || kind === 'select' || kind === 'delete') return
  const own = tableOf(shadow, answer.table, table.name)
  const cells = Object.entries(answer.written).map(
    ([name, value]) => [answer.numbers[name] ?? 0, { value, sure: true }] as const,
  )
  putCells(own, answer.id, cells)
}

interface Failed {
  readonly statement: SqlStatement
  readonly view: SqlView
  readonly error: Error
}

async function judge(
  world: World,
  tenant: SqlTenant,
  { statement, view, error }: Failed,
  report: (violation: Violation) => void,
): Promise<void> {
  const code = error instanceof pg.DatabaseError ? (error.code ?? null) : null
  const lost = code === null || /^(08|57P)/.test(code)
  if (lost) {
    forget(tenant, statement)
    await endSqlSession(tenant)
  }
  await look(world, tenant)
  if (lost || tenant.view === null) return
  const same = told(view, statement) === told(tenant.view, statement)
  const key = `${statement.table.oid} ${code}`
  const times = same ? (tenant.failures.get(key) ?? 0) + 1 : 0
  tenant.failures.set(key, times)
  const { operation, open } = tenant.view
  const quiet =
    open.length === 0 && view.open.length === 0 && view.operation === operation && (await isActive(world, tenant))
  // Nothing was at work, or the application knows what there is and still fails.
  if (!(same && (quiet || times >= 4))) return
  const detail = `${tenant.name}: ${statement.text.split(' returning ')[0]} ${JSON.stringify(statement.values)} failed with ${code}: ${error.message} (${quiet ? 'nothing at work' : `open: ${open.join(', ')}`})`
  report({ law: 'failed-statement', kind: quiet ? 'while-quiet' : 'again-and-again', detail })
}

function told({ tables }: SqlView, { table }: SqlStatement): string {
  return JSON.stringify(tables.find(({ oid }) => oid === table.oid) ?? null)
}

/** Tenants that are brought up are changed outside of operations. */
async function isActive({ catalog }: World, { place }: SqlTenant): Promise<boolean> {
  const { rowCount } = await catalog.query(
    `select from schema_saga.tenant t join schema_saga.project p on p.id = t.project_id
      where t.project_id = $1 and t.id = $2 and t.state = 'active' and t.revision = p.revision`,
    [place.project, place.tenant],
  )
  return rowCount === 1
}

/** Nobody knows whether it happened. */
function forget({ shadow }: SqlTenant, { kind, table, row, names }: SqlStatement): void {
  const known = shadow.get(table.oid)
  const found = row === null ? undefined : known?.rows.get(row)
  if (found === undefined || kind === 'select') return
  if (kind === 'delete') found.sure = false
  const numbers = table.columns.filter(({ name }) => names.includes(name)).map(({ number }) => number)
  for (const number of numbers) found.cells.set(number, { value: null, sure: false })
}
