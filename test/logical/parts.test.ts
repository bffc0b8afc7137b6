import { describe, expect, test } from 'vitest'
import type { Mutation } from '../../src/logical/mutations/index.ts'
import { changedParts, overlap, withParts } from '../../src/logical/parts.ts'
import type { LogicalSchema, Model } from '../../src/logical/schema.ts'
import { field, model, schemaOf } from './build.ts'

const [note, name, price] = [field('note'), field('name'), field('price')]
const of = (...fields: Mutation[]): LogicalSchema => schemaOf(model('food'), ...fields)
const changed = (schema: LogicalSchema, change: Partial<Model>): LogicalSchema => ({
  models: schema.models.map((each) => ({ ...each, ...change })),
})
const partsOf = (before: LogicalSchema, after: LogicalSchema): string[] =>
  changedParts(before, after).map(({ part }) => part)

describe('what differs between two schemas', () => {
  test.each<[string, LogicalSchema, LogicalSchema, string[]]>([
    ['a field that went', of(note, name), of(name), ['field note']],
    ['another description', of(note), changed(of(note), { description: 'x' }), ['setting description']],
    ['another order', of(note, name), of(name, note), ['order']],
    ['another name of a model', of(note), changed(of(note), { name: 'dish' }), ['model']],
    ['a model that went', of(note), { models: [] }, ['model']],
  ])('%s', (_, before, after, parts) => {
    expect(partsOf(before, after)).toEqual(parts)
  })

  test('a change of a model is one of everything in it', () => {
    const [deleted] = changedParts(of(note, name), of(name))
    const [renamed] = changedParts(of(note), changed(of(note), { name: 'dish' }))
    const [added] = changedParts(of(name), of(name, price))
    if (deleted === undefined || renamed === undefined || added === undefined) throw new Error('nothing changed')
    expect([overlap(deleted, renamed), overlap(renamed, deleted), overlap(deleted, added)]).toEqual([true, true, false])
  })
})

test('one object as it was, all others as they are now', () => {
  const parts = changedParts(of(note, name), of(name))
  const now = changed(of(name, price), { description: 'new' })
  const merged = withParts(now, parts, of(note, name))
  expect(merged.models[0]?.fields.map(({ identifier, serial }) => [identifier, serial])).toEqual([
    ['note', 1],
    ['name', 2],
    ['price', 3],
  ])
  expect(merged.models[0]?.description).toBe('new')
})
