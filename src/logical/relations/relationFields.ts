/** The hidden fields that show a relation on each side which has one of the other. */
import { RequestRefused } from '../../errors.ts'
import { fieldIds, freeId } from '../ids.ts'
import { splitWords } from '../names/splitWords.ts'
import type { Field, Model } from '../schema.ts'

/** Whether a root field stands for a relation: its column belongs to the relation, not to the field. */
export function isRelationField(field: Field): boolean {
  return field.system_generated === true
}

/** The identifier of the field that stands for a relation to `peer`. */
export function relationFieldIdentifier(peer: string, knownAs: string | undefined): string {
  return knownAs === undefined ? `system_${peer}_id` : `system_${peer}_as_${knownAs}_id`
}

/** The model with the field of a relation to `peer`, in front of the others; the same model when it has it. */
export function withRelationField(model: Model, peer: string, knownAs: string | undefined): Model {
  const identifier = relationFieldIdentifier(peer, knownAs)
  const there = model.fields.find((field) => field.identifier === identifier)
  if (there?.system_generated) return model
  if (there !== undefined) {
    const text = `model "${model.name}" has a field "${identifier}", which is the name of the relation's own field`
    throw new RequestRefused('NAME_TAKEN', text, { path: 'to' })
  }
  const field: Field = {
    id: freeId(identifier, fieldIds(model.fields)),
    identifier,
    label: relationFieldLabel(peer, knownAs),
    field_type: 'text',
    input_type: 'string',
    system_generated: true,
    validation: { hide: true, unique: true },
    serial: 1,
  }
  return { ...model, fields: renumbered([field, ...model.fields]) }
}

/** The model without that field. */
export function withoutRelationField(model: Model, peer: string, knownAs: string | undefined): Model {
  const identifier = relationFieldIdentifier(peer, knownAs)
  // A side that has many has no such field, but may have one of the user's by that name.
  const others = model.fields.filter((field) => field.identifier !== identifier || !isRelationField(field))
  return { ...model, fields: renumbered(others) }
}

/** The model with that field named for the peer's new name. */
export function renamedRelationField(model: Model, from: string, to: string, knownAs: string | undefined): Model {
  const identifier = relationFieldIdentifier(from, knownAs)
  const renamed = { identifier: relationFieldIdentifier(to, knownAs), label: relationFieldLabel(to, knownAs) }
  const fields = model.fields.map((field) =>
    field.identifier === identifier && isRelationField(field) ? { ...field, ...renamed } : field,
  )
  return { ...model, fields }
}

function relationFieldLabel(peer: string, knownAs: string | undefined): string {
  const words = splitWords(knownAs ?? peer).map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `System ${words.join(' ')} ID`
}

function renumbered(fields: readonly Field[]): readonly Field[] {
  return fields.map((field, index) => ({ ...field, serial: index + 1 }))
}
