/** Temporal's dev server with its Web UI, started and stopped by us. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@temporalio/client'
import getPort, { portNumbers } from 'get-port'
import { processEnvironment } from '../../config.ts'
import { SEARCH_ATTRIBUTES } from '../../contract.ts'
import { SurroundingsMissing } from '../../errors.ts'
import type { Log } from './progress.ts'
import { keepClosedWorkflows } from './temporalRetention.ts'
import { startTiedProcess, type TiedProcess } from './tiedProcess.ts'

/** What to start. */
export interface TemporalDevServerOptions {
  readonly cliPath: string
  /** Keeps workflows over restarts; in memory without it. */
  readonly dbFilename?: string
  /** The ports to use if they are free; else the next free ones. */
  readonly port?: number
  readonly uiPort?: number
  readonly namespace: string
  /** Without the Web UI. */
  readonly headless?: boolean
  readonly log: Log
}

/** A running dev server. */
export interface TemporalDevServer {
  readonly address: string
  /** Null when headless. */
  readonly webUi: string | null
  readonly stop: () => Promise<void>
}

const HOST = '127.0.0.1'
const READY_MS = 30_000
const STOP_MS = 10_000
const CONNECT_MS = 2_000
const POLL_MS = 50
const PORTS_TO_TRY = 100
const TRIES = 3

/**
 * Starts the dev server and waits until it answers. It picks ports for its own services at random, and ends at once
 * when another process was quicker to take one: then it is started again, twice at most.
 * Errors: `SERVER_UNAVAILABLE`, with the end of its output.
 */
export async function startTemporalDevServer(options: TemporalDevServerOptions): Promise<TemporalDevServer> {
  for (let tries = 1; ; tries += 1) {
    const started = await startOnce(options)
    if (!('endedBy' in started)) return started
    if (tries === TRIES) throw started.endedBy
    options.log('The Temporal dev server ended while it started; it is started again.')
  }
}

async function startOnce(options: TemporalDevServerOptions): Promise<TemporalDevServer | { endedBy: unknown }> {
  const port = await freePort('Temporal', options.port, options.log)
  const uiPort = options.headless === true ? null : await freePort('the Web UI', options.uiPort, options.log)
  const server = await startTiedProcess({
    command: options.cliPath,
    args: serverArguments(options, port, uiPort),
    env: withoutTemporalSettings(),
    cwd: options.dbFilename === undefined ? tmpdir() : dirname(options.dbFilename),
    stopSignal: 'SIGTERM',
  })
  const stop = (): Promise<void> => server.stop(STOP_MS)
  const address = `${HOST}:${port}`
  try {
    await waitUntilReady(server, address, options)
  } catch (error) {
    if (server.hasEnded()) return { endedBy: error }
    await stop()
    throw error
  }
  return { address, webUi: uiPort === null ? null : `http://${HOST}:${uiPort}`, stop }
}

async function freePort(purpose: string, wanted: number | undefined, log: Log): Promise<number> {
  if (wanted === undefined) return getPort({ host: HOST })
  const port = await getPort({ host: HOST, port: portNumbers(wanted, Math.min(wanted + PORTS_TO_TRY, 65_535)) })
  if (port !== wanted) log(`Port ${wanted} is taken; ${purpose} uses ${port}.`)
  return port
}

function serverArguments(options: TemporalDevServerOptions, port: number, uiPort: number | null): string[] {
  const ui = uiPort === null ? ['--headless'] : ['--ui-port', String(uiPort)]
  const attributes = Object.values(SEARCH_ATTRIBUTES).flatMap((name) => ['--search-attribute', `${name}=Keyword`])
  const dynamic = [
    'frontend.enableUpdateWorkflowExecution=true',
    'frontend.enableServerVersionCheck=false',
    // One worker polls: several partitions would only hand tasks on to each other.
    'matching.numTaskqueueReadPartitions=1',
    'matching.numTaskqueueWritePartitions=1',
    // By default the server's only shard looks into each of its queues 20 times a second: every step of a workflow
    // then waits for up to 50 ms. Measured with 12 tenants: an operation takes 0.9 s instead of 3.1 s.
    'history.transferProcessorMaxPollRPS=1000',
    'history.timerProcessorMaxPollRPS=1000',
    'history.visibilityProcessorMaxPollRPS=1000',
  ]
  return [
    'server',
    'start-dev',
    '--ip',
    HOST,
    '--port',
    String(port),
    ...ui,
    '--namespace',
    options.namespace,
    '--log-level',
    'warn',
    ...attributes,
    ...dynamic.flatMap((setting) => ['--dynamic-config-value', setting]),
    ...persistence(options.dbFilename),
  ]
}

function persistence(dbFilename: string | undefined): string[] {
  if (dbFilename === undefined) return []
  // NORMAL with WAL survives a killed process; only a power failure may lose the last moments.
  const pragmas = ['journal_mode=WAL', 'synchronous=NORMAL']
  return ['--db-filename', dbFilename, ...pragmas.flatMap((pragma) => ['--sqlite-pragma', pragma])]
}

/** A TEMPORAL_ADDRESS or profile of the user's shell is meant for clients, not for the server. */
function withoutTemporalSettings(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(processEnvironment()).filter(([name]) => !name.startsWith('TEMPORAL_')))
}

async function waitUntilReady(server: TiedProcess, address: string, options: TemporalDevServerOptions): Promise<void> {
  const deadline = Date.now() + READY_MS
  let obstacle: unknown = 'no answer'
  while (Date.now() < deadline) {
    if (server.hasEnded()) throw notStarted(`The Temporal dev server ${await server.ended}`)
    try {
      await prepare(address, options)
      return
    } catch (error) {
      obstacle = error instanceof Error ? error.message : error
      await sleep(POLL_MS)
    }
  }
  throw notStarted(`The Temporal dev server was not ready within 30 s (${obstacle}):\n${server.tail()}`)
}

async function prepare(address: string, { namespace, log }: TemporalDevServerOptions): Promise<void> {
  await canConnect(address)
  const connection = await Connection.connect({ address, connectTimeout: CONNECT_MS })
  try {
    await keepClosedWorkflows(connection, namespace, log)
  } finally {
    await connection.close()
  }
}

/** A gRPC client that comes too early waits a second before it tries again; a plain socket knows at once. */
async function canConnect(address: string): Promise<void> {
  const { hostname, port } = new URL(`http://${address}`)
  const socket = connect(Number(port), hostname)
  try {
    await once(socket, 'connect')
  } finally {
    socket.destroy()
  }
}

function notStarted(message: string): SurroundingsMissing {
  return new SurroundingsMissing('SERVER_UNAVAILABLE', message)
}
