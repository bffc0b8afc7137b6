import { expect, test } from 'vitest'
import { schemaText } from '../../src/commands/render/schemaText.ts'
import type { Connection, Model } from '../../src/logical/schema.ts'

/** A model with the field that stands for its relation to the other. */
function model(name: string, peer: string, relation: Connection['relation'], type: Connection['type']): Model {
  return {
    id: name,
    name,
    connections: [{ model: peer, relation, type }],
    fields: [
      {
        id: 'f',
        identifier: `system_${peer}_id`,
        label: peer,
        field_type: 'text',
        input_type: 'string',
        system_generated: true,
        validation: { hide: true, unique: true },
        serial: 1,
      },
    ],
  }
}

test('the key of a relation is told as unique where both sides have one of the other, and nowhere else', () => {
  const oneToOne = [model('food', 'menu', 'has_one', 'forward'), model('menu', 'food', 'has_one', 'backward')]
  expect(schemaText(2, { models: oneToOne })).toContain('  system_menu_id: relation to menu, unique')
  const many = [
    model('food', 'menu', 'has_one', 'forward'),
    { ...model('menu', 'food', 'has_many', 'backward'), fields: [] },
  ]
  expect(schemaText(2, { models: many })).toMatch(/ {2}system_menu_id: relation to menu$/m)
})
