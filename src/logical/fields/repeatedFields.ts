import { freeId } from '../ids.ts'
import type { Field } from '../schema.ts'

/** Every element of a repeated field carries its own id, which nobody edits. */
export function elementIdField(taken: readonly string[]): Field {
  return {
    id: freeId('_id', taken),
    identifier: '_id',
    label: 'ID',
    field_type: 'text',
    input_type: 'string',
    system_generated: true,
    validation: { hide: true, unique: true },
    serial: 1,
  }
}
