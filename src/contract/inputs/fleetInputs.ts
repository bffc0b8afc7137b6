/** What the workflows that look at a fleet, and those that tidy it up, may be started with. */
import type { ApplicationQuestion, Batches, NamedObject } from '../../physical/plan/applicationCode.ts'
import type { InspectFleetInput } from '../fleet.ts'
import { flag, input, list, oneOf, optional, type Parser, text } from '../parse.ts'
import type { RepairDriftInput } from '../reconcile.ts'
import { LONGEST } from '../requests.ts'
import type { ManageSetAsideInput } from '../setAside.ts'
import { id, MOST_MODELS, MOST_SCOPES, name, project } from './parts.ts'

export const parseInspect: Parser<InspectFleetInput> = (value, path) => {
  const kind = oneOf(['drift', 'health', 'plan', 'proof', 'dump', 'texts'])
  const asked = input<{ readonly project: string; readonly kind: InspectFleetInput['kind'] }>({ ...project, kind })(
    value,
    path,
  )
  return input<object>(LOOKS[asked.kind])(asked, path) as InspectFleetInput
}

const LOOKS: Readonly<Record<InspectFleetInput['kind'], Readonly<Record<string, Parser<unknown>>>>> = {
  drift: { tenant: optional(id) },
  texts: { operation: id, actor: text(LONGEST.actor) },
  dump: { server: id, namespace: name, actor: text(LONGEST.actor) },
  // The activity parses it, as that of an operation does.
  proof: { mutation: (value) => value, actor: text(LONGEST.actor) },
  health: { models: optional(list(name, MOST_MODELS)) },
  plan: {
    question: input<ApplicationQuestion>({
      names: list(input<NamedObject>({ table: name, column: optional(name) as Parser<string> }), MOST_MODELS),
      batches: list(
        input<Batches>({
          table: name,
          columns: list(name, MOST_MODELS),
          direction: oneOf(['forward', 'compensation']),
        }),
        MOST_MODELS,
      ),
    }),
  },
}

export const parseManageSetAside: Parser<ManageSetAsideInput> = (value, path) => {
  const action = oneOf(['list', 'purge', 'restore'])
  const asked = input<{ readonly action: ManageSetAsideInput['action'] }>({ ...project, action })(value, path)
  if (asked.action === 'list') return asked as ManageSetAsideInput
  const one = { id: name, actor: text(LONGEST.actor), ...(asked.action === 'purge' && { now: flag() }) }
  return input<object>(one)(asked, path) as ManageSetAsideInput
}

export const parseRepairDrift: Parser<RepairDriftInput> = input<RepairDriftInput>({
  ...project,
  scopes: list(text(LONGEST.id), MOST_SCOPES),
  actor: text(LONGEST.actor),
})
