/** Whether columns of a target are in the order that a text relies on: values would land in others without a word. */
import { TargetDrifted } from '../../../errors.ts'
import { readColumnOrder } from '../../record/readColumnOrder.ts'
import { whereOf } from '../../sessions/servers.ts'
import type { StageTry } from '../stage/protocol.ts'

/** Before anything is run. Errors: `TARGET_UNFIT` with the tables. */
export async function requireSameOrder({ client, namespace, work }: StageTry): Promise<void> {
  const expected = Object.entries(work.plan.sqlChange?.order ?? {})
  if (expected.length === 0) return
  const found = await readColumnOrder(client, namespace)
  const unlike = expected.flatMap(([table, columns]) => {
    const there = found.get(table)?.filter((each) => columns.includes(each)) ?? []
    // What is missing is told by whatever needs it.
    const known = columns.filter((each) => there.includes(each))
    return known.every((each, index) => each === there[index]) ? [] : [`${table} (${there.join(', ')})`]
  })
  if (unlike.length === 0) return
  throw new TargetDrifted(
    'TARGET_UNFIT',
    `${whereOf(work.target)}: the text relies on the order of columns, which is not that of the base: ${unlike.join('; ')}. Name the columns in the text.`,
    { details: { objects: unlike } },
  )
}
