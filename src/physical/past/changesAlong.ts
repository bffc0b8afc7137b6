/** A way through logical schemas, mutation by mutation, and the changes that lead along it. */
import { applyMutation } from '../../logical/applyMutation.ts'
import {
  MUTATIONS,
  type Mutation,
  type MutationOf,
  type MutationType,
  simpleMutations,
} from '../../logical/mutations/index.ts'
import type { LogicalSchema } from '../../logical/schema.ts'
import type { Change } from '../changes/index.ts'
import { changesBetween } from '../diff/changesBetween.ts'
import { type DraftContext, inOrder } from '../diff/draft.ts'
import { type PlannedCheck, planCheck, tracedBack } from '../plan/checks.ts'
import { deferIndexes } from '../plan/deferIndexes.ts'
import { followSyncs } from '../plan/followSyncs.ts'

/** One mutation on its own: the schema before and after it, and which of its new fields are copies. */
export interface SchemaStep extends Pick<DraftContext, 'copies'> {
  readonly before: LogicalSchema
  readonly after: LogicalSchema
}

/** The mutations one by one, without those that change nothing. Errors: `MutationRejected`. */
export function stepsOf(schema: LogicalSchema, mutation: Mutation, operationId: string): readonly SchemaStep[] {
  const steps: SchemaStep[] = []
  let before = schema
  for (const each of simpleMutations(mutation)) {
    const after = applyMutation(before, each, { operationId })
    if (after !== before) steps.push({ before, after, copies: copiesOf(before, after, each) })
    before = after
  }
  return steps
}

/**
 * The changes of all steps one after the other (an id is free again after a deletion, so they are never merged), and what
 * the rows of a target must be like before the first one.
 */
export function changesAlong(
  steps: readonly SchemaStep[],
  context: Omit<DraftContext, 'copies'>,
): { changes: readonly Change[]; checks: readonly PlannedCheck[] } {
  const done: Change[] = []
  const checks: PlannedCheck[] = []
  for (const { before, after, copies } of steps) {
    const found = changesBetween(before, after, { ...context, copies })
    for (const check of found.checks) {
      const traced = tracedBack(check, done)
      if (traced !== null) checks.push(planCheck(traced))
    }
    done.push(...inOrder(found))
  }
  return { changes: followSyncs(deferIndexes(done)), checks }
}

function copiesOf<Type extends MutationType>(
  before: LogicalSchema,
  after: LogicalSchema,
  mutation: MutationOf<Type>,
): DraftContext['copies'] {
  return MUTATIONS[mutation.type].copies?.(before, after, mutation) ?? []
}
