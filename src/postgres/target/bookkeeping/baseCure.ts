/** What brings back a base whose namespace is gone: nobody parks or removes a base. */
import type { Target } from '../../../contract.ts'
import { SagaError } from '../../../errors.ts'
import type { Place } from '../../sessions/servers.ts'

const CURE = ' Restore it from a backup, or create it empty: `project catch-up` brings it up then.'

/** The same error with the cure, where it says of a base that it is gone. One that was renamed says itself what to do. */
export function withBaseCure<E>(target: Place & Partial<Pick<Target, 'scope'>>, error: E): E | SagaError {
  const isGone = error instanceof SagaError && error.code === 'TARGET_GONE'
  if (!isGone || target.scope !== '' || /brings it back\.$|`project catch-up`/.test(error.message)) return error
  return error.retold(`${error.message}${CURE}`)
}
