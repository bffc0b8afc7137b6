/** The floor: the DDL of a round on every namespace, and nothing else, from a process of its own. */
import { fileURLToPath } from 'node:url'
import { createRawFleet } from './databases.ts'
import { FLOOR, type Measurement, median } from './measurement.ts'
import { runProgram } from './program.ts'
import type { RawDdlWork } from './rawDdlProcess.ts'
import { namespaceSql, roundSql } from './schema.ts'

const PROCESS = fileURLToPath(new URL('./rawDdlProcess.ts', import.meta.url))
const SESSIONS = 8

/** The first round finds cold caches; the others count as warm. */
const ROUNDS = 7

/** Measures the floor on a fresh database. */
export async function measureRawDdl(url: string, fleet: number): Promise<Measurement[]> {
  const { namespaces } = await createRawFleet(url, fleet, namespaceSql())
  const rounds = Array.from({ length: ROUNDS }, (_, round) => roundSql(round))
  const work: RawDdlWork = { url, sessions: SESSIONS, namespaces, rounds }
  const { stdout } = await runProgram({
    command: process.execPath,
    args: ['--import', 'tsx', PROCESS],
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdin: JSON.stringify(work),
  })
  const [first, ...warm] = JSON.parse(stdout) as number[]
  const about = { subject: FLOOR, fleet, tenants: fleet }
  return [
    { ...about, operation: 'apply, first time', ms: first ?? null },
    { ...about, operation: 'apply', ms: median(warm) },
  ]
}
