/** The list of the commands. */
import { Command, CommanderError } from 'commander'
import { InputInvalid } from '../errors.ts'
import { printError } from './command.ts'
import { EXIT } from './exitCodes.ts'
import { addDrift } from './fleet/drift.ts'
import { addHealth } from './fleet/health.ts'
import { addReconcile } from './fleet/reconcile.ts'
import { addSetAsideList } from './fleet/setAsideList.ts'
import { addSetAsidePurge } from './fleet/setAsidePurge.ts'
import { addSetAsideRestore } from './fleet/setAsideRestore.ts'
import type { Surroundings } from './io.ts'
import { addMigrate } from './migration/migrate.ts'
import { addOperationAbort } from './operation/abort.ts'
import { addApply } from './operation/apply.ts'
import { addOperationControls } from './operation/controls.ts'
import { addOperationHistory } from './operation/history.ts'
import { addOperationList } from './operation/list.ts'
import { addPlan } from './operation/plan.ts'
import { addOperationRepair } from './operation/repair.ts'
import { addRepairable } from './operation/repairable.ts'
import { addOperationRetry } from './operation/retry.ts'
import { addOperationRevert } from './operation/revert.ts'
import { addOperationShow } from './operation/show.ts'
import { addOperationWatch } from './operation/watch.ts'
import { addDev } from './process/dev.ts'
import { addInit } from './process/init.ts'
import { addWorker } from './process/worker.ts'
import { addProjectArchive } from './project/archive.ts'
import { addProjectCatchUp } from './project/catchUp.ts'
import { addProjectCreate } from './project/create.ts'
import { addProjectList } from './project/list.ts'
import { addSchemaShow } from './project/schema.ts'
import { addProjectSet } from './project/set.ts'
import { addProjectShow } from './project/show.ts'
import { addServerAdd } from './server/add.ts'
import { addServerList } from './server/list.ts'
import { addServerSet } from './server/set.ts'
import { addTenantAdd } from './tenant/add.ts'
import { addTenantImport } from './tenant/import.ts'
import { addTenantList } from './tenant/list.ts'
import { addTenantPark } from './tenant/park.ts'
import { addTenantRemove } from './tenant/remove.ts'
import { addTenantResume } from './tenant/resume.ts'
import { addTenantShow } from './tenant/show.ts'
import { addTenantSuspend } from './tenant/suspend.ts'
import { addTenantUnpark } from './tenant/unpark.ts'

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
    addOperationShow,
    addOperationList,
    addOperationWatch,
    addOperationHistory,
    addOperationRepair,
    addOperationRetry,
    addOperationAbort,
    addOperationControls,
    addOperationRevert,
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
    addTenantAdd,
    addTenantList,
    addTenantShow,
    addTenantPark,
    addTenantUnpark,
    addTenantSuspend,
    addTenantResume,
    addTenantRemove,
    addTenantImport,
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
  'Change schemas:': [addPlan, addApply, addMigrate, OPERATION, addRepairable, SCHEMA],
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
    // A command may have flags and commands below it that have the same ones.
    .enablePositionalOptions()
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
