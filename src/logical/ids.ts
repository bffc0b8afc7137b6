/** Stable identities of models, fields and single records; pure, so that planning twice gives the same schema. */
import { createHash } from 'node:crypto'
import type { Field } from './schema.ts'

/** The first of `food_order`, `food_order_2`, ... that no living or renamed sibling holds. */
export function freeId(name: string, taken: Iterable<string>): string {
  const held = new Set(taken)
  if (!held.has(name)) return name
  let number = 2
  while (held.has(`${name}_${number}`)) number += 1
  return `${name}_${number}`
}

/** The ids of all fields of a model, children included. */
export function fieldIds(fields: readonly Field[]): string[] {
  return fields.flatMap((field) => [field.id, ...fieldIds(field.sub_field_info ?? [])])
}

/** The id of the one record of a single-record model: a UUID of 36 characters, made from operation and model. */
export function singleRecordId(operationId: string, modelId: string): string {
  const bytes = createHash('sha256').update(`${operationId}\n${modelId}`).digest()
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}
