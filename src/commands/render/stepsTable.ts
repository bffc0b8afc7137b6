/** Steps of an operation for people: the aggregates, or one row per tenant. */
import type { StepDocument } from '../../contract.ts'
import { table } from './table.ts'

/** A table with a row per step. */
export function stepsTable(
  title: 'step' | 'tenant',
  steps: readonly (Omit<StepDocument, 'scope'> & { readonly name: string })[],
): string {
  const rows = steps.map((step) => [
    step.name,
    step.state,
    step.tries,
    duration(step.started_at, step.ended_at),
    step.error === null ? null : `${step.error_code}: ${step.error}`,
  ])
  return table([title, 'state', 'tries', 'took', 'error'], rows, `no ${title}s`)
}

function duration(from: string | null, to: string | null): string | null {
  if (from === null || to === null) return null
  return `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s`
}
