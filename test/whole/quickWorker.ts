/** A worker whose death is noticed within seconds, for tests that kill it: quick policies, and heartbeats that fit them. */
import { readConfig } from '../../src/config.ts'
import { runWorker } from '../../src/worker.ts'
import { QUICK_HEARTBEAT_EVERY_MS } from '../fixtures/quickPolicies.ts'

const worker = await runWorker(readConfig(), {
  heartbeatEveryMs: QUICK_HEARTBEAT_EVERY_MS,
  // Otherwise the next workflow task waits for ten seconds for the dead worker.
  amend: (options) => ({ ...options, stickyQueueScheduleToStartTimeout: '1 second' }),
})
console.error('worker ready')
await worker.finished
