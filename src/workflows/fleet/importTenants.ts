/** A fleet that is there already is taken over as it is: only workers reach servers, so a workflow does it. */
import { isCancellation, upsertSearchAttributes } from '@temporalio/workflow'
import { parseImport } from '../../contract/inputs/tenantInputs.ts'
import type { ImportInput, ImportResult } from '../../contract.ts'
import { parsed } from '../messages/parsed.ts'
import { reasonOf, workflowFailure } from '../run/failures.ts'
import { PROJECT_ATTRIBUTE } from '../run/progress.ts'
import { importing } from './fleetProxies.ts'

/** First the project's schema, where it is to be taken from one of the namespaces; then all that match the pattern. */
export async function importTenants(given: ImportInput): Promise<ImportResult> {
  const input = parsed(parseImport, given)
  upsertSearchAttributes([{ key: PROJECT_ATTRIBUTE, value: input.project }])
  try {
    const { baseline: namespace, dryRun = false } = input
    const baseline = namespace === undefined ? null : await importing.takeBaseline({ ...input, baseline: namespace })
    return { dry_run: dryRun, baseline, ...(await importing.importNamespaces(input)) }
  } catch (error) {
    throw isCancellation(error) ? error : workflowFailure(reasonOf(error))
  }
}
