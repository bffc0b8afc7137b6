/** The plan that takes back what a committed operation did: forward in its own right, with its own undo. */
import { isDeepStrictEqual } from 'node:util'
import { RequestRefused, SagaError } from '../../errors.ts'
import type { Mutation } from '../../logical/mutations/index.ts'
import { refuseNameCollisions } from '../../logical/names/collisions.ts'
import { changedParts, overlap, type Part, withParts } from '../../logical/parts.ts'
import type { LogicalSchema } from '../../logical/schema.ts'
import type { Hazard } from '../change.ts'
import { kindOf } from '../changes/index.ts'
import { memoryOf } from '../diff/memory.ts'
import { addAside } from '../edits/edit.ts'
import { broughtBackBy, setAsideBy } from '../naming.ts'
import { changesAlong, type SchemaStep, stepsOf } from '../past/changesAlong.ts'
import { projectSchema } from '../project.ts'
import type { PhysicalSchema } from '../schema.ts'
import type { Plan } from './plan.ts'
import { assemblePlan, nameGiver } from './planMutation.ts'

/** A committed operation that is to be taken back. */
export interface RevertedOperation {
  readonly id: string
  readonly plan: Plan
  /** The mutation itself; of an operation that was a revert, the one at the beginning. */
  readonly mutation: Mutation
  /** The operation that carried that mutation, and the schema which it was applied to. */
  readonly origin: { readonly operationId: string; readonly before: LogicalSchema }
  /** False when the operation was a revert, which is now taken back in its turn. */
  readonly applied: boolean
}

/** A revision behind the one that is taken back. */
export interface LaterRevision {
  readonly operationId: string
  readonly before: LogicalSchema
  readonly after: LogicalSchema
  /** The operation that this one has taken back. */
  readonly takesBack?: string
}

/** What a revert is planned from. */
export interface RevertFacts {
  readonly schema: LogicalSchema
  readonly revision: number
  readonly operationId: string
  readonly reverted: RevertedOperation
  readonly later: readonly LaterRevision[]
  /** Aside names that were purged on some target. */
  readonly purged: readonly string[]
  /** Targets that were provisioned after the operation, and have nothing to bring back. */
  readonly bornLater: number
}

/** Plans a revert. Errors: `REVERT_BLOCKED` with the later operation, or with what was purged. */
export function planRevert(facts: RevertFacts): Plan {
  const { schema, revision, operationId, reverted } = facts
  const steps = stepsBack(facts)
  const nextSchema = steps.at(-1)?.after ?? schema
  const memory = memoryOf(reverted.plan.changes, reverted.applied)
  const { changes, checks } = changesAlong(steps, { nextName: nameGiver(operationId), memory })
  requireKept(facts, memory.given())
  const plan = assemblePlan({ schema, revision, nextSchema, changes, checks, start: startOf(schema, reverted.plan) })
  return { ...plan, hazards: [...plan.hazards, ...emptyHazards(facts, plan)] }
}

/** The way back through the schemas, from the present one; later revisions of other objects stay as they are. */
function stepsBack({ schema, reverted, later }: RevertFacts): readonly SchemaStep[] {
  const { mutation, origin, applied } = reverted
  // As the catalog keeps them, so that they compare.
  const done = stepsOf(plain(origin.before), mutation, origin.operationId).map((step) => ({
    ...step,
    before: plain(step.before),
    after: plain(step.after),
  }))
  const parts = done.flatMap(({ before, after }) => changedParts(before, after))
  requireUntouched(reverted.id, parts, standing(reverted.id, later))
  const back = applied ? done.toReversed().map((step) => ({ ...step, before: step.after, after: step.before })) : done
  const present = plain(schema)
  const first = back[0]?.before ?? present
  const onPresent = (version: LogicalSchema): LogicalSchema =>
    isDeepStrictEqual(first, present) ? version : withParts(present, parts, version)
  if (!isDeepStrictEqual(onPresent(first), present)) {
    throw blocked(`The schema is not what operation "${reverted.id}" has left: it cannot be reverted.`)
  }
  const steps = back.map((step) => ({ ...step, before: onPresent(step.before), after: onPresent(step.after) }))
  for (const { after } of steps) requireFreeNames(reverted.id, after)
  return steps
}

/**
 * An operation that has been taken back blocks nothing, nor does the one that took it back. What took back the operation
 * itself does: it has to be taken back in its turn.
 */
function standing(id: string, later: readonly LaterRevision[]): readonly LaterRevision[] {
  const ids = later.map(({ operationId }) => operationId)
  const takenBack = new Set<string>()
  const left: LaterRevision[] = []
  for (const each of later.toReversed()) {
    const { operationId, takesBack } = each
    if (takesBack === id) left.unshift(each)
    else if (takenBack.has(operationId)) continue
    else if (takesBack !== undefined && ids.includes(takesBack)) takenBack.add(takesBack)
    else left.unshift(each)
  }
  return left
}

function requireUntouched(id: string, parts: readonly Part[], later: readonly LaterRevision[]): void {
  for (const { operationId, before, after } of later) {
    const both = changedParts(plain(before), plain(after)).find((other) => parts.some((part) => overlap(part, other)))
    if (both === undefined) continue
    throw blocked(`Operation "${id}" cannot be reverted: operation "${operationId}" has changed ${both.name} since.`, {
      operation: operationId,
      object: both.name,
    })
  }
}

function requireFreeNames(id: string, schema: LogicalSchema): void {
  try {
    refuseNameCollisions(schema)
  } catch (error) {
    if (!(error instanceof SagaError)) throw error
    throw blocked(`Operation "${id}" cannot be reverted, because a name has been given away since: ${error.message}`)
  }
}

function requireKept({ reverted, purged }: RevertFacts, given: ReadonlyMap<string, string>): void {
  const gone = purged.find((name) => given.has(name))
  if (gone === undefined) return
  const object = given.get(gone) ?? gone
  throw blocked(`Operation "${reverted.id}" cannot be reverted: ${object}, which it had set aside, has been purged.`, {
    object,
    purged: gone,
  })
}

/** The tables as they are, and beside them what the operation had set aside. */
function startOf(schema: LogicalSchema, plan: Plan): PhysicalSchema {
  return plan.changes.reduce((start, change) => {
    const aside = setAsideBy(kindOf(change).names(change))
    return aside === null ? start : addAside(start, aside)
  }, projectSchema(schema))
}

function emptyHazards({ bornLater, reverted }: RevertFacts, plan: Plan): readonly Hazard[] {
  if (bornLater === 0) return []
  const targets = `${bornLater} ${bornLater === 1 ? 'tenant' : 'tenants'} made later`
  return plan.changes.flatMap((change) => {
    const aside = broughtBackBy(kindOf(change).names(change))
    if (aside === null) return []
    const object = aside.kind === 'table' ? aside.table.name : `${aside.table}.${aside.column.name}`
    const detail = `${object} is created empty on ${targets} than operation ${reverted.id}`
    return [{ name: 'RESTORES_EMPTY', detail }]
  })
}

function blocked(text: string, details: Readonly<Record<string, unknown>> = {}): RequestRefused {
  return new RequestRefused('REVERT_BLOCKED', text, { details })
}

function plain(schema: LogicalSchema): LogicalSchema {
  return JSON.parse(JSON.stringify(schema)) as LogicalSchema
}
