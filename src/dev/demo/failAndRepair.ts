/** Two changes that cannot go through everywhere: one that rows forbid, and one that a tenant's database refuses. */
import { operationText } from '../../commands/render/operationText.ts'
import type { OperationDocument } from '../../contract.ts'
import { applyStep, mustBeCommitted, resultLine } from './applyStep.ts'
import { type Demo, totalRows } from './demo.ts'
import { BUSY_RESTAURANT } from './restaurants.ts'

const LOYALTY_NUMBER = {
  type: 'add_field',
  model_name: 'customer',
  field_label: 'Loyalty Number',
  field_type: 'text',
  validation: { unique: true },
} as const

/** Shows what preflight finds, a failure with its undo, that nothing was lost, and the repair. */
export async function failAndRepair(demo: Demo): Promise<void> {
  const { say, client, project, databases } = demo
  say('\nA change that one tenant cannot take: customer gets a "Loyalty Number", required and unique.')
  say(`${BUSY_RESTAURANT} has two customers, who would both get the same default. Preflight sees it:\n`)
  const required = { ...LOYALTY_NUMBER, validation: { required: true, unique: true } }
  showFailure(demo, await applyStep(demo, 'require-loyalty-number', required))

  say(`\nWithout "required" nobody needs a default. But ${BUSY_RESTAURANT} is under audit: its database refuses DDL.\n`)
  const busy = (await client.listTenants(project)).find((tenant) => tenant.id === BUSY_RESTAURANT)
  if (busy === undefined) throw new Error(`The demo has lost its tenant ${BUSY_RESTAURANT}.`)
  const before = await totalRows(demo)
  await databases.freeze(busy)
  showFailure(demo, await applyStep(demo, 'add-loyalty-number', LOYALTY_NUMBER))
  say(`  rows of all tenants: ${before} before, ${await totalRows(demo)} after`)

  say('\nThe repair: the audit is over, and the same operation is tried once more:\n')
  await databases.thaw(busy)
  const handle = await client.operation(`${project}-add-loyalty-number`)
  await handle.retry()
  const repaired = await handle.result()
  mustBeCommitted(repaired)
  say(resultLine(`add-loyalty-number, attempt ${repaired.attempt}`, repaired))
}

function showFailure({ say, surroundings }: Demo, failed: OperationDocument): void {
  if (failed.status !== 'failed') throw new Error(`The change that must fail ended ${failed.status}.`)
  say(indented(operationText(failed, surroundings.colour)))
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}
