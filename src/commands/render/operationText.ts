/** An operation for people: how it ended, what was undone, what to do. */

import type { WaitsOn } from '../../contract/documents.ts'
import type { OperationDocument, TenantCounts } from '../../contract.ts'
import { wasRefused } from '../exitCodes.ts'
import { paintStatus } from './colours.ts'

/** What the record of a tenant says that was removed before its undo. */
const UNDO_CLOSED = 'its undo is closed'
const AT_WORK: readonly OperationDocument['status'][] = ['pending', 'applying', 'compensating']
const COUNTED = ['succeeded', 'failed', 'compensated', 'parked', 'skipped', 'running', 'pending'] as const

/** The result of one operation, as `apply`, `watch` and `operation show` print it. */
export function operationText(operation: OperationDocument, colour: boolean): string {
  const { id, project, type, status } = operation
  const lines = [
    `${paintStatus(status, colour)}: ${type} on ${project}, operation ${id}, attempt ${operation.attempt}`,
    `revision: ${revisionText(operation)}`,
  ]
  if (operation.waits_for !== null) lines.push(waitsText(operation))
  if (operation.paused) lines.push(`paused: nothing new is begun until schema-saga operation resume ${id}`)
  if (operation.tenants.total > 0) lines.push(`tenants: ${tenantsText(operation.tenants)}`)
  if (operation.error !== null) lines.push(`error ${operation.error_code}: ${operation.error}`)
  for (const { key, error_code, error } of waitingSteps(operation)) lines.push(`${key} waits: ${error_code}: ${error}`)
  for (const problem of operation.problems) {
    lines.push(
      `  ${problem.tenant} ${problem.state}${problem.error === null ? '' : ` ${problem.error_code}: ${problem.error}`}`,
    )
  }
  if (operation.problems_left_out > 0)
    lines.push(`  and ${operation.problems_left_out} more: operation show ${id} --tenants`)
  const { waits_on: on, refused } = operation
  if (on !== null) lines.push(...waitsOnText(on))
  if (refused !== null) lines.push(`ignored at ${refused.at}, said by ${refused.actor}: ${refused.text}`)
  return [...lines, ...endText(operation)].join('\n')
}

function waitsOnText({ work, tries, error_code, error, advice }: WaitsOn): readonly string[] {
  const what =
    tries === 0
      ? `waits: ${work}, ${error_code}: ${error}`
      : `tries again: ${work}, after ${tries} ${tries === 1 ? 'try' : 'tries'}, error ${error_code}: ${error}`
  return [what, `what to do: ${advice}`]
}

/** Steps as a whole that are tried again: why, and what is to be changed. */
function waitingSteps({ steps, status }: OperationDocument): OperationDocument['steps'] {
  if (!AT_WORK.includes(status)) return []
  return steps.filter(({ error, state }) => error !== null && (state === 'running' || state === 'succeeded'))
}

/** Behind which operation this one waits, since when that one is at work, and in which state it is. */
export function waitsText({ waits_for, waits_for_status, waits_since }: OperationDocument): string {
  if (waits_for_status === null) return `waits for the turn of the project, which ${waits_for} has now`
  const state = waits_for_status === 'needs_repair' ? 'which needs repair' : `which is ${waits_for_status}`
  return `waits for operation ${waits_for}, ${state}, since ${waits_since}`
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
  const { id, status, tenants, accepted } = operation
  switch (status) {
    case 'failed':
      if (wasRefused(operation)) return ['refused by the plan: no target was touched']
      if (accepted > 0)
        return [undoneText(operation), `${countOf(accepted)} taken as they are, and parked: see tenant list`]
      return [undoneText(operation), asBefore(operation), `once the cause is gone: schema-saga operation retry ${id}`]
    case 'cancelled':
      return [undoneText(operation), asBefore(operation)]
    case 'committed':
      return [
        ...setAsideText(operation),
        ...(tenants.parked === 0
          ? []
          : [`${countOf(tenants.parked)} left behind at the old revision, parked: brought up once the cause is gone`]),
      ]
    case 'needs_repair':
      return repairText(operation)
    default:
      return []
  }
}

/** Nothing of it is gone yet. */
function setAsideText({ id, project, set_aside }: OperationDocument): readonly string[] {
  if (set_aside.length === 0) return []
  const kept = `set aside until its hold is over: ${set_aside.join(', ')}`
  return [`${kept}; see schema-saga set-aside list ${project}, and operation revert ${id} brings it back`]
}

/** A tenant that was removed meanwhile may hold what nobody undoes any more. */
function asBefore({ problems }: OperationDocument): string {
  const closed = problems.filter(({ error }) => error?.includes(UNDO_CLOSED)).map(({ tenant }) => tenant)
  if (closed.length === 0) return 'everything is as before'
  return `everything is as before, except where a tenant was removed before its undo: ${closed.join(', ')}`
}

function repairText({ id, error_code, tenants }: OperationDocument): readonly string[] {
  const repair = `schema-saga operation repair ${id} --action`
  switch (error_code) {
    case 'HELD':
      return ['held: nothing new is begun until you decide', `${repair} retry | park | compensate`]
    case 'CACHE_UNAVAILABLE':
      return [
        'the schema is durable everywhere; only the cache is unreachable, and the operation commits once it answers',
      ]
    default:
      return [
        `not everything could be undone: ${countOf(tenants.compensated)} undone, the rest waits for a person`,
        `repair the cause, then: schema-saga operation retry ${id}`,
      ]
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
