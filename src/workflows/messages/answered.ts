/** Updates: parsed, and refused in words when they make no sense, or come from somebody who may not, before anything is changed. */
import { CancellationScope, defineUpdate, setHandler } from '@temporalio/workflow'
import { UPDATE_PARSERS } from '../../contract/requests.ts'
import type { ControlRequest } from '../../contract.ts'
import { reasonFor, workflowFailure } from '../run/failures.ts'
import { malformed, tryParse } from './parsed.ts'
import type { Permission } from './permission.ts'
import { refusalOf, type Steering } from './validators.ts'

const NOTHING: ControlRequest = {}

/** What an Update is judged by. */
export interface Judging {
  readonly steering: () => Steering
  readonly permission: Permission
}

/** Listens for an Update. */
export function on<Request extends ControlRequest>(
  name: string,
  { steering, permission }: Judging,
  act: (request: Request) => Promise<void>,
): void {
  const parse = (request: unknown) => tryParse(UPDATE_PARSERS[name] ?? (() => NOTHING), request ?? NOTHING)
  const handle = (request: unknown): Promise<void> => {
    const outcome = parse(request)
    // One that an earlier release took without parsing it goes on in the history that has it.
    const meant = 'value' in outcome ? outcome.value : (request as ControlRequest)
    return CancellationScope.nonCancellable(() =>
      // No detour where nobody is asked: histories have none.
      permission.isAsked() ? actIfAllowed(meant) : act(meant as Request),
    )
  }
  const actIfAllowed = async (request: ControlRequest): Promise<void> => {
    await permission.require(name, request)
    // The operation went on meanwhile.
    requireSense(request)
    await act(request as Request)
  }
  const requireSense = (request: ControlRequest): void => {
    const text = refusalOf(name, steering(), request)
    if (text !== null) throw workflowFailure(reasonFor('NOT_APPLICABLE', text))
  }
  setHandler<void, [unknown], ReturnType<typeof defineUpdate<void, [unknown]>>>(
    defineUpdate<void, [unknown]>(name),
    handle,
    {
      validator: (request) => {
        const outcome = parse(request)
        if ('error' in outcome) throw malformed(outcome.error)
        requireSense(outcome.value)
      },
    },
  )
}
