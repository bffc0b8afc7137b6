/** The application of all tenants: it writes all the while, and keeps its own copy of what it has written. */
import { setTimeout as sleep } from 'node:timers/promises'
import { startSqlApplication } from '../sql/application.ts'
import { isOfSql } from '../sql/plan.ts'
import type { Application, PlacedTenant, StartApplication, Violation, World } from '../types.ts'
import { createQueue } from './bursts.ts'
import { createGate, type Gate } from './gate.ts'
import type { KnownRevisions } from './revisions.ts'
import { type TenantApplication, tenantApplication } from './tenant.ts'
import { endSession, runBurst, runOne, type Session, type Surroundings } from './writer.ts'

/** Between two statements of a tenant, in ms. */
const PAUSE_MS = { least: 20, most: 120 } as const
/** How often tenants that come and go are looked for, in ms. */
const CENSUS_MS = 400

interface Writer {
  readonly tenant: TenantApplication
  readonly stop: () => Promise<void>
}

/** The application, with the shadow copies that the laws compare. */
export interface ShadowedApplication extends Application {
  readonly tenants: () => readonly TenantApplication[]
  /** The schemas that it has read. */
  readonly known: KnownRevisions
}

/** Starts it over all tenants that there are now; those that come later are taken up within half a second. */
export const startApplication: StartApplication = async (world: World): Promise<Application> =>
  isOfSql(world.plan) ? await startSqlApplication(world) : await startShadowed(world)

async function startShadowed(world: World): Promise<ShadowedApplication> {
  const violations: Violation[] = []
  const known: KnownRevisions = new Map()
  const writers = new Map<string, Writer>()
  const former = new Map<string, TenantApplication>()
  const gate = createGate()
  const report = (violation: Violation): void => {
    // Whoever's tables were just replaced has nothing to compare with.
    if (world.replaced.has(tenantIn(violation.detail).split(' ')[0] ?? '')) return
    // What one tenant meets again and again is told once.
    const told = violations.some(
      ({ kind, detail }) => kind === violation.kind && tenantIn(detail) === tenantIn(violation.detail),
    )
    if (!told) violations.push(violation)
  }
  const surroundings: Surroundings = { world, known, report }
  const census = async (): Promise<void> => {
    const places = (await world.places()).filter(({ tenant }) => tenant !== '')
    for (const name of [...world.replaced]) {
      const writer = writers.get(name)
      writers.delete(name)
      await writer?.stop()
      await former.get(name)?.observer.end()
      former.delete(name)
      world.replaced.delete(name)
    }
    const names = new Set(places.map(nameOf))
    for (const place of places) {
      const name = nameOf(place)
      if (writers.has(name)) continue
      const tenant = formerOf(former.get(name), place) ?? tenantApplication(world, place)
      former.set(name, tenant)
      writers.set(name, startWriter(surroundings, tenant, gate))
    }
    for (const [name, writer] of writers) {
      if (names.has(name)) continue
      writers.delete(name)
      await writer.stop()
    }
  }
  await census()
  const counting = repeated(census, CENSUS_MS)
  return {
    violations: () => violations,
    tenants: () => [...writers].flatMap(([name, { tenant }]) => (world.replaced.has(name) ? [] : [tenant])),
    known,
    whilePaused: (work) => gate.whileClosed(work),
    stop: async () => {
      await counting.stop()
      await Promise.all([...writers.values()].map((writer) => writer.stop()))
      await Promise.all([...former.values()].map(({ observer }) => observer.end()))
    },
  }
}

/** Whether an application is one of those that this file starts. */
export function isShadowed(application: Application): application is ShadowedApplication {
  return 'tenants' in application && 'known' in application
}

function startWriter(surroundings: Surroundings, tenant: TenantApplication, gate: Gate): Writer {
  const session: Session = { client: null }
  const queue = createQueue()
  const writing = (work: typeof runOne) => () =>
    queue(async () => {
      await gate.enter()
      try {
        await work(surroundings, tenant, session)
      } finally {
        gate.leave()
      }
    })
  const loop = repeated(writing(runOne), () => PAUSE_MS.least + tenant.random.next() * (PAUSE_MS.most - PAUSE_MS.least))
  const stopAnswering = surroundings.world.bursts.answer(tenant.name, writing(runBurst))
  return {
    tenant,
    stop: async () => {
      stopAnswering()
      await loop.stop()
      await endSession(session)
    },
  }
}

/** Does it again and again; whoever stops it hears of the error that ended it. */
function repeated(work: () => Promise<void>, pauseMs: number | (() => number)): { readonly stop: () => Promise<void> } {
  const given = new AbortController()
  const run = async (): Promise<void> => {
    while (!given.signal.aborted) {
      await work()
      const ms = typeof pauseMs === 'number' ? pauseMs : pauseMs()
      // Whoever stops it does not want to wait for the pause.
      await sleep(ms, undefined, { signal: given.signal }).catch(() => {})
    }
  }
  const running = run()
  // It is reported when it is stopped; until then nobody may be listening.
  running.catch(() => {})
  return {
    stop: async () => {
      given.abort()
      await running
    },
  }
}

function nameOf({ project, tenant }: { project: string; tenant: string }): string {
  return `${project}/${tenant}`
}

/** One that comes back to where it was still has its rows. */
function formerOf(tenant: TenantApplication | undefined, place: PlacedTenant): TenantApplication | undefined {
  const same = tenant?.place.server === place.server && tenant.place.namespace === place.namespace
  return same ? tenant : undefined
}

function tenantIn(detail: string): string {
  return detail.split(':')[0] ?? ''
}
