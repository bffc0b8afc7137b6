import type { OperationHandle } from '../../client/operationHandle.ts'
import { submittedDocument } from '../../client/submittedDocument.ts'
import type { ApplyOptions, SchemaSagaClient } from '../../client/types.ts'
import type { MutationRequest } from '../../logical/parse/mutationRequest.ts'
import type { Answer } from '../command.ts'
import type { Surroundings } from '../io.ts'
import { type ApplyFlags, applyOptionsOf } from './applyFlags.ts'
import { watchOperation } from './follow.ts'
import { answerPlan } from './plan.ts'

/** What is to be submitted, and with which flags. */
interface Submission {
  readonly project: string
  readonly mutation: Exclude<MutationRequest, readonly unknown[]>
  readonly flags: ApplyFlags
  readonly submit: (options: ApplyOptions) => Promise<OperationHandle>
}

/** Plans only with `--dry-run`; otherwise submits, says the id, and follows the operation to its end unless detached. */
export async function submitMutation(
  surroundings: Surroundings,
  client: SchemaSagaClient,
  { project, mutation, flags, submit }: Submission,
): Promise<Answer> {
  if (flags.dryRun) return await answerPlan(surroundings, client, project, mutation)
  const handle = await submit(applyOptionsOf(flags))
  const say = flags.json ? surroundings.err : surroundings.out
  say(`operation ${handle.id}`)
  if (!flags.detach) return await watchOperation(surroundings, handle)
  return {
    document: { operation: submittedDocument({ id: handle.id, project, mutation, actor: flags.actor }) },
    text: `It continues without you; watch it with: schema-saga operation watch ${handle.id}`,
  }
}
