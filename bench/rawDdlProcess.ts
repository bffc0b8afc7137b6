/** Runs rounds of DDL with several sessions and prints the ms of each round; the work comes on standard input. */
import { performance } from 'node:perf_hooks'
import { json } from 'node:stream/consumers'
import pg from 'pg'
import { renderFor } from '../src/physical/sql.ts'

/** What to run: the statements of each round, on every namespace, in one transaction each. */
export interface RawDdlWork {
  readonly url: string
  readonly sessions: number
  readonly namespaces: readonly string[]
  readonly rounds: readonly (readonly string[])[]
}

const { url, sessions, namespaces, rounds } = (await json(process.stdin)) as RawDdlWork
const clients = await Promise.all(Array.from({ length: sessions }, () => connect(url)))
const times: number[] = []
for (const statements of rounds) times.push(await runRound(statements))
await Promise.all(clients.map((client) => client.end()))
process.stdout.write(JSON.stringify(times))

async function connect(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  return client
}

async function runRound(statements: readonly string[]): Promise<number> {
  const waiting = [...namespaces]
  const sql = ['BEGIN', ...statements, 'COMMIT'].join(';\n')
  const lane = async (client: pg.Client): Promise<void> => {
    for (let namespace = waiting.pop(); namespace !== undefined; namespace = waiting.pop()) {
      await client.query(renderFor(namespace, sql))
    }
  }
  const begin = performance.now()
  await Promise.all(clients.map(lane))
  return performance.now() - begin
}
