/** schema-saga on a folder of pending migrations: an operation for each file, and one for all of them. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRawFleet, dropDatabase, freshDatabase } from '../databases.ts'
import { type Measurement, median } from '../measurement.ts'
import { SESSIONS } from '../sagaFleet.ts'
import { timed } from '../sagaRun.ts'
import { namespaceSql } from '../schema.ts'
import { type BenchStack, TARGETS_VARIABLE } from '../stack.ts'
import { startWorkerProcess } from '../workerProcess.ts'
import { AS_ONE, BY_FILE, requireFiles, roundsOf, statementsOf } from './rounds.ts'

const ACTOR = 'bench'
const WAYS: readonly string[] = [BY_FILE, AS_ONE]
const PREFIX = ':"ns".'

/** Each way has a round in front of those that count, in which it finds cold caches. */
const ROUNDS_EACH = 3

/** Measures both, on namespaces that were there before and are taken over by their shape. */
export async function measureOurFolder(stack: BenchStack, fleet: number): Promise<Measurement[]> {
  const project = `folder-${fleet}`
  const database = `targets_folder_${fleet}`
  const folder = join(stack.folder, 'migrations')
  const targetsUrl = await freshDatabase(stack.serverUrl, database)
  const worker = await startWorkerProcess(stack, targetsUrl)
  try {
    await mkdir(folder)
    await createRawFleet(targetsUrl, fleet, namespaceSql())
    await enrol(stack, project)
    const times = new Map<string, number[]>(WAYS.map((way) => [way, []]))
    let round = 0
    for (let again = 0; again < ROUNDS_EACH; again += 1) {
      for (const way of WAYS) {
        times.get(way)?.push(await migrateOnce(stack, { project, folder, round, oneOperation: way === AS_ONE }))
        round += 1
      }
    }
    await requireFiles(targetsUrl, fleet, round)
    return WAYS.map((way) => ({
      subject: way,
      operation: 'folder of 10' as const,
      fleet,
      tenants: fleet,
      ms: median((times.get(way) ?? []).slice(1)),
    }))
  } finally {
    await worker.stop()
    await rm(folder, { recursive: true, force: true })
    await dropDatabase(stack.serverUrl, database)
  }
}

async function enrol({ client }: BenchStack, project: string): Promise<void> {
  await client.addServer({ id: project, dsnEnv: TARGETS_VARIABLE, maxSessions: SESSIONS, actor: ACTOR })
  const text = namespaceSql()
    .map((sql) => `${sql.replaceAll(PREFIX, '')};\n`)
    .join('')
  const base = { server: project, namespace: 'folder_base' }
  await client.createProject({ id: project, base, baseline: { text }, actor: ACTOR })
  const { matched, parked, refused } = await client.importTenants(project, {
    server: project,
    like: 'tenant\\_%',
    actor: ACTOR,
  })
  if (parked.length + refused.length > 0) {
    throw new Error(
      `Of ${matched.length + parked.length + refused.length} namespaces, ${matched.length} were taken over.`,
    )
  }
}

interface Round {
  readonly project: string
  readonly folder: string
  readonly round: number
  readonly oneOperation: boolean
}

async function migrateOnce({ client }: BenchStack, { project, folder, round, oneOperation }: Round): Promise<number> {
  for (const number of roundsOf(round)) {
    const name = `${String(number).padStart(6, '0')}_round.sql`
    await writeFile(join(folder, name), statementsOf(number))
  }
  let why = ''
  const ms = await timed(async () => {
    const { stopped } = await client.migrate(project, folder, { oneOperation, actor: ACTOR })
    why = stopped?.error ?? ''
  })
  if (why !== '') throw new Error(why)
  return ms
}
