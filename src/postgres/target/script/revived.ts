/** What another operation has hidden on a target, and this one brings back, or hides again: as the target's own list has it. */
import type { Direction } from '../../../contract.ts'
import { runOf } from '../../../sql/aside/steps.ts'
import type { ScriptStep, StepAside } from '../../../sql/change/sqlChange.ts'
import { type StageTry, tryOf } from '../stage/protocol.ts'

const ENTER = `SELECT schema_saga_target.enter_stage_v2(jsonb_populate_record(NULL::schema_saga_target.stage_try_v1, $1), $2)`

/** The statements of others are run by us. */
const REVIVE = `SELECT schema_saga_target.revive_v1($1, $2, $3, $4, '{}', '{}') AS there`

/**
 * The statements that run on this target, before the first of them: on one that is younger than what was hidden elsewhere,
 * it is made anew instead, and dropped again by the undo, as any text does that makes something. Errors: `SS002` for what was purged.
 */
export async function stepsFor(
  { client, namespace, ...rest }: StageTry,
  steps: readonly ScriptStep[],
  direction: Direction,
): Promise<readonly ScriptStep[]> {
  const revived = steps.flatMap(({ aside }) => (aside?.revives === true && aside.does !== 'skip' ? [aside] : []))
  if (revived.length === 0) return runOf(steps)
  await client.query(ENTER, [tryOf({ client, namespace, ...rest }), direction])
  const there = new Set<string>()
  for (const aside of revived) {
    const { does, kind, asideName } = aside
    const { rows } = await client.query<{ there: boolean }>(REVIVE, [namespace, kind, asideName, does === 'restore'])
    if (rows[0]?.there === true) there.add(asideName)
  }
  return runOf(steps, ({ revives, asideName }: StepAside) => revives !== true || there.has(asideName))
}
