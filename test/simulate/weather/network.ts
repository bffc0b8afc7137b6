/** Weather over connections. */
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type { TcpProxy } from '../../whole/tcpProxy.ts'
import type { WeatheredWorld } from '../world/world.ts'
import { weatherKind } from './kind.ts'

/** An outage ends after so much real time even when nothing has failed meanwhile. */
const LONGEST_OUTAGE_MS = 2_500

interface Outage {
  /** The try, counted since the step began, with which it begins. */
  readonly from: number
  /** It ends when so many tries have failed: those are quick, because the pauses between them are skipped. */
  readonly failures: number
}

/** Cuts the network when its time has come, and mends it; at the latest with the step. */
function outage(world: WeatheredWorld, proxy: TcpProxy, { from, failures }: Outage): () => Promise<void> {
  let before: number | undefined
  let longest: NodeJS.Timeout | undefined
  const stopWatching = world.sky.watch(({ number }) => {
    if (before === undefined && number >= from) {
      before = world.sky.failures()
      proxy.cut()
      longest = setTimeout(proxy.mend, LONGEST_OUTAGE_MS)
    } else if (before !== undefined && world.sky.failures() - before >= failures) proxy.mend()
    return undefined
  })
  return async () => {
    stopWatching()
    clearTimeout(longest)
    proxy.mend()
  }
}

/** A server does not answer for a while. */
export const serverUnreachable = weatherKind<Outage & { server: number }>({
  weight: 6,
  arguments: fc.record({
    server: fc.nat(3),
    from: fc.integer({ min: 1, max: 20 }),
    failures: fc.constantFrom(1, 3, 12, 60),
  }),
  begin: async ({ world }, { server, ...how }) => {
    const servers = [...world.servers.values()]
    const found = servers[server % servers.length]
    return found === undefined ? async () => {} : outage(world, found.proxy, how)
  },
})

/** The worker does not reach its catalog for a while. */
export const catalogUnreachable = weatherKind<Outage>({
  weight: 4,
  arguments: fc.record({ from: fc.integer({ min: 1, max: 20 }), failures: fc.constantFrom(1, 3, 8) }),
  begin: async ({ world }, how) => outage(world, world.catalogProxy, how),
})

const OURS = `
  select pg_terminate_backend(pid) from pg_stat_activity
   where starts_with(datname, $1) and application_name ~ '^(saga/|schema-saga)' and ($2 or datname <> $3)`

/** Our sessions are ended by somebody, a moment after a try has begun. */
export const sessionsDropped = weatherKind<{ from: number; afterMs: number; catalogToo: boolean }>({
  weight: 5,
  arguments: fc.record({
    from: fc.integer({ min: 1, max: 25 }),
    afterMs: fc.constantFrom(0, 3, 10, 30),
    catalogToo: fc.boolean(),
  }),
  begin: async ({ world }, { from, afterMs, catalogToo }) => {
    let dropping: Promise<void> | undefined
    const stopWatching = world.sky.watch(({ number }) => {
      if (number >= from) dropping ??= drop(world, afterMs, catalogToo)
      return undefined
    })
    return async () => {
      stopWatching()
      await dropping
    }
  },
})

async function drop(world: WeatheredWorld, afterMs: number, catalogToo: boolean): Promise<void> {
  await sleep(afterMs)
  await world.catalog.query(OURS, [world.prefix, catalogToo, new URL(world.catalogUrl).pathname.slice(1)])
}
