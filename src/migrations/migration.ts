/** What a folder of migrations holds, whatever tool wrote it. */
import { InputInvalid } from '../errors.ts'

/** The tools whose folders are read; `plain` is `NAME.sql`, with its way back behind a line `-- down` or in `NAME.down.sql`. */
export const FORMATS = [
  'plain',
  'dbmate',
  'goose',
  'golang-migrate',
  'node-pg-migrate',
  'flyway',
  'prisma',
  'drizzle',
] as const

/** One of them. */
export type MigrationFormat = (typeof FORMATS)[number]

/** One migration, as it is run. */
export interface Migration {
  /** Under which it counts as applied. */
  readonly name: string
  readonly up: string
  /** Null where nobody wrote a way back. */
  readonly down: string | null
  /** What was read in its tool's own sense, in sentences. */
  readonly notes: readonly string[]
  /** Within the folder, with slashes. */
  readonly files: readonly string[]
}

/** A folder, in the order in which its tool runs it. */
export interface MigrationFolder {
  readonly format: MigrationFormat
  readonly migrations: readonly Migration[]
  /** What of the folder was not read, in sentences. */
  readonly notes: readonly string[]
}

/** One direction of a migration before it is finished: a text whose lines are those of its file. */
export interface Direction {
  /** Its file, for messages. */
  readonly source: string
  readonly text: string
  /** The tool runs it outside of a transaction. */
  readonly alone?: boolean
  /** Lines that the tool sends as one statement, the first and the last of each. */
  readonly blocks?: readonly (readonly [first: number, last: number])[]
}

/** A migration whose directions are not finished. */
export interface FoundMigration {
  readonly name: string
  readonly up: Direction
  readonly down: Direction | null
  readonly files: readonly string[]
  readonly notes?: readonly string[]
}

/** What a reader of one format found. */
export interface Found {
  readonly migrations: readonly FoundMigration[]
  readonly notes: readonly string[]
}

/** The refusal of a folder; `path` is the file or folder it is about. */
export function unreadable(path: string, sentence: string): InputInvalid {
  return new InputInvalid('MIGRATIONS_INVALID', sentence, { path })
}
