/** On what a run was made: enough to compare runs, nothing that names the machine. */
import { cpus, loadavg, totalmem } from 'node:os'
import { Connection } from '@temporalio/client'
import { withClient } from './databases.ts'

/** What a table needs to be read: cores and memory of the machine, versions of the servers. */
export interface Machine {
  readonly cores: number
  readonly cpu: string
  readonly memoryGiB: number
  readonly platform: string
  readonly node: string
  readonly postgres: string
  readonly temporal: string
  /** Processes that wanted to run in the minute before: far from 0 says that the machine was shared. */
  readonly loadBefore: number
}

/** Describes this machine and the servers of the run. */
export async function describeMachine(serverUrl: string, temporalAddress: string): Promise<Machine> {
  const cores = cpus()
  return {
    cores: cores.length,
    cpu: cores[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version.slice(1),
    postgres: await postgresVersion(serverUrl),
    temporal: await temporalVersion(temporalAddress),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
}

/** One line for people. */
export function machineLine(machine: Machine): string {
  const { cores, cpu, memoryGiB, platform, node, postgres, temporal, loadBefore } = machine
  const hardware = `${cores} cores (${cpu}), ${memoryGiB} GiB, ${platform}, load before the run ${loadBefore}`
  return `${hardware}; Node ${node}, PostgreSQL ${postgres}, Temporal server ${temporal}`
}

async function postgresVersion(serverUrl: string): Promise<string> {
  const { rows } = await withClient(serverUrl, (client) =>
    client.query<{ version: string }>(`SELECT split_part(current_setting('server_version'), ' ', 1) AS version`),
  )
  return rows[0]?.version ?? 'unknown'
}

async function temporalVersion(address: string): Promise<string> {
  const connection = await Connection.connect({ address })
  try {
    return (await connection.workflowService.getSystemInfo({})).serverVersion ?? 'unknown'
  } finally {
    await connection.close()
  }
}
