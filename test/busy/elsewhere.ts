/** A transaction of somebody else in the same database that stays open: concurrent builds wait for it, and strong locks of what it has read. */
import pg from 'pg'

/** What it has read, and for how long it stays. */
export interface Elsewhere {
  /** `table`: the large table, so that no strong lock on it is given; `other`: another one, so that only its snapshot counts. */
  readonly read: 'table' | 'other'
  readonly ms: number
}

/** Where it reads. */
export interface ElsewherePlace {
  readonly url: string
  readonly namespace: string
}

/** By size, because a form may have given its table another name by now. */
const TABLE = `
  select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relkind = 'r' and c.relname !~ '^_aside_'
   order by c.relpages * (case $2 when 'table' then -1 else 1 end), c.relname limit 1`

/** Keeps it open while `run` works, but no longer than it says. */
export async function whileOpen<T>(
  { url, namespace }: ElsewherePlace,
  { read, ms }: Elsewhere,
  run: () => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'elsewhere' })
  await client.connect()
  let ended: Promise<unknown> | undefined
  const end = (): Promise<unknown> => {
    ended ??= client.end()
    return ended
  }
  const timer = setTimeout(() => void end(), ms)
  try {
    const { rows } = await client.query<{ name: string }>(TABLE, [namespace, read])
    await client.query(`begin isolation level repeatable read; select from ${rows[0]?.name} limit 1`)
    return await run()
  } finally {
    clearTimeout(timer)
    await end()
  }
}
