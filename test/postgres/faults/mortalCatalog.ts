/** The catalog as a mortal worker has it: each of its messages is a point, too. */
import type pg from 'pg'
import { asking, type MortalWorker } from './mortalWorker.ts'

/** The scope of the messages to the catalog. */
export const CATALOG = 'catalog'

/** A pool whose sessions end with the worker. */
export function mortalCatalog(pool: pg.Pool, { pass, hold }: MortalWorker): pg.Pool {
  const query = (...args: Parameters<pg.Pool['query']>): Promise<unknown> =>
    pass({
      scope: CATALOG,
      text: String(args[0]),
      send: () => pool.query(...args) as unknown as Promise<unknown>,
    })
  const connect = async (): Promise<pg.PoolClient> => {
    const client = await pool.connect()
    const giveBack = hold(client)
    const release = (broken?: boolean | Error): void => {
      giveBack()
      client.release(broken)
    }
    const session = asking(client, CATALOG, pass)
    return new Proxy(session, {
      get: (target, key, receiver) => (key === 'release' ? release : Reflect.get(target, key, receiver)),
    })
  }
  return new Proxy(pool, {
    get: (target, key, receiver) => {
      if (key === 'query') return query
      return key === 'connect' ? connect : Reflect.get(target, key, receiver)
    },
  })
}
