/** The list of the commands. */
import { Command, CommanderError } from 'commander'
import { InputInvalid } from '../errors.ts'
import { addApply } from './apply.ts'
import { printError } from './command.ts'
import { addDev } from './dev.ts'
import { addDrift } from './drift.ts'
import { EXIT } from './exitCodes.ts'
import { addHealth } from './health.ts'
import { addInit } from './init.ts'
import { addOperationAbort } from './operationAbort.ts'
import { addOperationControls } from './operationControls.ts'
import { addOperationHistory } from './operationHistory.ts'
import { addOperationList } from './operationList.ts'
import { addOperationRepair } from './operationRepair.ts'
import { addOperationRetry } from './operationRetry.ts'
import { addOperationRevert } from './operationRevert.ts'
import { addOperationShow } from './operationShow.ts'
import { addOperationWatch } from './operationWatch.ts'
import { addPlan } from './plan.ts'
import { addProjectArchive } from './projectArchive.ts'
import { addProjectCatchUp } from './projectCatchUp.ts'
import { addProjectCreate } from './projectCreate.ts'
import { addProjectList } from './projectList.ts'
import { addProjectSet } from './projectSet.ts'
import { addProjectShow } from './projectShow.ts'
import { addReconcile } from './reconcile.ts'
import { addRepairable } from './repairable.ts'
import { addSchemaShow } from './schemaShow.ts'
import { addServerAdd } from './serverAdd.ts'
import { addServerList } from './serverList.ts'
import { addServerSet } from './serverSet.ts'
import { addSetAsideList } from './setAsideList.ts'
import { addSetAsidePurge } from './setAsidePurge.ts'
import { addSetAsideRestore } from './setAsideRestore.ts'
import type { Surroundings } from './surroundings.ts'
import { addTenantAdd } from './tenantAdd.ts'
import { addTenantImport } from './tenantImport.ts'
import { addTenantList } from './tenantList.ts'
import { addTenantPark } from './tenantPark.ts'
import { addTenantRemove } from './tenantRemove.ts'
import { addTenantResume } from './tenantResume.ts'
import { addTenantShow } from './tenantShow.ts'
import { addTenantSuspend } from './tenantSuspend.ts'
import { addTenantUnpark } from './tenantUnpark.ts'
import { addWorker } from './worker.ts'

const GROUPS = {
  server: { summary: 'Postgres servers that hold targets', commands: [addServerAdd, addServerList, addServerSet] },
  project: {
    summary: 'applications: a logical schema, its base and its tenants',
    commands: [addProjectCreate, addProjectShow, addProjectList, addProjectSet, addProjectCatchUp, addProjectArchive],
  },
  tenant: {
    summary: 'the tenants of a project',
    commands: [
      ...[addTenantAdd, addTenantList, addTenantShow, addTenantPark, addTenantUnpark],
      ...[addTenantSuspend, addTenantResume, addTenantRemove, addTenantImport],
    ],
  },
  schema: { summary: 'the logical schema of a project', commands: [addSchemaShow] },
  'set-aside': {
    summary: 'tables and columns that were deleted, or undone while in use, and are kept on the targets',
    commands: [addSetAsideList, addSetAsideRestore, addSetAsidePurge],
  },
} as const

const OPERATION_COMMANDS = [
  addOperationShow,
  addOperationList,
  addOperationWatch,
  addOperationHistory,
  addOperationRepair,
  addOperationRetry,
  addOperationAbort,
  addOperationControls,
  addOperationRevert,
] as const

/** The program with all its commands. */
export function createProgram(surroundings: Surroundings): Command {
  const program = new Command('schema-saga')
    .description('Durable schema changes for fleets of Postgres tenants, as Temporal workflows')
    .exitOverride()
    .configureOutput({ writeOut: (text) => surroundings.out(text.trimEnd()), writeErr: () => {} })
  for (const add of [addDev, addWorker, addInit]) add(program, surroundings)
  for (const [name, { summary, commands }] of Object.entries(GROUPS)) {
    const group = program.command(name).description(summary)
    for (const add of commands) add(group, surroundings)
  }
  for (const add of [addPlan, addApply, addRepairable, addDrift, addHealth, addReconcile]) add(program, surroundings)
  const operations = program.command('operation').description('submitted mutations: what they do and did')
  for (const add of OPERATION_COMMANDS) add(operations, surroundings)
  return program
}

/** Runs one command line; the exit code is set in the surroundings. */
export async function runProgram(args: readonly string[], surroundings: Surroundings): Promise<void> {
  try {
    await createProgram(surroundings).parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return
    const text = error.message.replace(/^error: /, '')
    const usage = new InputInvalid('INPUT_INVALID', text.startsWith('(') ? 'A command is missing: see --help.' : text)
    printError(surroundings, usage, args.includes('--json'))
    surroundings.setExitCode(EXIT.badInput)
  }
}
