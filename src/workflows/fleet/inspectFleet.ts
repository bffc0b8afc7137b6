/** A look at a whole fleet, which changes nothing; a workflow, because only workers can reach the targets. */
import { upsertSearchAttributes } from '@temporalio/workflow'
import { parseInspect } from '../../contract/inputs/fleetInputs.ts'
import type {
  ApplicationLook,
  DriftDocument,
  DumpedNamespace,
  HealthDocument,
  InspectFleetInput,
  ProvenPlan,
  TextsAllowed,
} from '../../contract.ts'
import { parsed } from '../messages/parsed.ts'
import { detailsOf, reasonOf, workflowFailure } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE } from '../run/progress.ts'
import { looking } from './fleetProxies.ts'

/** Completes with the document that `drift --json` or `health --json` prints, with what a plan meets on its targets, with its proof, or with a dump. */
export async function inspectFleet(
  given: InspectFleetInput,
): Promise<DriftDocument | HealthDocument | ApplicationLook | ProvenPlan | DumpedNamespace | TextsAllowed> {
  const input = parsed(parseInspect, given)
  upsertSearchAttributes([{ key: PROJECT_ATTRIBUTE, value: input.project }])
  try {
    if (input.kind === 'drift') {
      const { project, tenant } = input
      return await looking.scanDrift({ project, ...(tenant !== undefined && { tenant }) })
    }
    if (input.kind === 'plan') {
      const { project, question } = input
      return await looking.findApplicationCode({ project, question })
    }
    if (input.kind === 'proof') {
      const { project, mutation, actor } = input
      return await looking.provePlan({ project, mutation, actor })
    }
    if (input.kind === 'texts') {
      const { project, operation: operationId, actor } = input
      return await looking.allowTexts({ project, operationId, actor })
    }
    if (input.kind === 'dump') {
      const { kind: _, ...asked } = input
      return await looking.dumpForBaseline(asked)
    }
    const { project, models } = input
    return await looking.reportHealth({ project, ...(models !== undefined && { models }) })
  } catch (error) {
    throw workflowFailure(reasonOf(error), detailsOf(error))
  }
}
