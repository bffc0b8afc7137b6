import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clearLockedPorts } from 'get-port'
import { expect, inject, onTestFinished, test } from 'vitest'
import { startTemporalDevServer } from '../../../src/dev/servers/temporalServer.ts'
import { CARD, createSlowFleet, end, expectCommitted, untilMarkers } from '../slowFleet.ts'

test('Temporal that is restarted on its store in the middle of an operation: the operation goes on, and commits', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'schema-saga-restarts-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const options = { cliPath: inject('temporalCliPath'), namespace: 'default', headless: true, log: () => {} }
  const dbFilename = join(folder, 'temporal.db')
  const first = await startTemporalDevServer({ ...options, dbFilename })
  const { stack, places } = await createSlowFleet({ temporal: first.address })
  const handle = await stack.client.apply('inn', CARD, { operationId: 'card', parallel: 1 })
  await untilMarkers(stack, 'applied', 2)
  await first.stop()
  // Otherwise a port that was given out a moment ago counts as taken.
  clearLockedPorts()
  const second = await startTemporalDevServer({ ...options, dbFilename, port: Number(first.address.split(':')[1]) })
  onTestFinished(async () => {
    await stack.stop()
    await second.stop()
  })
  expect(second.address).toBe(first.address)
  const now = await places()
  await expectCommitted(handle, now)
  await end(now)
})
