/** An operation for people: how it ended, what was undone, what to do. */
import type { OperationDocument, TenantCounts } from '../contract.ts'
import { wasRefused } from './exitCodes.ts'
import { paintStatus } from './paint.ts'

const COUNTED = ['succeeded', 'failed', 'compensated', 'parked', 'skipped', 'running', 'pending'] as const

/** The result of one operation, as `apply`, `watch` and `operation show` print it. */
export function operationText(operation: OperationDocument, colour: boolean): string {
  const { id, project, type, status } = operation
  const lines = [
    `${paintStatus(status, colour)}: ${type} on ${project}, operation ${id}, attempt ${operation.attempt}`,
    `revision: ${revisionText(operation)}`,
  ]
  if (operation.waits_for !== null) lines.push(`waits for: operation ${operation.waits_for}`)
  if (operation.tenants.total > 0) lines.push(`tenants: ${tenantsText(operation.tenants)}`)
  if (operation.error !== null) lines.push(`error ${operation.error_code}: ${operation.error}`)
  for (const problem of operation.problems) {
    lines.push(
      `  ${problem.tenant} ${problem.state}${problem.error === null ? '' : ` ${problem.error_code}: ${problem.error}`}`,
    )
  }
  if (operation.problems_left_out > 0)
    lines.push(`  and ${operation.problems_left_out} more: operation show ${id} --tenants`)
  return [...lines, ...endText(operation)].join('\n')
}

/** How many tenants are in which state, without the zeros. */
export function tenantsText(tenants: TenantCounts): string {
  const counts = COUNTED.filter((state) => tenants[state] > 0).map((state) => `${tenants[state]} ${state}`)
  return `${tenants.total}${counts.length === 0 ? '' : ` (${counts.join(', ')})`}`
}

function revisionText({ status, unchanged, base_revision, revision }: OperationDocument): string {
  if (unchanged) return `${revision ?? base_revision} (nothing to change)`
  if (status === 'committed') return `${base_revision} -> ${revision}`
  return base_revision === null ? 'not planned' : `${base_revision}`
}

function endText(operation: OperationDocument): readonly string[] {
  const { id, status, tenants } = operation
  switch (status) {
    case 'failed':
      if (wasRefused(operation)) return ['refused by the plan: no target was touched']
      return [
        undoneText(operation),
        'everything is as before',
        `once the cause is gone: schema-saga operation retry ${id}`,
      ]
    case 'cancelled':
      return [undoneText(operation), 'everything is as before']
    case 'needs_repair':
      return [
        `not everything could be undone: ${countOf(tenants.compensated)} undone, the rest waits for a person`,
        `repair the cause, then: schema-saga operation retry ${id}`,
      ]
    default:
      return []
  }
}

function undoneText({ steps, tenants }: OperationDocument): string {
  const base = steps.some((step) => step.key === 'base_project_ddl' && step.state === 'compensated')
  if (!base && tenants.compensated === 0) return 'undone: nothing, because nothing had been changed'
  const parts = [...(base ? ['the base'] : []), ...(tenants.compensated > 0 ? [countOf(tenants.compensated)] : [])]
  return `undone: ${parts.join(' and ')}`
}

function countOf(tenants: number): string {
  return `${tenants} ${tenants === 1 ? 'tenant' : 'tenants'}`
}
