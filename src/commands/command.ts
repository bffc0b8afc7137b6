/** What all commands share: the common flags, one answer in two forms, errors and exit codes. */
import type { Command } from 'commander'
import type { SchemaSagaClient } from '../client/types.ts'
import { defaultActor } from '../config.ts'
import type { DocumentName, Documents } from './documents.ts'
import { EXIT, exitCodeOfError } from './exitCodes.ts'
import type { Surroundings } from './io.ts'
import { describeError, errorText } from './printError.ts'

/** Flags of every command. */
export interface CommonFlags {
  readonly json?: boolean
  readonly actor: string
}

/** What a command found: one JSON document, or the same for people. */
export interface Answer {
  readonly document: Documents[DocumentName]
  readonly text: string
  readonly exitCode?: number
}

/** What the help says of a command. */
export interface CommandHelp {
  readonly usage: string
  readonly summary: string
  readonly example: string
  /** The document that `--json` prints; of several, the flags decide. */
  readonly document: DocumentName | readonly DocumentName[]
}

/** Adds a command with the common flags and an example in its help. */
export function addCommand(parent: Command, { usage, summary, example, document }: CommandHelp): Command {
  const schemas = [document].flat().map((name) => `schemas/${name}.json`)
  return parent
    .command(usage)
    .description(summary)
    .option('--json', `print one JSON document on stdout and nothing else there (${schemas.join(' or ')})`)
    .option('--actor <name>', 'who is recorded in the audit', defaultActor())
    .addHelpText('after', `\nExample:\n  $ schema-saga ${example}`)
}

/** The action of a command that answers with the help of the client, which is closed afterwards. */
export function withClient<Args extends readonly unknown[], Flags extends CommonFlags>(
  surroundings: Surroundings,
  run: (client: SchemaSagaClient, args: Args, flags: Flags) => Promise<Answer>,
): (...given: unknown[]) => Promise<void> {
  return answering<Args, Flags>(surroundings, async (args, flags) => {
    const client = await surroundings.connect()
    try {
      return await run(client, args, flags)
    } finally {
      await client.close()
    }
  })
}

/** The action of a command: prints its answer (null when it has printed itself) or its error, and sets the exit code. */
export function answering<Args extends readonly unknown[], Flags extends CommonFlags>(
  surroundings: Surroundings,
  run: (args: Args, flags: Flags) => Promise<Answer | null>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    // Commander passes the arguments, then the flags, then the command; their types are those of its definition.
    const args = given.slice(0, -2) as unknown as Args
    const flags = given.at(-2) as Flags
    try {
      const answer = await run(args, flags)
      if (answer === null) return
      const { document, text, exitCode } = answer
      surroundings.out(flags.json ? JSON.stringify(document, null, 2) : text)
      surroundings.setExitCode(exitCode ?? EXIT.done)
    } catch (error) {
      printError(surroundings, error, flags.json ?? false)
      surroundings.setExitCode(exitCodeOfError(error))
    }
  }
}

/** Tells an error on stderr, or as a document on stdout. */
export function printError({ out, err }: Surroundings, error: unknown, json: boolean): void {
  const document = describeError(error)
  const answer: Documents['error'] = { error: document }
  if (json) out(JSON.stringify(answer, null, 2))
  else err(errorText(document))
}
