/** What `migrate` and `migrate status` say of a folder and a project. */
import type { ErrorCode } from '../../contract/errors/errorCodes.ts'
import type { OperationDocument } from '../../contract.ts'
import type { MigrationFormat } from '../../migrations/migration.ts'
import type { PlanDocument } from '../plan/document.ts'

/** One migration, of the folder or of the project. */
export interface MigrationEntry {
  /** Under which it counts as applied: that of its file, or of its folder, without the endings. */
  readonly name: string
  /**
   * `applied`: with this text. `pending`: not yet, or reverted. `changed`: applied with another text. `missing`: applied, and not
   * in the folder.
   */
  readonly state: 'applied' | 'pending' | 'changed' | 'missing'
  /** Of the project, that it led to; null while it is pending. */
  readonly revision: number | null
  /**
   * Whether a text leads back. Of a pending one without, the way back is written when it is applied, if it only adds objects, or sets aside what it drops;
   * otherwise it needs the policy `park` or `hold`, which never undo it.
   */
  readonly has_down: boolean
  /** Within the folder; none of a missing one. */
  readonly files: readonly string[]
  /** What was read in its tool's own sense, in sentences. */
  readonly notes: readonly string[]
}

/** What `migrate status --json` prints. */
export interface MigrationStatusDocument {
  readonly project: string
  /** Whose folder it is, as it was found by looking, or given. */
  readonly format: MigrationFormat
  /** Whether all of the folder is applied as it is, and nothing else. */
  readonly clean: boolean
  /** How many are in each state, and how many of the pending ones have no `down`. */
  readonly counts: {
    readonly applied: number
    readonly pending: number
    readonly changed: number
    readonly missing: number
    readonly pending_without_down: number
  }
  /** Those of the folder in its order, then the missing ones. */
  readonly migrations: readonly MigrationEntry[]
  /** What of the folder was not read, and what is odd about its order, in sentences. */
  readonly notes: readonly string[]
}

/** One pending migration, and how far it has come. */
export interface MigrationStep {
  readonly name: string
  /** `in_progress`: its operation goes on by itself. */
  readonly state: 'pending' | 'in_progress' | 'committed' | 'failed' | 'cancelled' | 'needs_repair'
  /** The id of its operation; null before it is begun. */
  readonly operation: string | null
  /** Of the project, that it led to; null until it is committed. */
  readonly revision: number | null
  /** Tenants that it left behind at the old revision. */
  readonly parked: number
  /** Whether a text leads back. */
  readonly has_down: boolean
  /** Within the folder. */
  readonly files: readonly string[]
  /** What was read in its tool's own sense, in sentences. */
  readonly notes: readonly string[]
  /** Names of the hazards that its text shows; those that lose something are refused unless they are allowed by name. */
  readonly hazards: readonly string[]
  /** Of a dry run: what it would do, planned at the revision that the project has now. */
  readonly plan: PlanDocument | null
}

/** Why a run ended before its last migration. */
export interface MigrationStop {
  /** The migration at which it did. */
  readonly name: string
  /** Null when nobody but the person at the terminal ended it. */
  readonly error_code: ErrorCode | null
  /** Why, in its own words. */
  readonly error: string
  /** What was done and what was not, in a sentence. */
  readonly summary: string
  /** The operation as it is; null when none was begun for it. */
  readonly operation: OperationDocument | null
}

/** What `migrate --json` prints. */
export interface MigrationRunDocument {
  readonly project: string
  /** Whose folder it is, as it was found by looking, or given. */
  readonly format: MigrationFormat
  /** Whether it was only looked at. */
  readonly dry_run: boolean
  /** How many of the folder were applied before. */
  readonly applied_before: number
  /** The pending ones in order, up to the one that was named. */
  readonly migrations: readonly MigrationStep[]
  /** Null when all of them are committed. */
  readonly stopped: MigrationStop | null
  /** What of the folder was not read, and what is odd about its order, in sentences. */
  readonly notes: readonly string[]
}
