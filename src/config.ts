/** The only reader of the environment: where the catalog and Temporal are, and which variable names a server's DSN. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { DEFAULT_TASK_QUEUE } from './contract.ts'
import { SurroundingsMissing } from './errors.ts'

/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a running `schema-saga dev` leaves for the other commands of the same folder (`.schema-saga/dev.json`). */
export interface DevStack {
  readonly catalogUrl: string
  readonly temporalAddress: string
  readonly webUi: string
  readonly pid: number
  /** Connection strings by the name of the variable that `server add --dsn-env` was given. */
  readonly dsn: Readonly<Record<string, string>>
}

/** The folder, below the working directory, in which the embedded stack keeps its state. */
export const STATE_FOLDER = '.schema-saga'

/** Settings of one process. */
export interface Config {
  /** The connection string of the catalog database. */
  readonly catalogUrl: string
  /** Where Temporal is, and how to connect. */
  readonly temporal: {
    readonly address: string
    readonly namespace: string
    /** API key, TLS and headers by the conventions of Temporal's environment configuration. */
    readonly connection: Readonly<Record<string, unknown>>
  }
  /** Where workers listen and clients send. */
  readonly taskQueue: string
  /** A file with the workflow code, bundled before; null: a worker bundles it at its start. */
  readonly workflowBundle: string | null
}

/** The environment of this process. */
export function processEnvironment(): Environment {
  return process.env
}

/**
 * Reads the settings: explicit variables win over a running dev stack of the folder.
 * Errors: `SETTING_INVALID` names what is missing or wrong, never a value.
 */
export function readConfig(env: Environment = processEnvironment(), folder: string = process.cwd()): Config {
  const dev = readDevStack(folder)
  const catalogUrl = env.SCHEMA_SAGA_CATALOG_URL ?? env.DATABASE_URL ?? dev?.catalogUrl
  if (catalogUrl === undefined || catalogUrl === '') {
    throw new SurroundingsMissing(
      'SETTING_INVALID',
      'Set SCHEMA_SAGA_CATALOG_URL (or DATABASE_URL) to the catalog database, or run `schema-saga dev` in this folder.',
    )
  }
  checkPostgresUrl(catalogUrl, env.SCHEMA_SAGA_CATALOG_URL === undefined ? 'DATABASE_URL' : 'SCHEMA_SAGA_CATALOG_URL')
  return {
    catalogUrl,
    temporal: readTemporal(env, dev),
    taskQueue: env.SCHEMA_SAGA_TASK_QUEUE ?? DEFAULT_TASK_QUEUE,
    workflowBundle: readWorkflowBundle(env),
  }
}

function readWorkflowBundle({ SCHEMA_SAGA_WORKFLOW_BUNDLE: path }: Environment): string | null {
  if (path === undefined || path === '') return null
  if (!existsSync(path)) {
    throw new SurroundingsMissing('SETTING_INVALID', 'SCHEMA_SAGA_WORKFLOW_BUNDLE names a file that does not exist.')
  }
  return path
}

function readTemporal(env: Environment, dev: DevStack | null): Config['temporal'] {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const loaded = envconfig().loadClientConnectConfig({ overrideEnvVars })
  const { address, ...connection } = loaded.connectionOptions
  const fallback = dev?.temporalAddress ?? 'localhost:7233'
  return {
    address: address ?? fallback,
    namespace: loaded.namespace ?? 'default',
    connection,
  }
}

/** Loaded late: a command line that only asks for help reads no settings. */
function envconfig(): typeof import('@temporalio/envconfig') {
  return createRequire(import.meta.url)('@temporalio/envconfig')
}

/** The connection string of a server, by the variable that the catalog names; undefined when it is not set. */
export function dsnFromEnvironment(
  name: string,
  env: Environment = processEnvironment(),
  folder: string = process.cwd(),
): string | undefined {
  return env[name] ?? readDevStack(folder)?.dsn[name]
}

/** The dev stack of the folder, or null when none is running. */
export function readDevStack(folder: string): DevStack | null {
  const file = join(folder, STATE_FOLDER, 'dev.json')
  if (!existsSync(file)) return null
  const stack = JSON.parse(readFileSync(file, 'utf8')) as DevStack
  return isRunning(stack.pid) ? stack : null
}

/** Whether a process of this machine is alive; one of another user counts as alive. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The name that the audit records unless `--actor` gives another: the OS user. */
export function defaultActor(): string {
  return userInfo().username
}

function checkPostgresUrl(value: string, setting: string): void {
  let protocol: string
  try {
    protocol = new URL(value).protocol
  } catch {
    protocol = ''
  }
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw new SurroundingsMissing('SETTING_INVALID', `${setting} is not a postgres:// connection string.`)
  }
}
