/** What a person does with things set aside; a workflow, because only workers reach the targets. */
import { upsertSearchAttributes } from '@temporalio/workflow'
import { parseManageSetAside } from '../../contract/inputs/fleetInputs.ts'
import type { ManageSetAsideInput, PurgeResult, RestoreResult, SetAsideList } from '../../contract/setAside.ts'
import { parsed } from '../messages/parsed.ts'
import { reasonOf, workflowFailure } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE } from '../run/progress.ts'
import { setAside } from './fleetProxies.ts'

/** Lists, purges or puts back; safe to repeat. */
export async function manageSetAside(given: ManageSetAsideInput): Promise<SetAsideList | PurgeResult | RestoreResult> {
  const input = parsed(parseManageSetAside, given)
  upsertSearchAttributes([{ key: PROJECT_ATTRIBUTE, value: input.project }])
  try {
    switch (input.action) {
      case 'list':
        return await setAside.listSetAside({ project: input.project })
      case 'purge':
        return await setAside.purgeSetAside(input)
      case 'restore':
        return await setAside.restoreSetAside(input)
    }
  } catch (error) {
    throw workflowFailure(reasonOf(error))
  }
}
