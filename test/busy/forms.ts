/** The forms of change that run on a busy table: every case of every type of mutation. */
import { CASES_BY_TYPE } from '../postgres/cases/index.ts'
import type { Case } from '../postgres/cases/setting.ts'

/** A case under a name that no other has. */
export interface Form extends Case {
  readonly form: string
}

/** All of them. */
export const FORMS: readonly Form[] = CASES_BY_TYPE.flatMap(([type, cases]) =>
  cases.map((each) => ({ ...each, form: `${type}: ${each.name}` })),
)

/** The form of that name. */
export function formOf(name: string): Form {
  const found = FORMS.find(({ form }) => form === name)
  if (found === undefined) throw new Error(`There is no form "${name}".`)
  return found
}
