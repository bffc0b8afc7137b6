/** A Temporal whose clock the search puts forward, on a time-skipping test server of its own. */
import { Client, Connection } from '@temporalio/client'
import { type InternalConnectionOptions, InternalConnectionOptionsSymbol } from '@temporalio/client/lib/connection.js'
import { msToTs, tsToMs } from '@temporalio/common/lib/time.js'
import { NativeConnection } from '@temporalio/worker'
import { HOST, registerSearchAttributes, startTimeSkippingServer } from '../../../src/testing/timeSkippingServer.ts'

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

const STOP_MS = 2_000

/** Starts a server that knows our search attributes. */
export async function startTimeSkipping(path: string): Promise<TimeSkipping> {
  const { server, port } = await startTimeSkippingServer(path)
  const address = `${HOST}:${port}`
  const connection = await connected(address)
  const nativeConnection = await NativeConnection.connect({ address })
  await registerSearchAttributes(connection)
  const { testService } = connection
  if (testService === undefined) throw new Error('The server has no clock that can be put forward.')
  return {
    address,
    connection,
    nativeConnection,
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

async function connected(address: string): Promise<Connection> {
  const options: InternalConnectionOptions = {
    address,
    connectTimeout: '1 minute',
    [InternalConnectionOptionsSymbol]: { supportsTestService: true },
  }
  return await Connection.connect(options)
}
