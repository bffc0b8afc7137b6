/** The statements of a text with what is hidden, as they run. Pure. */
import type { ScriptStep, StepAside } from '../change/sqlChange.ts'
import type { Script, ScriptStatement } from '../script/script.ts'

/** As a plan keeps it. */
export function stepOf({ sql, place, runsCode, aside }: ScriptStatement): ScriptStep {
  if (aside === undefined) return { sql, place, runsCode }
  const { instead, behind, ...rest } = aside
  const kept: StepAside = {
    ...rest,
    instead: instead === null ? null : instead.map(stepOf),
    ...(behind !== undefined && { behind: behind.map(stepOf) }),
  }
  return { sql, place, runsCode, aside: kept }
}

/** What footprints call by the names that are hidden ones. */
export function meanwhileIn(scripts: readonly (Script | null)[]): readonly string[] {
  const statements = scripts.flatMap((script) => script?.stages ?? []).flatMap((stage) => stage.statements)
  return statements.flatMap(({ aside }) => aside?.meanwhile ?? [])
}

type Aside<Each> = {
  readonly does: string
  readonly asideName: string
  readonly instead: readonly Each[] | null
  readonly behind?: readonly Each[]
}

/** What runs where everything that comes back was hidden; `isThere` says where that is not so. */
export function runOf<Each extends { readonly aside?: Aside<Each> }>(
  steps: readonly Each[],
  isThere: (aside: NonNullable<Each['aside']>) => boolean = () => true,
): readonly Each[] {
  return steps.flatMap((step) => {
    const { aside } = step
    if (aside === undefined) return [step]
    if (!isThere(aside)) return aside.instead ?? []
    if (aside.does === 'hide') return [step]
    return aside.does === 'skip' ? [] : [step, ...(aside.behind ?? [])]
  })
}
