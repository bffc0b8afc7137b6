/** A time-skipping server per test file. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import getPort from 'get-port'
import { inject } from 'vitest'
import { SEARCH_ATTRIBUTES } from '../../src/contract.ts'
import { startTiedProcess, type TiedProcess } from '../../src/dev/servers/tiedProcess.ts'
import type { applySchemaMutation } from '../../src/workflows/index.ts'

const KEYWORD = 2
const HOST = '127.0.0.1'
/** The server is a JVM: on a machine that is busy with other tests it takes its time. */
const STARTS_WITHIN_MS = 60_000
const POLL_MS = 50
const STOP_MS = 5_000
const FORWARDER = fileURLToPath(new URL('../fixtures/forwardPort.js', import.meta.url))

export type OperationHandle = WorkflowHandleWithFirstExecutionRunId<typeof applySchemaMutation>

// The stories fail activities on purpose; their warnings would bury what matters.
const ERRORS_ONLY = new DefaultLogger('ERROR')

/** Starts the server and registers our search attributes, which it otherwise refuses. `teardown` stops it. */
export async function startTimeSkipping(logger: DefaultLogger = ERRORS_ONLY): Promise<TestWorkflowEnvironment> {
  Runtime.install({
    logger,
    telemetryOptions: { logging: { console: {}, filter: 'ERROR' } },
  })
  const { server, port } = await startServer()
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: FORWARDER }, extraArgs: ['--to', String(port)] },
  })
  const teardown = environment.teardown.bind(environment)
  environment.teardown = async () => {
    await teardown()
    await server.stop(STOP_MS)
  }
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(Object.values(SEARCH_ATTRIBUTES).map((name) => [name, KEYWORD])),
  })
  return environment
}

async function startServer(): Promise<{ server: TiedProcess; port: number }> {
  const port = await getPort({ host: HOST })
  const server = await startTiedProcess({
    command: inject('timeSkippingServerPath'),
    // Nothing else: with time skipping enabled from the start the SDK could not lock it.
    args: [String(port)],
    env: process.env,
    cwd: tmpdir(),
    stopSignal: 'SIGTERM',
  })
  const until = Date.now() + STARTS_WITHIN_MS
  while (!(await accepts(port))) {
    if (server.hasEnded() || Date.now() > until) {
      await server.stop(STOP_MS)
      throw new Error(`The time-skipping server did not start: ${server.tail()}`)
    }
    await delay(POLL_MS)
  }
  return { server, port }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, HOST)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
