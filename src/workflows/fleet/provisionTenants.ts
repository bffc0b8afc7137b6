/** A batch of new tenants: each is made and becomes active, or leaves nothing behind and is named with its reason. */
import { isCancellation, log, setCurrentDetails, sleep, upsertSearchAttributes } from '@temporalio/workflow'
import { parseProvisionTenants } from '../../contract/inputs/tenantInputs.ts'
import type {
  NotProvisioned,
  ProvisionTenantsInput,
  ProvisionTenantsResult,
  Target,
  UnmadeTarget,
} from '../../contract.ts'
import { parsed } from '../messages/parsed.ts'
import { PROVISION_PAUSES_MS } from '../retryPolicies.ts'
import { isFailure, reasonOf, workflowFailure } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE } from '../run/progress.ts'
import { bringUp } from './catchUpTenant.ts'
import { manyProvisionings } from './fleetProxies.ts'

/** Those that are there already are left alone, so that the same batch can be asked for again. */
export async function provisionTenants(given: ProvisionTenantsInput): Promise<ProvisionTenantsResult> {
  const input = parsed(parseProvisionTenants, given)
  upsertSearchAttributes([{ key: PROJECT_ATTRIBUTE, value: input.project }])
  try {
    const { opened, there, refused } = await manyProvisionings.openProvisionings(input)
    const { added, failed } = await makeAll(input, opened)
    return { added, there, failed: [...refused, ...failed] }
  } catch (error) {
    throw isCancellation(error) ? error : workflowFailure(reasonOf(error))
  }
}

/** In rounds: what waiting may cure is tried again after a pause. */
async function makeAll(
  { project, actor }: ProvisionTenantsInput,
  opened: readonly Target[],
): Promise<Pick<ProvisionTenantsResult, 'added' | 'failed'>> {
  const pauses = [...PROVISION_PAUSES_MS]
  const failed: NotProvisioned[] = []
  const unmade: UnmadeTarget[] = []
  let added = 0
  for (let targets = opened; targets.length > 0; ) {
    const round = await manyProvisionings.provisionTargets({ project, targets })
    const { active, late } = await manyProvisionings.activateTargets({ project, made: round.made })
    const notBrought = await bringUpAll({ project, actor }, late)
    added += active + late.length - notBrought.length
    failed.push(...notBrought)
    const pause = pauses.shift()
    unmade.push(...round.failed, ...(pause === undefined ? round.later : []))
    if (pause === undefined || round.later.length === 0) break
    setCurrentDetails(`${added} of ${opened.length} are active; ${round.later.length} are tried again`)
    await sleep(pause)
    targets = round.later.map(({ target }) => target)
  }
  await abandon({ project, actor }, unmade)
  return { added, failed: [...failed, ...unmade.map(told)] }
}

/** One after the other: the first waits for the operation that overtook them, and the others no longer have to. */
async function bringUpAll(
  by: Pick<ProvisionTenantsInput, 'project' | 'actor'>,
  late: readonly Target[],
): Promise<readonly NotProvisioned[]> {
  const failed: NotProvisioned[] = []
  for (const target of late) {
    try {
      await bringUp({ ...by, target })
    } catch (error) {
      if (isCancellation(error) || !isFailure(error)) throw error
      const { code, message } = reasonOf(error)
      failed.push(told({ target, code, error: message }))
    }
  }
  return failed
}

async function abandon(
  by: Pick<ProvisionTenantsInput, 'project' | 'actor'>,
  unmade: readonly UnmadeTarget[],
): Promise<void> {
  if (unmade.length === 0) return
  try {
    await manyProvisionings.abandonProvisionings({ ...by, unmade })
  } catch (error) {
    if (isCancellation(error) || !isFailure(error)) throw error
    // What made them fail is the news; what is left bears our mark, and the same request takes it up.
    log.warn('what a failed provisioning left could not be removed', { project: by.project, ...reasonOf(error) })
  }
}

function told({ target: { scope: id, server, namespace }, code, error }: UnmadeTarget): NotProvisioned {
  return { id, server, namespace, code, error }
}
