/**
 * Temporal's time-skipping test server. The SDK's own starter gives it 5 s, which a JVM on a busy machine does not always
 * keep; this one waits for as long as the process lives.
 */
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { type InternalConnectionOptions, InternalConnectionOptionsSymbol } from '@temporalio/client/lib/connection.js'
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js'
import { NativeConnection } from '@temporalio/worker'
import getPort from 'get-port'
import { SEARCH_ATTRIBUTES } from '../../../src/contract.ts'
import { startTiedProcess, type TiedProcess } from '../../../src/dev/servers/tiedProcess.ts'

/** A Temporal whose clock can be put forward. */
export interface TimeSkipping {
  readonly address: string
  readonly connection: Connection
  readonly nativeConnection: NativeConnection
  readonly client: Client
  /** Milliseconds since 1970 by its clock. */
  readonly currentTimeMs: () => Promise<number>
  /** Lets its clock run for that long: as fast as it can while nothing is at work. One at a time. */
  readonly sleep: (ms: number) => Promise<void>
  /** `hangs`: a call is still on its way, which would try again on a connection that is closed, and throw out of nowhere. */
  readonly stop: (hangs: boolean) => Promise<void>
}

const KEYWORD = 2
const POLL_MS = 100
const STOP_MS = 2_000

/** Starts a server that knows our search attributes. */
export async function startTimeSkipping(path: string): Promise<TimeSkipping> {
  const port = await getPort({ host: '127.0.0.1' })
  const server = await startTiedProcess({
    ...{ command: path, args: [`${port}`], env: process.env, cwd: '/' },
    ...{ stopSignal: 'SIGTERM', lastSignal: 'SIGKILL' },
  })
  const address = `127.0.0.1:${port}`
  const connection = await connected(server, port)
  const nativeConnection = await NativeConnection.connect({ address })
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(Object.values(SEARCH_ATTRIBUTES).map((name) => [name, KEYWORD])),
  })
  const { testService } = connection
  if (testService === undefined) throw new Error('The server has no clock that can be put forward.')
  return {
    ...{ address, connection, nativeConnection },
    client: new Client({ connection }),
    currentTimeMs: async () => tsToMs((await testService.getCurrentTime({})).time),
    sleep: async (ms) => {
      await testService.unlockTimeSkippingWithSleep({ duration: msToTs(ms) })
    },
    stop: async (hangs) => {
      if (!hangs) await connection.close()
      await nativeConnection.close()
      await server.stop(STOP_MS)
    },
  }
}

async function connected(server: TiedProcess, port: number): Promise<Connection> {
  while (!(await accepts(port))) {
    if (server.hasEnded()) throw new Error(`The time-skipping server ${await server.ended}`)
    await pause(POLL_MS)
  }
  const options: InternalConnectionOptions = {
    ...{ address: `127.0.0.1:${port}`, connectTimeout: '1 minute' },
    [InternalConnectionOptionsSymbol]: { supportsTestService: true },
  }
  return await Connection.connect(options)
}

/** Whether somebody listens there. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
