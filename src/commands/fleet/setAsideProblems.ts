import type { SetAsideProblem } from '../../contract/setAside.ts'

/** Targets on which nothing was done, one line each. */
export function setAsideProblems(problems: readonly SetAsideProblem[]): readonly string[] {
  return problems.map(({ tenant, error_code, error }) => `  ${tenant === '' ? 'base' : tenant} ${error_code}: ${error}`)
}
