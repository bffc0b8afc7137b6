/** A transaction of somebody else in the same database that stays open: concurrent builds wait for it, and strong locks of what it has read. */
import pg from 'pg'

/** What it has read, and for how long it stays. */
export interface Elsewhere {
  /** `table`: the table that changes, so that no strong lock on it is given; `other`: another one, so that only its snapshot counts. */
  readonly read: 'table' | 'other'
  readonly ms: number
}

/** Where it reads. */
export interface ElsewherePlace {
  readonly url: string
  readonly namespace: string
  readonly table: string
}

const OTHER = 'shelf'

/** Keeps it open while `run` works, but no longer than it says. */
export async function whileOpen<T>(
  { url, namespace, table }: ElsewherePlace,
  { read, ms }: Elsewhere,
  run: () => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'elsewhere' })
  await client.connect()
  const name = `${pg.escapeIdentifier(namespace)}.${pg.escapeIdentifier(read === 'table' ? table : OTHER)}`
  await client.query(`begin isolation level repeatable read; select from ${name} limit 1`)
  let ended: Promise<unknown> | undefined
  const end = (): Promise<unknown> => {
    ended ??= client.end()
    return ended
  }
  const timer = setTimeout(() => void end(), ms)
  try {
    return await run()
  } finally {
    clearTimeout(timer)
    await end()
  }
}
