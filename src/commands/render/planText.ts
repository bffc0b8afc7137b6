/** A plan for people: what would change, the SQL both ways, what is risky, and where. */
import type { PlanDocument } from '../../client/plan/document.ts'
import { paintStrong } from './colours.ts'

/** The human form of `plan`. */
export function planText(plan: PlanDocument, colour: boolean): string {
  const { targets } = plan
  if (plan.unchanged) return `revision ${plan.base_revision}: nothing to change`
  const hazards = plan.hazards.map(({ name, detail }) => `  ${name}: ${detail}`)
  return [
    `revision: ${plan.base_revision} -> ${plan.next_revision}`,
    `plan hash: ${plan.hash}`,
    ...(plan.way_back === null ? changesText(plan.changes) : wayBackText(plan)),
    ...(hazards.length === 0 ? ['hazards: none'] : ['hazards:', ...hazards]),
    ...triggersText(plan),
    ...lookText(plan.looked_at),
    `targets: ${targets.total} (${targets.to_do} to do, ${targets.done} done, ${targets.blocked} blocked)`,
    ...checksText(paintStrong('refused by:', colour), plan.checks),
    ...stagesText(paintStrong('forward:', colour), plan.forward),
    ...stagesText(paintStrong('compensation:', colour), plan.compensation),
    ...(plan.settle.length === 0
      ? []
      : [paintStrong('once it is committed everywhere:', colour), ...plan.settle.map((sql) => `  ${sql};`)]),
  ].join('\n')
}

/** At most so many objects are named of each list. */
const MOST = 20

function wayBackText({ way_back, proof }: PlanDocument): readonly string[] {
  if (proof === null) return way_back === null ? [] : [WAYS_BACK[way_back]]
  const { why_no_way_back: why, to_allow, rows_not_proven, sql_left_out } = proof
  const told = { given: 'given, and proven on the base', written: 'written, and proven on the base', none: 'none' }
  return [
    `way back: ${told[proof.way_back]}${why === null ? '' : `, because ${why}; it needs --on-tenant-failure hold or park`}`,
    listText('alters', proof.alters, proof.alters_left_out),
    listText('touches', proof.touches, proof.touches_left_out),
    ...(rows_not_proven.length === 0 ? [] : [listText('writes rows, which no proof sees', rows_not_proven, 0)]),
    ...(to_allow.length === 0 ? [] : [`to be allowed by name: --allow ${to_allow.join(',')}`]),
    ...(sql_left_out === 0 ? [] : [`statements of the way back that are too long to be shown: ${sql_left_out}`]),
  ]
}

function listText(title: string, names: readonly string[], leftOut: number): string {
  const more = names.length + leftOut - MOST
  const told = names.length === 0 ? 'nothing' : names.slice(0, MOST).join(', ')
  return `${title}: ${told}${more > 0 ? ` and ${more} more` : ''}`
}

const WAYS_BACK = {
  given: 'way back: given; it is proven on the base before anything is changed',
  'not given':
    'way back: none given; one is written and proven where the change only adds objects, drops indexes concurrently, or sets aside what it drops',
} as const

function changesText(changes: PlanDocument['changes']): readonly string[] {
  if (changes.length === 0) return ['changes: none in the tables']
  return [
    'changes:',
    ...changes.map(({ kind, alters, lock, scans_table, touches_rows }) => {
      const reads = touches_rows ? ', writes rows' : scans_table ? ', reads rows' : ''
      return `  ${kind} ${alters}: ${lock}${reads}`
    }),
  ]
}

/** The application's triggers that fire while rows are written in batches. */
function triggersText({ triggers, triggers_left_out }: PlanDocument): readonly string[] {
  if (triggers.length === 0) return []
  const lines = triggers.map(({ table, trigger, function: by, direction, everywhere, ...on }) => {
    const more = on.tenant_count - on.tenants.length
    const named = `${on.tenants.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
    return `  ${table}: ${trigger}, function ${by}, ${direction}, ${everywhere ? 'on every target' : `on ${named}`}`
  })
  const rest = triggers_left_out > 0 ? [`  and ${triggers_left_out} more`] : []
  return ['triggers that batches fire:', ...lines, ...rest]
}

/** Of which targets nothing is known, and why; nothing when all were looked at. */
function lookText(look: PlanDocument['looked_at']): readonly string[] {
  if (look === null || look.unreachable === 0) return []
  const { targets, unreachable, problem } = look
  return [`not looked at for code of the application: ${unreachable} of ${targets} targets. ${problem ?? ''}`.trimEnd()]
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
