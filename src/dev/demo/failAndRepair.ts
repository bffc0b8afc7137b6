/** A change that one tenant cannot take: what is undone, and how the person goes on. */
import { operationText } from '../../commands/operationText.ts'
import { applyStep, mustBeCommitted, resultLine } from './applyStep.ts'
import { type Demo, totalRows } from './demo.ts'
import { BUSY_RESTAURANT } from './restaurants.ts'

const LOYALTY_NUMBER = {
  type: 'add_field',
  model_name: 'customer',
  field_label: 'Loyalty Number',
  field_type: 'text',
} as const

/** Shows the failure, that nothing was lost, and the repair. */
export async function failAndRepair(demo: Demo): Promise<void> {
  const { say } = demo
  const before = await totalRows(demo)
  say('\nA change that one tenant cannot take: customer gets a "Loyalty Number", required and unique.')
  say(`${BUSY_RESTAURANT} has two customers, who would both get the same default.\n`)
  const rejected = { ...LOYALTY_NUMBER, validation: { required: true, unique: true } }
  const failed = await applyStep(demo, 'add-loyalty-number', rejected)
  if (failed.status !== 'failed') throw new Error(`The change that must fail ended ${failed.status}.`)
  say(indented(operationText(failed, demo.surroundings.colour)))
  say(`  rows of all tenants: ${before} before, ${await totalRows(demo)} after`)

  say('\nThe repair: without "required" nobody needs a default, and a number stays unique. A new operation id:\n')
  const repaired = await applyStep(demo, 'add-loyalty-number-2', { ...LOYALTY_NUMBER, validation: { unique: true } })
  mustBeCommitted(repaired)
  say(resultLine('add-loyalty-number-2', repaired))
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}
