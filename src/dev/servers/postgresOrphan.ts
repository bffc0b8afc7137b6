/** A Postgres whose parent was killed: found by its own pid file and stopped before the data are used again. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning } from '../../config.ts'
import { SurroundingsMissing } from '../../errors.ts'
import type { Cluster } from './postgresCluster.ts'
import type { Log } from './progress.ts'

const STOP_MS = 15_000
const POLL_MS = 50

/** Makes the cluster ours. Errors: `SERVER_UNAVAILABLE` while another living process of ours runs it. */
export async function claimCluster(cluster: Cluster, log: Log): Promise<void> {
  const pidFile = join(cluster.data, 'postmaster.pid')
  const server = readPid(pidFile)
  if (server !== null && runsOn(server, cluster.data)) {
    const owner = readPid(ownerFile(cluster))
    if (owner !== null && isRunning(owner)) throw alreadyRunning(cluster, owner)
    log(`Stopping a Postgres (process ${server}) that an earlier run left behind.`)
    await stopOrphan(server)
  }
  // The pid may belong to another program by now, and Postgres would then refuse to start.
  if (existsSync(pidFile)) rmSync(pidFile)
  writeFileSync(ownerFile(cluster), `${process.pid}\n`)
}

function ownerFile({ home }: Cluster): string {
  return join(home, 'owner.pid')
}

function readPid(file: string): number | null {
  if (!existsSync(file)) return null
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return pid > 0 ? pid : null
}

function runsOn(pid: number, data: string): boolean {
  return isRunning(pid) && commandLine(pid).includes(data)
}

function commandLine(pid: number): string {
  // Slim containers have no `ps`, other systems no /proc.
  const file = `/proc/${pid}/cmdline`
  if (existsSync(file)) return readFileSync(file, 'utf8')
  if (process.platform === 'linux') return ''
  return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
}

function alreadyRunning({ home }: Cluster, owner: number): SurroundingsMissing {
  return new SurroundingsMissing(
    'SERVER_UNAVAILABLE',
    `The embedded Postgres of ${home} is already running, started by process ${owner}.`,
  )
}

async function stopOrphan(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT')
  const deadline = Date.now() + STOP_MS
  while (isRunning(pid)) {
    if (Date.now() > deadline) {
      throw new SurroundingsMissing('SERVER_UNAVAILABLE', `Postgres (process ${pid}) of an earlier run does not stop.`)
    }
    await sleep(POLL_MS)
  }
}
