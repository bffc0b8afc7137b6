/** The real worker in a process of its own, which kills itself when one of its operations comes to a named point. */
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { processEnvironment, readConfig } from '../../src/config.ts'
import { runWorker } from '../../src/worker.ts'
import { faultyActivities } from '../../test/faults/worker/faultyActivities.ts'
import { makeMessagesFaulty } from '../../test/faults/worker/faultyMessages.ts'
import type { Points } from '../../test/faults/worker/points.ts'
import { DOOM, type Doom } from './doom.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })
const doom = JSON.parse(processEnvironment()[DOOM] ?? '') as Doom
const passed = new Map<string, number>()
const points: Points = {
  pass: async (operationId, name) => {
    const key = `${operationId} ${name}`
    const times = (passed.get(key) ?? 0) + 1
    passed.set(key, times)
    if (doom.point === undefined) return
    const { operation, at, time = 1 } = doom.point
    if (operation === operationId && at === name && time === times) process.kill(process.pid, 'SIGKILL')
  },
  stands: () => false,
  over: async () => {},
  failed: () => {},
}
makeMessagesFaulty()
const messages = { messages: true, catalogDatabase: doom.catalogDatabase }
await runWorker(readConfig(), {
  workflowBundlePath: doom.workflowBundlePath,
  amend: (worker) => ({
    ...worker,
    activities: faultyActivities(worker.activities as Parameters<typeof faultyActivities>[0], messages, points),
  }),
})
console.log('worker is ready')
