/** One statement of a tenant's application after the other, and what each answer means. */
import pg from 'pg'
import type { Violation, World } from '../types.ts'
import { announcedSince } from './announced.ts'
import { isBrokenCode, isCodeNamed, mendCode } from './brokenCode.ts'
import { numberOf } from './random.ts'
import { isKnown, type Returned, recordDelete, recordLostAnswer, recordWrite } from './record.ts'
import type { KnownRevisions } from './revisions.ts'
import { watchForStall } from './stalls.ts'
import { nextStatement, type Statement, writeEverything } from './statements.ts'
import { lookAgain, standingOf, type TenantApplication, type View } from './tenant.ts'
import { verdictOf } from './verdict.ts'

/** What a writer needs besides its tenant. */
export interface Surroundings {
  readonly world: World
  readonly known: KnownRevisions
  readonly report: (violation: Violation) => void
}

/** How often an application looks at its columns although nothing has failed. */
const LOOKS = 0.04

/** The session of a tenant's application; null while there is none. */
export interface Session {
  client: pg.Client | null
}

/** Runs one statement, if there is one to run. */
export async function runOne(
  { world, known, report }: Surroundings,
  tenant: TenantApplication,
  session: Session,
): Promise<void> {
  if (tenant.view === null || tenant.random.happens(LOOKS)) await lookAgain(world, tenant, known)
  const { view } = tenant
  if (view === null) return
  const statement = nextStatement(tenant.namespace, view.tables, tenant.shadow, tenant.source)
  if (statement !== null) await run({ world, known, report }, tenant, session, { statement, view })
}

/** Tables that a burst writes to at most. */
const MOST_TABLES = 3

/** Looks, and writes at once into every column of what an operation is at work on. */
export async function runBurst(surroundings: Surroundings, tenant: TenantApplication, session: Session): Promise<void> {
  const { world, known } = surroundings
  await lookAgain(world, tenant, known)
  const announced = tenant.view && (await announcedSince(world.catalog, tenant.place.project, tenant.view.since))
  const touched = new Set((announced ?? []).flatMap(({ touches }) => [...touches].map((name) => name.split('.')[0])))
  const tables = (tenant.view?.tables ?? []).filter(({ name }) => touched.has(name)).slice(0, MOST_TABLES)
  for (const { id } of tables) {
    for (const kind of ['update', 'insert', 'update'] as const) {
      // A statement that failed has looked again.
      const { view, namespace, shadow, source } = tenant
      const table = view?.tables.find((each) => each.id === id)
      const statement = table === undefined ? null : writeEverything(kind, { namespace, table, shadow, source })
      if (statement !== null && view !== null) await run(surroundings, tenant, session, { statement, view })
    }
  }
}

async function run(
  { world, known, report }: Surroundings,
  tenant: TenantApplication,
  session: Session,
  { statement, view }: { readonly statement: Statement; readonly view: View },
): Promise<void> {
  const client = await connect(world, tenant, session)
  if (client === null) return
  const answer = await send(tenant, client, statement, report).catch((error: unknown) => ({ error }))
  if ('error' in answer) {
    await judge({ world, known, report }, tenant, session, { statement, view, error: answer.error })
    return
  }
  tenant.failures.clear()
  await heed({ world, known }, tenant, statement, answer)
}

async function connect(world: World, tenant: TenantApplication, session: Session): Promise<pg.Client | null> {
  if (session.client !== null) return session.client
  const client = new pg.Client({ connectionString: tenant.applicationUrl, application_name: 'application' })
  client.on('error', (error) => world.log(`application of ${tenant.name}: ${error.message}`))
  try {
    await client.connect()
  } catch (error) {
    if (!(error instanceof Error)) throw error
    world.log(`application of ${tenant.name} cannot connect: ${error.message}`)
    return null
  }
  client.on('end', () => {
    session.client = null
  })
  session.client = client
  return client
}

async function send(
  tenant: TenantApplication,
  client: pg.Client,
  statement: Statement,
  report: Surroundings['report'],
): Promise<pg.QueryResult> {
  const { text, values, prepared, table } = statement
  // What is prepared keeps the types of its parameters and of what it returns: it is prepared anew for a column that has become another.
  const read = statement.table.columns.filter((column) => statement.reads.includes(column.name))
  const columns = [...statement.sent.map(({ column }) => column), ...read].map(({ number }) => number).join(' ')
  const name = prepared ? { name: `s${numberOf(`${text} ${columns}`)}` } : {}
  const answer = client.query({ text, values: [...values], ...name })
  const { processID } = client as { processID?: unknown }
  const stall = await watchForStall(tenant.observer, Number(processID), answer)
  if (stall !== null) {
    const detail = `${tenant.name}: a statement on ${table.name} stood for ${stall.ms} ms behind our session ${stall.session}: ${text}`
    report({ law: 'failed-statement', kind: 'stall', detail })
  }
  return await answer
}

async function heed(
  { world, known }: Pick<Surroundings, 'world' | 'known'>,
  tenant: TenantApplication,
  statement: Statement,
  { rows }: pg.QueryResult,
): Promise<void> {
  const [row] = rows
  if (statement.kind === 'select' || row === undefined) return
  if (statement.kind === 'delete') return recordDelete(tenant.shadow, statement)
  const returned = row as Returned
  if (!isKnown(tenant.knowledge, statement, returned)) await standingOf(world, tenant, known)
  const hash = tenant.view?.look.hash ?? tenant.shadow.schema ?? ''
  recordWrite(tenant.shadow, tenant.knowledge, statement, returned, hash)
}

interface Failed {
  readonly statement: Statement
  readonly view: View
  readonly error: unknown
}

async function judge(
  { world, known, report }: Surroundings,
  tenant: TenantApplication,
  session: Session,
  { statement, view, error }: Failed,
): Promise<void> {
  // Whatever else the driver throws is about the connection.
  if (!(error instanceof Error) || error instanceof TypeError) throw error
  const code = error instanceof pg.DatabaseError ? (error.code ?? null) : null
  if (code === null || /^(08|57P)/.test(code)) {
    recordLostAnswer(tenant.shadow, statement, view.look.hash ?? '')
    await endSession(session)
  }
  await lookAgain(world, tenant, known)
  const announced = await announcedSince(world.catalog, tenant.place.project, view.since)
  if (isBrokenCode(error.message)) {
    await mend(tenant, session)
    const hazards = announced.flatMap((each) => each.hazards)
    if (isCodeNamed(hazards, tenant.place.tenant)) return
  }
  const key = `${statement.table.id} ${code}`
  const times = (tenant.failures.get(key) ?? 0) + 1
  tenant.failures.set(key, times)
  const violation = verdictOf({
    tenant: tenant.name,
    statement,
    code,
    times,
    message: error.message,
    before: view.look,
    after: tenant.view?.look ?? view.look,
    announced,
    early: cellsOf(statement).some((cell) => view.early.has(cell)),
  })
  if (violation !== null) report(violation)
}

/** Once; the next statement that fails like this has no excuse. */
async function mend(tenant: TenantApplication, session: Session): Promise<void> {
  await endSession(session)
  await mendCode(tenant.observer, tenant.namespace)
}

function cellsOf({ table, sent, reads }: Statement): readonly string[] {
  const named = table.columns.filter(
    ({ name }) => reads.includes(name) || sent.some(({ column }) => column.name === name),
  )
  return ['', ...named.map(({ meaning }) => meaning.column.cell)].map((cell) => `${table.place.model} ${cell}`)
}

/** Ends the session; the next statement opens another. */
export async function endSession(session: Session): Promise<void> {
  const { client } = session
  session.client = null
  // One that broke has ended already.
  await client?.end().catch(() => {})
}
