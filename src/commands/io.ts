/** What a command may touch besides its arguments; the tests give their own. */
import type { SchemaSagaClient } from '../client/types.ts'
import type { Environment } from '../config.ts'

/** The outside of a command: its settings, two streams, its input, the client and the exit code. */
export interface Surroundings {
  /** The variables that settings are read from; a command reads no others. */
  readonly env: Environment
  /** The working directory: a running `dev` leaves its settings there, and relative paths begin there. */
  readonly folder: string
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** The text of a file, or of stdin for `-`; throws `INPUT_INVALID` when there is none. */
  readonly readInput: (path: string) => Promise<string>
  readonly connect: () => Promise<SchemaSagaClient>
  /** Stdout is a terminal that shows colours. */
  readonly colour: boolean
  /** Stderr is a terminal, so that a progress line may move. */
  readonly liveProgress: boolean
  readonly setExitCode: (code: number) => void
  /** Calls back at the first Ctrl-C or SIGTERM instead of ending the process; returns what undoes this. */
  readonly onInterrupt: (callback: () => void) => () => void
  /** Asks the person at the terminal; null where nobody sits there. */
  readonly ask: ((question: string) => Promise<string>) | null
}
