/** A tenant for people. */
import type { BroughtBack } from '../../client/tenantTypes.ts'
import type { TenantRecordDocument } from '../../client/types.ts'
import { table } from './table.ts'

/** `Tenant ada is parked (operator): a reason`. */
export function tenantLine({ id, state, cause, revision, reason }: TenantRecordDocument): string {
  const why = state === 'active' ? '' : `${cause === null ? '' : ` (${cause})`}${reason === null ? '' : `: ${reason}`}`
  return `Tenant ${id} is ${state} at revision ${revision ?? '-'}${why === '' ? '.' : why}`
}

/** The line of a tenant that was brought back, and where it came from. */
export function broughtBackText(tenant: BroughtBack): string {
  const { found_revision: found, revision } = tenant
  if (found === null || found === revision) return tenantLine(tenant)
  return `${tenantLine(tenant)}\nIts tables were those of revision ${found}: it got what it had missed since.`
}

/** What is at work on a target that should not be, and that it is taken off first. */
export function owedLine({ operation, since, objects, error }: TenantRecordDocument['owes'][number]): string {
  const who = operation === null ? 'an operation that nobody knows any more' : `operation ${operation}`
  const what = objects === null ? 'a trigger' : objects.join(', ')
  const last = error === null ? '' : ` (last try: ${error})`
  return `${who} has left ${what} active since ${since}: it is removed before anything else is done here${last}`
}

/** The lines of `tenant show`. */
export function tenantText(tenant: TenantRecordDocument): string {
  const { server, namespace, since, parked_by: parkedBy, changed, catch_up_tries: tries, catch_up_after: due } = tenant
  const lines = [tenantLine(tenant), `place: ${namespace} on ${server}`, `since: ${since}`]
  if (parkedBy !== null)
    lines.push(`parked by operation: ${parkedBy}${changed === 'unknown' ? ', what it left is unknown' : ''}`)
  if (tries > 0) lines.push(`failed tries to bring it up: ${tries}, next one due ${due ?? 'now'}`)
  lines.push(...tenant.owes.map(owedLine))
  const head = ['operation', 'type', 'status', 'revision', 'here', 'error']
  const rows = tenant.operations.map((each) => [each.id, each.type, each.status, each.revision, each.state, each.error])
  return [...lines, '', table(head, rows, 'no operation has a record of it')].join('\n')
}
