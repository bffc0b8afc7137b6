/**
 * What anybody sends to a workflow may be in an encoding that we cannot read. The default converter throws, in which case
 * the workflow's task fails for ever; here such a value is one that every parser refuses in words.
 */
import {
  type ConverterHint,
  defaultPayloadConverter,
  type Payload,
  type PayloadConverter,
  type SerializationContext,
} from '@temporalio/common'
import { workflowInfo } from '@temporalio/workflow'
import { undecodable } from '../contract/parse.ts'

/** The converter of workflow code; the bundler finds it by its name. */
export const payloadConverter: PayloadConverter = {
  toPayload: (value, context, hint) => defaultPayloadConverter.toPayload(value, context, hint),
  fromPayload: <T>(payload: Payload, context?: SerializationContext, hint?: ConverterHint<T>): T => {
    try {
      return defaultPayloadConverter.fromPayload(payload, context, hint)
    } catch (error) {
      // Results come from our own workers: one that cannot be read is a mistake, which blocks the task until it is mended.
      if (!isSentToUs(context)) throw error
      return undecodable(encodingOf(payload)) as T
    }
  },
}

/** The input of this workflow, and what Signals and Updates bring. */
function isSentToUs(context: SerializationContext | undefined): boolean {
  return context?.type === 'workflow' && context.workflowId === workflowInfo().workflowId
}

/** As far as it can be repeated in a sentence. */
function encodingOf({ metadata }: Payload): string | null {
  const bytes = metadata?.encoding
  if (bytes == null || bytes.length > 100) return null
  const name = String.fromCharCode(...bytes)
  return /^[\w./+-]+$/.test(name) ? name : null
}
