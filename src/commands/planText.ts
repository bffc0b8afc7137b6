/** A plan for people: what would change, the SQL both ways, what is risky, and where. */
import type { PlanDocument } from '../client/types.ts'
import { paintStrong } from './paint.ts'

/** The human form of `plan`. */
export function planText(plan: PlanDocument, colour: boolean): string {
  const { targets } = plan
  if (plan.unchanged) return `revision ${plan.base_revision}: nothing to change`
  const hazards = plan.hazards.map(({ name, detail }) => `  ${name}: ${detail}`)
  return [
    `revision: ${plan.base_revision} -> ${plan.next_revision}`,
    `plan hash: ${plan.hash}`,
    `changes: ${plan.changes.length === 0 ? 'none in the tables' : plan.changes.map((each) => each.kind).join(', ')}`,
    ...(hazards.length === 0 ? ['hazards: none'] : ['hazards:', ...hazards]),
    `targets: ${targets.total} (${targets.to_do} to do, ${targets.done} done, ${targets.blocked} blocked)`,
    ...checksText(paintStrong('refused by:', colour), plan.checks),
    ...stagesText(paintStrong('forward:', colour), plan.forward),
    ...stagesText(paintStrong('compensation:', colour), plan.compensation),
    ...(plan.settle.length === 0
      ? []
      : [paintStrong('once it is committed everywhere:', colour), ...plan.settle.map((sql) => `  ${sql};`)]),
  ].join('\n')
}

/** What rows of a target may not be like, and views that may not be there. */
function checksText(title: string, checks: PlanDocument['checks']): readonly string[] {
  if (checks.length === 0) return [`${title} no rows`]
  return [title, ...checks.map(({ table, counts, what }) => `  ${counts}s of ${table} ${what}`)]
}

function stagesText(title: string, stages: PlanDocument['forward']): readonly string[] {
  if (stages.length === 0) return [`${title} nothing`]
  return [
    title,
    ...stages.flatMap(({ stage, kind, sql }) => [`  -- stage ${stage}, ${kind}`, ...sql.map((each) => `  ${each};`)]),
  ]
}
