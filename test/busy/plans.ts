/** The plans of a form, there and taken back, and which forms together have every kind of change. */
import type { Plan } from '../../src/physical/plan/plan.ts'
import { planMutation } from '../../src/physical/plan/planMutation.ts'
import { planRevert } from '../../src/physical/plan/planRevert.ts'
import { settingOf } from '../postgres/cases/setting.ts'
import { FORMS, type Form } from './forms.ts'

/** Both plans. */
export interface FormPlans {
  readonly plan: Plan
  readonly revert: Plan
}

/** What the form becomes on the setting that it begins with. */
export function plansOf(form: Form): FormPlans {
  const before = settingOf(form.before)
  const plan = planMutation({ schema: before, revision: 6, mutation: form.mutation, operationId: 'op-1' })
  const reverted = {
    id: 'op-1',
    plan,
    mutation: form.mutation,
    applied: true,
    origin: { operationId: 'op-1', before },
  }
  const place = { later: [], purged: [], bornLater: 0, schema: plan.nextSchema, revision: 7, operationId: 'op-2' }
  return { plan, revert: planRevert({ ...place, reverted }) }
}

/** Few forms in which every kind of change happens, and every kind that takes one back. */
export function formsOfEveryKind(): readonly Form[] {
  everyKind ??= chooseForEveryKind()
  return everyKind
}

/** Chosen once: each choice plans all forms. */
let everyKind: readonly Form[] | undefined

function chooseForEveryKind(): readonly Form[] {
  const kinds = new Map(FORMS.map((form) => [form, kindsOf(plansOf(form))]))
  const left = new Set([...kinds.values()].flatMap((each) => [...each]))
  const chosen: Form[] = []
  const gain = (form: Form): number => [...(kinds.get(form) ?? [])].filter((kind) => left.has(kind)).length
  while (left.size > 0) {
    const best = FORMS.reduce((one, other) => (gain(other) > gain(one) ? other : one))
    chosen.push(best)
    for (const kind of kinds.get(best) ?? []) left.delete(kind)
  }
  return chosen
}

function kindsOf({ plan, revert }: FormPlans): ReadonlySet<string> {
  return new Set([
    ...plan.changes.map(({ kind }) => kind),
    ...revert.changes.map(({ kind }) => `${kind}, to take it back`),
  ])
}
