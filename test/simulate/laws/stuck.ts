/** The law that nothing waits for ever. */
import type { OperationDocument } from '../../../src/contract.ts'
import type { Violation } from '../types.ts'
import { isFinal, type OperationFact, type ProjectFacts } from './facts.ts'

/** Shows an operation, as `operation show` does. */
export type ShowOperation = (id: string) => Promise<Pick<OperationDocument, 'error' | 'waits_for' | 'waits_for_status'>>

/** Operations that do not say what they wait for; at the end of a story, all that are not over although they were helped. */
export async function stuckViolations(
  show: ShowOperation,
  project: ProjectFacts,
  when: 'step' | 'end',
): Promise<readonly Violation[]> {
  const found: Violation[] = []
  for (const operation of project.operations.filter((each) => !isFinal(each))) {
    const says = await whatItWaitsFor(show, operation)
    const detail = `${operation.id} of ${project.id} is ${operation.status} (turn ${operation.turn}): ${says ?? 'it does not say why'}`
    if (when === 'end') found.push(violation(operation.status, detail))
    else if (operation.status === 'needs_repair' && says === null) found.push(violation('silent', detail))
  }
  return found
}

async function whatItWaitsFor(show: ShowOperation, { id }: OperationFact): Promise<string | null> {
  const { error, waits_for: before, waits_for_status: its } = await show(id)
  return before === null ? error : `it waits for ${before}, which is ${its}`
}

function violation(kind: string, detail: string): Violation {
  return { law: 'stuck', kind, detail }
}
