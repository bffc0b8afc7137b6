/** A plan as Temporal's history keeps it: the SQL once, and its hazards, at most 64 KiB of each, with the hash for the rest. */
import type { PlannedOperation } from '../../contract.ts'
import type { Plan, Stage } from '../../physical/plan/plan.ts'

const MOST_BYTES = 64 * 1024

/** Leaves SQL out once the limit is reached, and counts what was left out. */
export function capSql(plan: Plan): Omit<PlannedOperation, 'tenants'> {
  let room = MOST_BYTES
  let leftOut = 0
  const take = (stages: readonly Stage[]): string[] =>
    stages
      .flatMap((stage) => stage.sql)
      .filter((sql) => {
        room -= Buffer.byteLength(sql)
        if (room < 0) leftOut += 1
        return room >= 0
      })
  const hazards = hazardsThatFit(plan)
  const hazardsLeftOut = plan.hazards.length - hazards.length
  return {
    hash: plan.hash,
    baseRevision: plan.baseRevision,
    nextRevision: plan.nextRevision,
    unchanged: plan.unchanged,
    forwardSql: take(plan.forward),
    compensationSql: take(plan.compensation),
    sqlLeftOut: leftOut,
    settles: plan.settle.length > 0,
    hazards,
    ...(hazardsLeftOut > 0 && { hazardsLeftOut }),
    ...(plan.sqlChange?.wayBack === 'none' && { noWayBack: true }),
  }
}

function hazardsThatFit({ hazards }: Plan): Plan['hazards'] {
  let room = MOST_BYTES
  return hazards.filter(({ detail }) => {
    room -= Buffer.byteLength(detail)
    return room >= 0
  })
}
