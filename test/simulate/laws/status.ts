/** The law that final statuses are true. */
import type { Violation, World } from '../types.ts'
import { isFinal, type OperationFact, type ProjectFacts, type TargetFact } from './facts.ts'

/** What a target looked like when it was last compared, by its name: a difference of before is not of this step. */
export type Before = Map<string, { readonly hash: string | null; readonly dump: readonly string[] }>

/** Whether a target is being brought up to its project at this moment, outside of any operation. */
export type IsCatchingUp = (target: TargetFact) => Promise<boolean>

/** What is untrue about the operations and targets of a project. */
export async function statusViolations(
  project: ProjectFacts,
  before: Before,
  catchingUp: IsCatchingUp,
): Promise<readonly Violation[]> {
  const found = project.operations.flatMap((operation) => ledgerViolations(project, operation))
  for (const target of project.targets) {
    const own = [
      ...markerViolations(project, target),
      ...(project.quiet ? lookViolations(project, target, before) : []),
    ]
    if (own.length > 0 && target.state !== 'active' && (await catchingUp(target))) continue
    found.push(...own)
    before.set(target.name, { hash: target.registered?.hash ?? null, dump: target.dump })
  }
  return found
}

/** Asks Temporal for the workflow that brings a tenant up. */
export function catchingUpIn({ temporal }: World): IsCatchingUp {
  return async ({ place }) => {
    try {
      const handle = temporal.workflow.getHandle(`catch-up/${place.project}/t/${place.tenant}`)
      return (await handle.describe()).status.name === 'RUNNING'
    } catch (error) {
      if (error instanceof Error && error.name === 'WorkflowNotFoundError') return false
      throw error
    }
  }
}

function ledgerViolations({ id, revisions }: ProjectFacts, operation: OperationFact): readonly Violation[] {
  if (!isFinal(operation)) return []
  const durable = [...revisions.values()].some((each) => each.operation === operation.id)
  const says = operation.status === 'committed'
  if (says && !operation.unchanged && !(operation.persisted && durable)) {
    return [
      violation('not-durable', `${operation.id} of ${id} is committed, but no revision of the project is its work`),
    ]
  }
  if (!says && (operation.persisted || durable)) {
    return [
      violation(
        'durable',
        `${operation.id} of ${id} is ${operation.status}, but a revision of the project is its work`,
      ),
    ]
  }
  return operation.turn === 'holding'
    ? [violation('turn-kept', `${operation.id} of ${id} is final and keeps the turn`)]
    : []
}

/** Markers of operations that are over, whatever the state of the tenant. */
function markerViolations({ operations }: ProjectFacts, target: TargetFact): readonly Violation[] {
  return target.markers.flatMap((marker): readonly Violation[] => {
    const operation = operations.find(({ id }) => id === marker.operation)
    if (operation === undefined || !isFinal(operation) || isNamed(target, operation)) return []
    const { status, revision } = operation
    const ahead = (target.registered?.revision ?? 0) < (revision ?? 0)
    if (status === 'committed' && marker.state === 'applied' && !ahead) return []
    const detail = `${target.name} (${target.state}) has an open marker of ${operation.id}, which is ${status}: ${JSON.stringify(marker)}`
    return [violation('open-marker', detail)]
  })
}

function lookViolations(project: ProjectFacts, target: TargetFact, before: Before): readonly Violation[] {
  const { name, registered, catalog, state } = target
  // An import that found something else than the project leaves the namespace as it is, on record.
  if (isExcused(target) || catalog.revision === null) return []
  if (registered === null) return [violation('unregistered', `${name} has no row in the bookkeeping of its database`)]
  if (registered.revision !== catalog.revision || registered.hash !== catalog.hash) {
    const detail = `${name} is at revision ${registered.revision}, the catalog says ${catalog.revision}`
    return [violation('revision', detail)]
  }
  if (state === 'active' && registered.hash !== project.hash) {
    return [violation('behind', `${name} is active at revision ${registered.revision} of ${project.revision}`)]
  }
  const known = before.get(name)
  const same = known?.hash === registered.hash && known.dump.join('\n') === target.dump.join('\n')
  const differences = withoutOwed(target, withoutNoted(target))
  if (differences.length === 0 || same) return []
  const last = project.operations.findLast(isFinal)
  const kind = last?.status === 'committed' ? 'not-as-revision' : 'not-as-before'
  const detail = `${name} (${state}, revision ${registered.revision}) after ${last?.id} (${last?.status}): ${differences.join(' | ')}`
  return [violation(kind, detail)]
}

/** Whether the operation names the target as one that is not as it should be. */
function isNamed({ place, changed, cause }: TargetFact, { accepted }: OperationFact): boolean {
  return accepted.includes(place.tenant) || cause === 'accepted' || changed === 'unknown'
}

function isExcused({ cause, changed, byHand, state }: TargetFact): boolean {
  // What a backup has put there is nobody's work of ours until the tenant is brought back.
  if (byHand && state !== 'active') return true
  return cause === 'accepted' || changed === 'unknown' || changed === 'yes'
}

/** Without the triggers of operations that are on record as owing to take them off. */
function withoutOwed({ owes }: TargetFact, found: readonly string[]): readonly string[] {
  const ours = /^\+ (function .*|\S+: trigger .*)schema_saga_sync_/
  return owes.length === 0 ? found : found.filter((line) => !ours.test(line))
}

/** Without the rules that stay off, and of which the target itself says so. */
function withoutNoted({ differences, notes }: TargetFact): readonly string[] {
  const found = differences ?? ['its schema is none that the project ever had']
  if (notes.length === 0) return found
  const loose = (line: string): string => line.slice(2).replace(' not null', '').replace(' NOT VALID', '')
  return found.filter((line) => {
    const other = line.startsWith('-') ? '+' : '-'
    const twin = found.some((each) => each.startsWith(other) && loose(each) === loose(line))
    const rule = line.startsWith('-') && /: (constraint|index) /.test(line)
    return !twin && !rule
  })
}

function violation(kind: string, detail: string): Violation {
  return { law: 'status', kind, detail }
}
