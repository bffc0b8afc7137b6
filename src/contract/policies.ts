/** Leaving tenants behind on record, and going on after a person has decided. */
import type { ControlRequest, RepairRequest } from './messages.ts'
import type { Target } from './targets.ts'

/** Activities with which an operation leaves tenants behind, or goes on after it was held. */
export interface PolicyActivities {
  /**
   * Parks a tenant that could not be brought along, unless as many as the operation allows are parked already. Its
   * partial work has been undone before, or could not be reached for that (`changed`).
   */
  parkTenant(input: ParkTenant): Promise<{ parked: boolean }>
  /** Parks all tenants that preflight refused, or none when they are too many or the base is one of them. */
  parkPreflightProblems(input: { operationId: string }): Promise<{ parked: boolean }>
  /**
   * Leaves one tenant out. One that has not been begun is skipped at once; one that failed must be fenced first, and
   * comes back as `fence`. Errors: `NOT_APPLICABLE`, `TENANT_NOT_FOUND`.
   */
  skipTenant(input: {
    operationId: string
    tenant: string
    actor: string
    reason: string
    fenced?: 'no' | 'unknown'
  }): Promise<{ fence: (Target & { epoch: number }) | null }>
  /**
   * Takes a held operation up again: its failed tenants (or those of them that are named) are to be tried once more.
   * Errors: `NOT_APPLICABLE` when none of the named ones has failed.
   */
  goForwardAgain(input: {
    operationId: string
    action: 'retry' | 'park' | 'skip'
    tenants?: readonly string[]
  }): Promise<{ attempt: number }>
  /** Whether as many tenants failed or were parked as halt the operation. */
  countHalting(input: { operationId: string }): Promise<{ halts: boolean; failed: number; begun: number }>
  /**
   * The targets that are not undone are accepted as they are; refused while the base is one of them. `lists`: also names
   * them, for workflows that began before `markAccepted`; a fleet of them is no payload.
   */
  acceptTargets(input: { operationId: string; actor: string; note: string; lists?: boolean }): Promise<{
    accepted: boolean
    targets: (Target & { epoch: number })[]
  }>
  /** The accepted target's markers say so. */
  recordAccepted(input: { operationId: string; tenant: string }): Promise<void>
  /** Whether that Update or Signal may be heeded. Errors: `FORBIDDEN`. */
  authorizeMessage(input: {
    project: string
    operationId: string
    message: string
    request: ControlRequest | RepairRequest
  }): Promise<void>
}

/** What `parkTenant` needs. */
export interface ParkTenant {
  readonly operationId: string
  readonly tenant: string
  readonly error: string
  readonly errorCode: string
  readonly changed: 'no' | 'unknown'
  readonly epoch: number
  /** The person who decided; without one the operation's own limit counts. */
  readonly actor?: string
}
