/** The states of operations, steps and tenants. */

export const OPERATION_STATUSES = [
  'pending',
  'applying',
  'compensating',
  'committed',
  'failed',
  'cancelled',
  'needs_repair',
] as const

export type OperationStatus = (typeof OPERATION_STATUSES)[number]

/** Statuses from which an operation never moves by itself. */
export const FINAL_STATUSES: readonly OperationStatus[] = ['committed', 'failed', 'cancelled']

export const STEP_KEYS = [
  'preflight',
  'base_project_ddl',
  'tenant_ddl',
  'system_schema',
  'settle',
  'cache',
  'after_commit',
] as const

export type StepKey = (typeof STEP_KEYS)[number]

export type StepState = 'pending' | 'running' | 'succeeded' | 'failed' | 'compensated' | 'skipped' | 'parked'

export type TenantState = 'provisioning' | 'active' | 'parked' | 'suspended'

/** What happens when a tenant fails for good: undo all, leave it behind on record, or stop and wait for a person. */
export const OUTCOME_POLICIES = ['compensate', 'park', 'hold'] as const

export type OutcomePolicy = (typeof OUTCOME_POLICIES)[number]

/** Why a tenant is parked: it failed, a person wanted it, or a person accepted it as it is. */
export type ParkCause = 'failure' | 'operator' | 'accepted'
