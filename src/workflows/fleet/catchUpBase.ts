/** The base of a project is brought to its revision, after it was restored or left half-way; at most one run at a time. */
import { isCancellation, upsertSearchAttributes } from '@temporalio/workflow'
import { parseCatchUpBase } from '../../contract/inputs/tenantInputs.ts'
import type { CatchUpBaseInput, CatchUpBaseResult } from '../../contract.ts'
import { parsed } from '../messages/parsed.ts'
import { reasonOf, workflowFailure } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE } from '../run/progress.ts'
import { bringUp } from './catchUpTenant.ts'
import { catchUps } from './fleetProxies.ts'

/** Finds the revision whose tables the base has, takes back what is no part of its history, and applies what it misses. */
export async function catchUpBase(given: CatchUpBaseInput): Promise<CatchUpBaseResult> {
  const input = parsed(parseCatchUpBase, given)
  const { project, actor = 'unknown', at } = input
  upsertSearchAttributes([{ key: PROJECT_ATTRIBUTE, value: project }])
  try {
    const { target } = await catchUps.openBaseCatchUp(input)
    return await bringUp({ project, target, actor, look: 'person', at })
  } catch (error) {
    throw isCancellation(error) ? error : workflowFailure(reasonOf(error))
  }
}
