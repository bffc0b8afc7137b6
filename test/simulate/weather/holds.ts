/** Weather between two stages of a target: its work stands still, and its application writes just then. */
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { nameOf } from '../application/nameOf.ts'
import type { PlacedTenant } from '../types.ts'
import { install, PASS, STANDING } from './holdSql.ts'
import { type WeatherPlace, weatherKind } from './kind.ts'
import { connect, visitorOf } from './visitor.ts'

const EVERY_MS = 10
let holds = 0

/** What is held up, and who writes meanwhile. */
interface Hold {
  /** Those whose stages wait. */
  readonly held: readonly PlacedTenant[]
  /** The stage from which on our DDL is refused there; null for none. */
  readonly refuseFrom: number | null
  /** Those whose applications write before one goes on. */
  readonly writers: (held: PlacedTenant) => readonly PlacedTenant[]
}

/** Between any two stages of some tenants, their applications write into everything that an operation is at work on. */
export const stagesHeld = weatherKind<{ tenant: number; tenants: number }>({
  weight: 4,
  between: true,
  arguments: fc.record({ tenant: fc.nat(20), tenants: fc.constantFrom(1, 2, 3) }),
  begin: async (place, { tenant, tenants }) => {
    const all = await tenantsOf(place)
    const held = all.map((_, index) => all[(tenant + index) % all.length]).slice(0, tenants)
    return await holdUp(place, { held: held.flatMap((each) => each ?? []), refuseFrom: null, writers: (one) => [one] })
  },
})

/** Our DDL is refused at a late stage of one tenant, when all others have written into whatever is new. */
export const refusedLate = weatherKind<{ tenant: number; stage: number }>({
  weight: 3,
  between: true,
  arguments: fc.record({ tenant: fc.nat(20), stage: fc.constantFrom(1, 1, 2, 2, 3, 4) }),
  begin: async (place, { tenant, stage }) => {
    const all = await tenantsOf(place)
    const held = all.slice(tenant % Math.max(1, all.length)).slice(0, 1)
    return await holdUp(place, { held, refuseFrom: stage, writers: () => all })
  },
})

async function tenantsOf({ world, project }: WeatherPlace): Promise<readonly PlacedTenant[]> {
  return (await world.places()).filter((place) => place.project === project && place.tenant !== '')
}

async function holdUp(place: WeatherPlace, hold: Hold): Promise<() => Promise<void>> {
  const ends: (() => Promise<void>)[] = []
  const { world } = place
  const urlOf = ({ server, namespace }: PlacedTenant) => world.servers.get(server)?.urls(namespace).superuser
  for (const url of new Set(hold.held.map(urlOf))) {
    const held = hold.held.filter((each) => urlOf(each) === url)
    if (url !== undefined) ends.push(await watchDatabase(place, url, { ...hold, held }))
  }
  return async () => {
    for (const end of ends) await end()
  }
}

async function watchDatabase({ world }: WeatherPlace, url: string, hold: Hold): Promise<() => Promise<void>> {
  const client = await connect(world, url)
  if (client === null) return async () => {}
  if (!(await install(client))) {
    await client.end()
    return async () => {}
  }
  const visitor = visitorOf(world, url, client)
  holds += 1
  const name = `hold ${holds}`
  const placed = hold.held.map((each) => ({ place: each, namespace: namespaceOf(world, each) }))
  const namespaces = placed.map(({ namespace }) => namespace)
  await visitor.query(
    'insert into sim_weather.held (namespace, name, refuse_from) select namespace, $2, $3 from unnest($1::text[]) as namespace',
    [namespaces, name, hold.refuseFrom],
  )
  let isOver = false
  let passed = 0
  const watching = (async () => {
    while (!isOver) {
      const standing = await visitor.query<{ work: string; namespace: string }>(STANDING, [namespaces])
      for (const { work, namespace } of standing ?? []) {
        const held = placed.find((each) => each.namespace === namespace)?.place
        const writers = held === undefined ? [] : hold.writers(held)
        if (hold.refuseFrom !== null) await untilOthersAreDone(world, hold)
        await Promise.all(writers.map((each) => world.bursts.ask(nameOf(world, each))))
        await visitor.query(PASS, [work, namespace])
        passed += 1
      }
      await sleep(EVERY_MS)
    }
  })()
  watching.catch(() => undefined)
  return async () => {
    isOver = true
    await watching
    await visitor.query('delete from sim_weather.held where name = $1', [name])
    await visitor.end()
    world.log(`weather: ${passed} stages were held up`)
  }
}

/** Most of them are, in the fan-outs that do not take one after the other. */
const OTHERS_MS = 700

/** The others have everything that the operation is about to refuse to go on with. */
async function untilOthersAreDone({ catalog }: WeatherPlace['world'], { held, writers }: Hold): Promise<void> {
  const [first] = held
  const others = (first === undefined ? [] : writers(first)).filter(({ tenant }) => tenant !== first?.tenant)
  const until = Date.now() + OTHERS_MS
  while (Date.now() < until) {
    const { rows } = await catalog.query<{ done: number }>(
      `select count(*)::integer as done from schema_saga.operation_step s join schema_saga.operation o on o.id = s.operation_id
        where o.project_id = $1 and o.turn = 'holding' and s.key = 'tenant_ddl' and s.scope = any ($2) and s.state = 'succeeded'`,
      [first?.project, others.map(({ tenant }) => tenant)],
    )
    if ((rows[0]?.done ?? 0) >= others.length) return
    await sleep(EVERY_MS)
  }
}

function namespaceOf({ servers }: WeatherPlace['world'], { server, namespace }: PlacedTenant): string {
  return servers.get(server)?.tablesIn(namespace) ?? namespace
}
