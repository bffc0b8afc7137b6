/** Temporal with a clock that runs ahead while everything waits. */
import { fileURLToPath } from 'node:url'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { registerSearchAttributes, startTimeSkippingServer } from './timeSkippingServer.ts'

const STOP_MS = 5_000
const FORWARDER = fileURLToPath(new URL('./forwardPort.js', import.meta.url))

/** Starts the server of that path and registers our search attributes, which it otherwise refuses. `teardown` stops it. */
export async function startTimeSkipping(path: string): Promise<TestWorkflowEnvironment> {
  // Loaded late: a production install does not have it.
  const { TestWorkflowEnvironment: Environment } = await import('@temporalio/testing')
  const { server, port } = await startTimeSkippingServer(path)
  try {
    const environment = await Environment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path: FORWARDER }, extraArgs: ['--to', String(port)] },
    })
    const teardown = environment.teardown.bind(environment)
    environment.teardown = async () => {
      await teardown()
      await server.stop(STOP_MS)
    }
    await registerSearchAttributes(environment.connection)
    return environment
  } catch (error) {
    await server.stop(STOP_MS)
    throw error
  }
}

/** Does something while the clock runs ahead through whatever is waited for, and lets it stand still again. */
export async function whileTimeSkips<T>({ connection }: TestWorkflowEnvironment, work: () => Promise<T>): Promise<T> {
  const { testService } = connection
  if (testService === undefined) throw new Error('This Temporal has no clock that can be put forward.')
  await testService.unlockTimeSkipping({})
  try {
    return await work()
  } finally {
    await testService.lockTimeSkipping({})
  }
}
