/** A faulty worker in a process of its own, which dies when its operations have come to the points of its plan. */
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { processEnvironment, readConfig } from '../../../src/config.ts'
import { runWorker } from '../../../src/worker.ts'
import { FAULT_PLAN, type FaultPlan } from './faultPlan.ts'
import { faultyOptions } from './faultyOptions.ts'

Runtime.install({ logger: new DefaultLogger('ERROR') })
const plan = JSON.parse(processEnvironment()[FAULT_PLAN] ?? '') as FaultPlan
await runWorker(readConfig(), faultyOptions(plan))
console.log('worker is ready')
