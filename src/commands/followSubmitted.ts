import type { OperationHandle } from '../client/types.ts'
import type { ApplyFlags } from './applyFlags.ts'
import type { Answer } from './command.ts'
import { submittedDocument } from './submittedDocument.ts'
import type { Surroundings } from './surroundings.ts'
import { watchOperation } from './watchOperation.ts'

/** What was submitted a moment ago. */
interface Submitted {
  readonly project: string
  readonly mutation: { readonly type: string }
  readonly flags: ApplyFlags
}

/** Says the id of an operation that was just submitted, and follows it to its end unless the person lets it go at once. */
export async function followSubmitted(
  surroundings: Surroundings,
  handle: OperationHandle,
  { project, mutation, flags: { actor, detach, json } }: Submitted,
): Promise<Answer> {
  const say = json ? surroundings.err : surroundings.out
  say(`operation ${handle.id}`)
  if (!detach) return await watchOperation(surroundings, handle)
  return {
    document: { operation: submittedDocument({ id: handle.id, project, mutation, actor }) },
    text: `It goes on without you; watch it with: schema-saga operation watch ${handle.id}`,
  }
}
