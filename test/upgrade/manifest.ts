/** What is recorded beside the dumps of a state. */
import type { OperationStatus, RepairRequest, TenantState } from '../../src/contract.ts'
import type { Facts } from './facts.ts'

/** One thing that is done to a state that was restored, so that it goes on. */
export type Act =
  /** The reconciler looks at the project, or at one operation whatever the time since it reported last. */
  | { readonly do: 'reconcile'; readonly operation?: string }
  | { readonly do: 'repair'; readonly operation: string; readonly action: RepairRequest['action'] }
  /** The same, said again whenever the operation asks again, until it has that status. */
  | {
      readonly do: 'insist'
      readonly operation: string
      readonly action: RepairRequest['action']
      readonly status: OperationStatus
    }
  | { readonly do: 'retry' | 'resume' | 'promote' | 'revert'; readonly operation: string }
  | { readonly do: 'unpark' | 'resumeTenant'; readonly tenant: string }
  /** Waits until the operation has that status. */
  | { readonly do: 'await'; readonly operation: string; readonly status: OperationStatus }

/** How a state goes on: what is done, and how it ends. */
export interface GoesOn {
  readonly acts: readonly Act[]
  readonly operations: Readonly<Record<string, OperationStatus>>
  /** States of tenants at the end; those that are not named are active. */
  readonly tenants?: Readonly<Record<string, TenantState>>
  /** Active tenants that do not look as the base does, each for the reason that the state is about. */
  readonly unlike?: readonly string[]
}

/** A state that was recorded. */
export interface Manifest {
  readonly state: string
  /** The release whose code made it. */
  readonly release: string
  /** What happened, in a sentence or two. */
  readonly about: string
  /** The file of each database; the variables are those under which the catalog knows the servers. */
  readonly databases: Readonly<Record<string, { readonly file: string; readonly dsn_env: string | null }>>
  readonly project: string
  readonly goes_on: GoesOn
  readonly facts: Facts
}
