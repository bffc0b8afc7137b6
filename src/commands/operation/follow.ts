/** Waiting for an operation; Ctrl-C asks whether to let go of it or to abort it, and lets go where nobody can be asked. */
import type { OperationHandle } from '../../client/operationHandle.ts'
import type { OperationDocument } from '../../contract.ts'
import type { Answer } from '../command.ts'
import { EXIT, exitCodeOfOperation } from '../exitCodes.ts'
import type { Surroundings } from '../io.ts'
import { operationText } from '../render/operationText.ts'
import { createProgress, describeProgress } from '../render/progress.ts'

/** Follows an operation to its end, or until the person has seen enough. */
export async function watchOperation(surroundings: Surroundings, handle: OperationHandle): Promise<Answer> {
  const progress = await createProgress(surroundings)
  progress.show('submitted: waits for a worker')
  const ended = follow(handle, (text) => progress.show(text))
  try {
    const seen = await untilInterrupted(surroundings, ended)
    if (seen !== 'interrupted') return answerOf(surroundings, seen)
    progress.stop()
    if (!(await wantsAbort(surroundings))) return await letGo(handle)
    await handle.abort({ reason: 'Ctrl-C' })
    return answerOf(surroundings, await ended)
  } finally {
    progress.stop()
  }
}

/** What a promise gives, unless Ctrl-C comes first. */
export async function untilInterrupted<Result>(
  surroundings: Surroundings,
  ended: Promise<Result>,
): Promise<Result | 'interrupted'> {
  let interrupt: () => void = () => {}
  const interrupted = new Promise<'interrupted'>((resolve) => {
    interrupt = () => resolve('interrupted')
  })
  const forget = surroundings.onInterrupt(interrupt)
  try {
    return await Promise.race([ended, interrupted])
  } finally {
    forget()
  }
}

/** Whether the person wants what was interrupted undone; where nobody can be asked it is let go. */
export async function wantsAbort({ ask }: Surroundings): Promise<boolean> {
  if (ask === null) return false
  const answer = await ask('Let go of the operation, which continues without you, or abort it? [let go/abort] ')
  return /^a/i.test(answer.trim())
}

function answerOf(surroundings: Surroundings, operation: OperationDocument): Answer {
  return {
    document: { operation },
    text: operationText(operation, surroundings.colour),
    exitCode: exitCodeOfOperation(operation),
  }
}

async function follow(handle: OperationHandle, show: (text: string) => void): Promise<OperationDocument> {
  let last: OperationDocument | undefined
  for await (const operation of handle.watch()) {
    last = operation
    show(describeProgress(operation))
  }
  return last ?? (await handle.show())
}

async function letGo(handle: OperationHandle): Promise<Answer> {
  return {
    document: { operation: await handle.show() },
    text: `Operation ${handle.id} continues without you; watch it with: schema-saga operation watch ${handle.id}`,
    exitCode: EXIT.interrupted,
  }
}
