/** The application of all tenants of a world of SQL: it writes all the while, and keeps its own copy. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createQueue } from '../application/bursts.ts'
import { createGate, type Gate } from '../application/gate.ts'
import type { Application, StartApplication, Violation, World } from '../types.ts'
import { endSqlSession, runSqlBurst, runSqlStatement, type SqlTenant, sqlTenant } from './tenant.ts'

const PAUSE_MS = { least: 20, most: 120 } as const
const CENSUS_MS = 400

/** The application, with what the laws compare. */
export interface SqlApplication extends Application {
  readonly sqlTenants: () => readonly SqlTenant[]
}

/** Whether an application is one of those that this file starts. */
export function isSqlApplication(application: Application): application is SqlApplication {
  return 'sqlTenants' in application
}

interface Writer {
  readonly tenant: SqlTenant
  readonly stop: () => Promise<void>
}

/** Starts it over all tenants that there are now; those that come later are taken up within half a second. */
export const startSqlApplication: StartApplication = async (world: World): Promise<SqlApplication> => {
  const violations: Violation[] = []
  const writers = new Map<string, Writer>()
  const former = new Map<string, SqlTenant>()
  const gate = createGate()
  const report = (violation: Violation): void => {
    const place = violation.detail.split(':')[0]
    const isTold = violations.some(({ kind, detail }) => kind === violation.kind && detail.split(':')[0] === place)
    if (!isTold) violations.push(violation)
  }
  const census = async (): Promise<void> => {
    const places = (await world.places()).filter(({ tenant }) => tenant !== '')
    const names = new Set(places.map(({ project, tenant }) => `${project}/${tenant}`))
    for (const place of places) {
      const name = `${place.project}/${place.tenant}`
      if (writers.has(name)) continue
      const tenant = former.get(name) ?? sqlTenant(world, place)
      former.set(name, tenant)
      writers.set(name, startWriter(world, tenant, gate, report))
    }
    for (const [name, writer] of writers) {
      if (names.has(name)) continue
      writers.delete(name)
      await writer.stop()
    }
  }
  await census()
  const counting = repeated(census, () => CENSUS_MS)
  return {
    violations: () => violations,
    sqlTenants: () => [...writers.values()].map(({ tenant }) => tenant),
    whilePaused: (work) => gate.whileClosed(work),
    stop: async () => {
      await counting()
      await Promise.all([...writers.values()].map((writer) => writer.stop()))
      await Promise.all([...former.values()].map(({ observer }) => observer.end()))
    },
  }
}

function startWriter(world: World, tenant: SqlTenant, gate: Gate, report: (violation: Violation) => void): Writer {
  const queue = createQueue()
  const writing = (work: typeof runSqlStatement) => () =>
    queue(async () => {
      await gate.enter()
      try {
        await work(world, tenant, report)
      } finally {
        gate.leave()
      }
    })
  const { random } = tenant.draw
  const stopLoop = repeated(
    writing(runSqlStatement),
    () => PAUSE_MS.least + random.next() * (PAUSE_MS.most - PAUSE_MS.least),
  )
  const stopAnswering = world.bursts.answer(tenant.name, writing(runSqlBurst))
  return {
    tenant,
    stop: async () => {
      stopAnswering()
      await stopLoop()
      await endSqlSession(tenant)
    },
  }
}

/** Does it again and again until the returned function is called, which hears of the error that ended it. */
function repeated(work: () => Promise<void>, pauseMs: () => number): () => Promise<void> {
  const given = new AbortController()
  const run = async (): Promise<void> => {
    while (!given.signal.aborted) {
      await work()
      await sleep(pauseMs(), undefined, { signal: given.signal }).catch(() => {})
    }
  }
  const running = run()
  running.catch(() => {})
  return async () => {
    given.abort()
    await running
  }
}
