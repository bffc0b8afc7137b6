/** The command line without a process of its own: its environment, folder and streams are what it is given, nothing else. */
import { Readable } from 'node:stream'
import { connectSchemaSaga } from '../../src/client.ts'
import { readInput } from '../../src/commands/processIo.ts'
import { runProgram } from '../../src/commands/program.ts'
import { type Environment, readConfig } from '../../src/config.ts'
import { requirePublished } from '../fixtures/publishedSchemas.ts'

/** What a command printed, and how it ended. */
export interface CommandResult {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** The JSON document on stdout; throws when there is none. */
  readonly json: () => Record<string, unknown> & { operation?: Record<string, unknown>; error?: { code: string } }
}

/** Where a command runs, and what is piped into it. */
export interface CommandPlace {
  readonly env: Environment
  readonly folder: string
  readonly stdin?: string
}

/** Runs a command line in this process, as one does that has no terminal and that nobody interrupts. */
export async function runCommandLine(
  args: readonly string[],
  { env, folder, stdin = '' }: CommandPlace,
): Promise<CommandResult> {
  const printed = { stdout: '', stderr: '' }
  let exitCode = 0
  await runProgram(args, {
    env,
    folder,
    out: (text) => {
      printed.stdout += `${text}\n`
    },
    err: (text) => {
      printed.stderr += `${text}\n`
    },
    readInput: (path) => readInput(path, { folder, stdin: Readable.from([stdin]) }),
    connect: () => connectSchemaSaga({ config: readConfig(env, folder) }),
    colour: false,
    liveProgress: false,
    setExitCode: (code) => {
      exitCode = code
    },
    onInterrupt: () => () => {},
    ask: null,
  })
  return commandResult(args, { exitCode, ...printed })
}

/** A result, whose document is one that is published. */
export function commandResult(
  args: readonly string[],
  printed: Pick<CommandResult, 'exitCode' | 'stdout' | 'stderr'>,
): CommandResult {
  requirePublished(args, printed.stdout)
  return { ...printed, json: () => JSON.parse(printed.stdout) as ReturnType<CommandResult['json']> }
}
