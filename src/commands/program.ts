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

type Add = (parent: Command, surroundings: Surroundings) => void

/** Commands that begin with the same word. */
interface Family {
  readonly name: string
  readonly summary: string
  readonly example: string
  readonly commands: readonly Add[]
}

const OPERATION: Family = {
  name: 'operation',
  summary: 'submitted mutations: what they do and did',
  example: 'operation list bistro --status failed',
  commands: [
    ...[addOperationShow, addOperationList, addOperationWatch, addOperationHistory, addOperationRepair],
    ...[addOperationRetry, addOperationAbort, addOperationControls, addOperationRevert],
  ],
}

const SERVER: Family = {
  name: 'server',
  summary: 'Postgres servers that hold targets',
  example: 'server list',
  commands: [addServerAdd, addServerList, addServerSet],
}

const PROJECT: Family = {
  name: 'project',
  summary: 'applications: a logical schema, its base and its tenants',
  example: 'project show bistro',
  commands: [addProjectCreate, addProjectShow, addProjectList, addProjectSet, addProjectCatchUp, addProjectArchive],
}

const TENANT: Family = {
  name: 'tenant',
  summary: 'the tenants of a project',
  example: 'tenant list bistro --state parked',
  commands: [
    ...[addTenantAdd, addTenantList, addTenantShow, addTenantPark, addTenantUnpark],
    ...[addTenantSuspend, addTenantResume, addTenantRemove, addTenantImport],
  ],
}

const SCHEMA: Family = {
  name: 'schema',
  summary: 'the logical schema of a project',
  example: 'schema show bistro',
  commands: [addSchemaShow],
}

const SET_ASIDE: Family = {
  name: 'set-aside',
  summary: 'tables and columns that were deleted, or undone while in use, and are kept on the targets',
  example: 'set-aside list bistro',
  commands: [addSetAsideList, addSetAsideRestore, addSetAsidePurge],
}

/** In the order of the help, under these headings. */
const HELP_GROUPS: Readonly<Record<string, readonly (Add | Family)[]>> = {
  'Change schemas:': [addPlan, addApply, OPERATION, addRepairable, SCHEMA],
  'Manage the fleet:': [PROJECT, TENANT, SERVER],
  'Inspect and repair:': [addDrift, addHealth, addReconcile, SET_ASIDE],
  'Run:': [addDev, addWorker, addInit],
}

/** The program with all its commands. */
export function createProgram(surroundings: Surroundings): Command {
  const program = new Command('schema-saga')
    .description('Durable schema changes for fleets of Postgres tenants, as Temporal workflows')
    .addHelpText('after', '\nExample:\n  $ schema-saga apply bistro examples/01-create-food-category.json')
    .exitOverride()
    .configureOutput({ writeOut: (text) => surroundings.out(text.trimEnd()), writeErr: () => {} })
  for (const [heading, members] of Object.entries(HELP_GROUPS)) {
    program.commandsGroup(heading)
    for (const member of members) addMember(program, member, surroundings)
  }
  return program
}

function addMember(program: Command, member: Add | Family, surroundings: Surroundings): void {
  if (typeof member === 'function') {
    member(program, surroundings)
    return
  }
  const { name, summary, example, commands } = member
  const family = program.command(name).description(summary)
  family.addHelpText('after', `\nExample:\n  $ schema-saga ${example}`)
  for (const add of commands) add(family, surroundings)
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
