/** Pools that keep what was sent to the targets, so that a test can count it. */
import type { ClientBase } from 'pg'
import type { SessionWork, TargetPools } from '../../../src/postgres/sessions/pools.ts'

/** The same pools; `sent` grows with each message to a target. */
export function countedPools(pools: TargetPools): { pools: TargetPools; sent: string[] } {
  const sent: string[] = []
  // One stand-in for each session, because some code remembers sessions.
  const standIns = new WeakMap<ClientBase, ClientBase>()
  const counted = (client: ClientBase): ClientBase => {
    const known = standIns.get(client)
    if (known !== undefined) return known
    const standIn = new Proxy(client, {
      get: (of, name) => {
        const value: unknown = Reflect.get(of, name, of)
        if (typeof value !== 'function') return value
        return (...given: readonly unknown[]): unknown => {
          if (name === 'query') sent.push(String(given[0]))
          return Reflect.apply(value, of, given)
        }
      },
    })
    standIns.set(client, standIn)
    return standIn
  }
  const withClient: TargetPools['withClient'] = (place, work) =>
    pools.withClient(place, ((client, namespace) => work(counted(client), namespace)) as SessionWork<
      Awaited<ReturnType<typeof work>>
    >)
  return { pools: { ...pools, withClient }, sent }
}
