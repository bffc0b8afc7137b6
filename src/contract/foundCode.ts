/** Hazards of the application's own code, in words. */

import { groupedBy } from '../groupedBy.ts'
import type { Hazard } from '../physical/change.ts'
import type { ApplicationLook, CodeFinding, FiredTrigger } from './application.ts'

/** What a person should know of what the look has found; nothing of it refuses anything. */
export function hazardsOf(look: ApplicationLook): readonly Hazard[] {
  const { code, code_left_out, triggers } = look
  const fired = [...groupedBy(triggers, ({ table, direction }) => `${direction} ${table}`).values()]
  return [
    ...code.map(codeHazard),
    ...(code_left_out > 0
      ? [{ name: 'CODE_NAMES_IT', detail: `${code_left_out} more functions name what the plan takes away` }]
      : []),
    ...fired.map(firedHazard),
  ]
}

function codeHazard(found: CodeFinding): Hazard {
  const { object, function: by } = found
  return {
    name: 'CODE_NAMES_IT',
    detail: `the text of the function ${by} names ${object}, on ${tenantsOf(found)}: nothing changes it along, and it may fail afterwards`,
  }
}

function firedHazard(alike: readonly [FiredTrigger, ...FiredTrigger[]]): Hazard {
  const [{ table, direction }] = alike
  const batches = direction === 'forward' ? 'the batches' : 'the batches of an undo'
  const fired = alike.map((each) => {
    const where = each.everywhere ? '' : ` on ${tenantsOf(each)}`
    return `${each.trigger} (function ${each.function})${where}`
  })
  return {
    name: 'WRITES_ROWS',
    detail: `${batches} over ${table} fire triggers of the application: ${fired.join(', ')}`,
  }
}

function tenantsOf({ tenants, tenant_count }: Pick<CodeFinding, 'tenants' | 'tenant_count'>): string {
  const more = tenant_count > tenants.length ? ` and ${tenant_count - tenants.length} more` : ''
  return `${tenants.join(', ')}${more}`
}
