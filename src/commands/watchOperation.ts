/** Waiting for an operation; Ctrl-C lets go of it without ending it. */
import type { OperationHandle } from '../client/types.ts'
import type { OperationDocument } from '../contract.ts'
import type { Answer } from './command.ts'
import { EXIT, exitCodeOfOperation } from './exitCodes.ts'
import { operationText } from './operationText.ts'
import { createProgress, describeProgress } from './progress.ts'
import type { Surroundings } from './surroundings.ts'

/** Follows an operation to its end, or until the person has seen enough. */
export async function watchOperation(surroundings: Surroundings, handle: OperationHandle): Promise<Answer> {
  const progress = createProgress(surroundings)
  let interrupt: () => void = () => {}
  const interrupted = new Promise<'interrupted'>((resolve) => {
    interrupt = () => resolve('interrupted')
  })
  const forget = surroundings.onInterrupt(interrupt)
  try {
    progress.show('submitted: waits for a worker')
    const seen = await Promise.race([follow(handle, (text) => progress.show(text)), interrupted])
    if (seen === 'interrupted') return await letGo(handle)
    return {
      document: { operation: seen },
      text: operationText(seen, surroundings.colour),
      exitCode: exitCodeOfOperation(seen),
    }
  } finally {
    progress.stop()
    forget()
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
    text: `Operation ${handle.id} goes on without you; watch it with: schema-saga operation watch ${handle.id}`,
    exitCode: EXIT.interrupted,
  }
}
