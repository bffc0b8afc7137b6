/** One change for targets that have something set aside, and for those that were born later. */
import type { Step } from '../../change.ts'
import { asFormat, literal, textArray } from '../../sql.ts'

/** Two lists of statements, of which a target gets one. */
export interface Either {
  readonly kind: 'table' | 'column'
  /** The name under which another operation has set it aside. */
  readonly aside: string
  /** Whether it comes back by this, or is set aside again. */
  readonly restores: boolean
  /** Where it was set aside. */
  readonly there: readonly string[]
  /** Where it never was. */
  readonly otherwise: readonly string[]
}

/** The call that decides in the target; statements are formats, because only the target's own function runs them. */
export function eitherSql({ kind, aside, restores, there, otherwise }: Either): Step {
  const lists = [there, otherwise].map((statements) => textArray(statements.map(asFormat)))
  return {
    kind: 'transaction',
    sql: `SELECT schema_saga_target.revive_v1(:'ns', ${literal(kind)}, ${literal(aside)}, ${restores}, ${lists.join(', ')})`,
  }
}
