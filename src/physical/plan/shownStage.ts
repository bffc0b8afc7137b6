/** A stage of a plan as people and programs read it. */
import { runOf } from '../../sql/aside/steps.ts'
import type { Stage } from './plan.ts'

/** `:"ns"` stands for the namespace, as in psql. */
export function shownStage({ stage, kind, sql, script = [] }: Stage): {
  readonly stage: number
  readonly kind: string
  readonly sql: readonly string[]
} {
  const isScript = kind === 'script'
  return {
    stage,
    kind: isScript ? 'transaction' : kind,
    sql: isScript ? runOf(script).map((each) => each.sql.join(':"ns"')) : sql,
  }
}
