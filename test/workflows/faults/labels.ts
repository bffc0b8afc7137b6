/** Names for the tries of activities that are the same in each run of a story. */

interface Known {
  readonly operationId?: string
  readonly project?: string
  readonly tenant?: string
  readonly target?: { readonly scope: string }
  readonly scope?: string
  readonly key?: string
  readonly state?: string
  readonly cohort?: { readonly server?: string; readonly name?: string }
  readonly comebacks?: readonly { readonly target: { readonly server: string } }[]
}

/** The project that an activity works for; the ids of operations begin with that of their project. */
export function subjectOf(input: object): string {
  const { operationId, project } = input as Known
  return operationId?.split('.')[0] ?? project ?? ''
}

/** `applyToTarget of ada`, `recordStep settle running`. */
export function labelOf(activity: string, input: object): string {
  const { tenant, target, scope, key, state, cohort, comebacks } = input as Known
  const who = target?.scope ?? scope ?? tenant ?? cohort?.name ?? cohort?.server ?? comebacks?.[0]?.target.server
  const where = who === undefined ? '' : ` of ${who === '' ? 'base' : who}`
  return [activity, key, state].filter(Boolean).join(' ') + where
}
