/** Weather over databases: for a while ours is renamed, read-only, or short of connections. */
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import pg from 'pg'
import type { WorldServer } from '../types.ts'
import { type WeatherPlace, weatherKind } from './kind.ts'
import { placeAt } from './placeAt.ts'

/** It ends after so much real time even when nothing has failed meanwhile. */
const LONGEST_MS = 2_500

interface Spell {
  readonly tenant: number
  /** The try, counted since the step began, with which it begins. */
  readonly from: number
  /** It ends when so many tries have failed. */
  readonly failures: number
}

const arbitrarySpell = fc.record({
  tenant: fc.nat(20),
  from: fc.integer({ min: 1, max: 20 }),
  failures: fc.constantFrom(1, 3, 12, 60),
})

interface Change {
  readonly make: () => Promise<unknown>
  readonly undo: () => Promise<unknown>
}

/** A kind of weather that changes a database; null where that cannot be done. */
function spell(weight: number, change: (database: string, server: WorldServer, place: WeatherPlace) => Change | null) {
  return weatherKind<Spell>({
    weight,
    long: true,
    arguments: arbitrarySpell,
    begin: async (place, { tenant, ...how }) => {
      const found = await placeAt(place, tenant)
      if (found === undefined) return async () => {}
      const { at, server } = found
      const database = new URL(server.urls(at.namespace).superuser).pathname.slice(1)
      const made = change(database, server, place)
      return made === null ? async () => {} : during(place, how, made)
    },
  })
}

/** Makes the change when its time has come, and undoes it; at the latest with the step. */
function during({ world }: WeatherPlace, { from, failures }: Omit<Spell, 'tenant'>, { make, undo }: Change) {
  let before = 0
  let begun: Promise<boolean> | undefined
  let over: Promise<unknown> | undefined
  let longest: NodeJS.Timeout | undefined
  const made = async (): Promise<boolean> => {
    try {
      await make()
      return true
    } catch (error) {
      // The database of a tenant may not be there yet, or somebody else may just be at it.
      if (!(error instanceof pg.DatabaseError)) throw error
      world.log(`weather: ${error.message}`)
      return false
    }
  }
  const end = (): Promise<unknown> => {
    over ??= (begun ?? Promise.resolve(false)).then((isMade) => (isMade ? undo() : undefined))
    // It is awaited at the end of the step; until then nobody may be listening.
    over.catch(() => undefined)
    return over
  }
  const stopWatching = world.sky.watch(({ number }) => {
    if (begun === undefined && number >= from) {
      before = world.sky.failures()
      begun = made()
      begun.catch(() => undefined)
      longest = setTimeout(end, LONGEST_MS)
    } else if (begun !== undefined && world.sky.failures() - before >= failures) void end()
    return undefined
  })
  return async () => {
    stopWatching()
    clearTimeout(longest)
    await end()
  }
}

/** Our sessions are read-only from the next one on, as after a failover or on a full disk. */
export const databaseReadOnly = spell(3, (database, { ddlRole }, { world: { catalog } }) => {
  const session = `alter role ${ddlRole} in database ${database}`
  return {
    make: async () => {
      await catalog.query(`${session} set default_transaction_read_only = on`)
      await catalog.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = $1 and application_name ~ '^(saga/|schema-saga)'`,
        [database],
      )
    },
    undo: () => catalog.query(`${session} reset default_transaction_read_only`),
  }
})

/** The database takes no further sessions of anybody but superusers. */
export const databaseLimited = spell(3, (database, { role }, { world: { catalog } }) =>
  role === 'superuser'
    ? null
    : {
        make: () => catalog.query(`alter database ${database} connection limit 0`),
        undo: () => catalog.query(`alter database ${database} connection limit -1`),
      },
)

/** The database is there under another name. */
export const databaseRenamed = spell(3, (database, _, { world: { catalog, prefix } }) => {
  const away = `${prefix}away${database.slice(prefix.length)}`
  return {
    make: () => rename(catalog, database, away),
    undo: () => rename(catalog, away, database),
  }
})

const RENAMES = 40
const PAUSE_MS = 25

/** Throws everybody out, because a database is renamed only when nobody is in it. */
async function rename(catalog: pg.Pool, from: string, to: string): Promise<void> {
  await catalog.query(`alter database ${from} with allow_connections false`)
  for (let left = RENAMES; ; left -= 1) {
    await catalog.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [from])
    try {
      await catalog.query(`alter database ${from} rename to ${to}`)
      break
    } catch (error) {
      const isBusy = error instanceof pg.DatabaseError && error.code === '55006'
      if (!isBusy || left === 0) throw error
      await sleep(PAUSE_MS)
    }
  }
  await catalog.query(`alter database ${to} with allow_connections true`)
}
