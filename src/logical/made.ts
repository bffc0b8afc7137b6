/** What a mutation would have made, by the names in its arguments: later ones of its changeset may build on that. */
import { looseFieldIdentifier, looseModelName } from './names/names.ts'

/** A model, or a field of one. */
export interface Made {
  readonly model: string
  readonly field: string | null
}

/** Of a mutation that gives no model and no field a name. */
export const NOTHING_MADE = (): null => null

/** A model of that name. */
export function madeModel(name: string): Made {
  return { model: looseModelName(name), field: null }
}

/** A field with that label. */
export function madeField(model: string, label: string): Made {
  return { model: looseModelName(model), field: looseFieldIdentifier(label) }
}
