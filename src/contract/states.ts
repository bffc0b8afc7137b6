/** The states of operations, steps and tenants. */

/** All statuses of an operation. */
export const OPERATION_STATUSES = [
  'pending',
  'applying',
  'compensating',
  'committed',
  'failed',
  'cancelled',
  'needs_repair',
] as const

/**
 * `pending` until its turn, `applying` forward, `compensating` back, `needs_repair` when it waits for a person; the
 * others are final.
 */
export type OperationStatus = (typeof OPERATION_STATUSES)[number]

/** Statuses from which an operation never moves by itself. */
export const FINAL_STATUSES: readonly OperationStatus[] = ['committed', 'failed', 'cancelled']

/** All steps of an operation, in order. */
export const STEP_KEYS = [
  'preflight',
  'base_project_ddl',
  'tenant_ddl',
  'system_schema',
  'settle',
  'cache',
  'after_commit',
] as const

/**
 * Looking at the targets, changing the base, changing the tenants, making the schema durable, taking off what was
 * temporary, the cache, and the hooks.
 */
export type StepKey = (typeof STEP_KEYS)[number]

/**
 * How a step stands, as a whole or on one tenant: `compensated` means undone, `skipped` that nothing was to be done,
 * `parked` that the tenant was left behind.
 */
export type StepState = 'pending' | 'running' | 'succeeded' | 'failed' | 'compensated' | 'skipped' | 'parked'

/**
 * Operations work on `active` tenants only: `parked` ones were left behind and come back by catching up, `suspended`
 * ones were taken out of use by a person.
 */
export type TenantState = 'provisioning' | 'active' | 'parked' | 'suspended'

/** What happens when a tenant fails for good: undo all, leave it behind on record, or stop and wait for a person. */
export const OUTCOME_POLICIES = ['compensate', 'park', 'hold'] as const

/** One of these policies. */
export type OutcomePolicy = (typeof OUTCOME_POLICIES)[number]

/** Why a tenant is parked: it failed, a person wanted it, or a person accepted it as it is. */
export type ParkCause = 'failure' | 'operator' | 'accepted'
