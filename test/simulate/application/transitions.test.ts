import { beforeEach, describe, expect, it } from 'vitest'
import { applyMutation } from '../../../src/logical/applyMutation.ts'
import { parseMutation } from '../../../src/logical/parse/parseMutation.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../../src/logical/schema.ts'
import { placesOf } from './places.ts'
import type { Revision } from './revisions.ts'
import { emptyShadow, isValue, rowsOf, type Shadow, written } from './shadow.ts'
import { bringTo } from './transitions.ts'

const FOOD = { type: 'create_model', name: 'food', single_word: true }
const NAME = { type: 'add_field', model_name: 'food', field_label: 'Name', field_type: 'text' }

let shadow: Shadow
let chain: Revision[]

beforeEach(() => {
  chain = [revisionOf(0, EMPTY_SCHEMA, null)]
  move(FOOD)
  move(NAME)
  shadow = emptyShadow()
  shadow.schema = 'r2'
  const cells = new Map([['name/', written({ kind: 'text', value: '12' }, 'r2', 1)]])
  rowsOf(shadow, 'food').set('a1', { cells, sure: true, schema: 'r2' })
  shadow.writes = 1
  shadow.compared = 1
})

function revisionOf(revision: number, schema: LogicalSchema, request: unknown): Revision {
  return { revision, hash: `r${revision}`, schema, tables: placesOf(schema), operation: `op-${revision}`, request }
}

/** The next revision of the project, and the shadow brought there. */
function move(request: unknown, schema?: LogicalSchema): void {
  const [before] = chain.slice(-1)
  if (before === undefined) throw new Error('there is always a first revision')
  const next = schema ?? applyMutation(before.schema, parseMutation(request), { operationId: 'op' })
  chain.push(revisionOf(before.revision + 1, next, request))
  if (shadow !== undefined) bringTo(shadow, chain.slice(-2))
}

const field = (operation: string, more: object) => ({
  type: 'model_field_operation',
  operation,
  model_name: 'food',
  field_name: 'name',
  ...more,
})
const cell = (key: string) => rowsOf(shadow, 'food').get('a1')?.cells.get(key)

describe('the shadow of a tenant', () => {
  it('keeps a value under its own name when its field and its table are renamed', () => {
    move(field('rename', { new_name: 'title' }))
    move({ type: 'rename_model', model_name: 'food', new_name: 'dish', single_word: true })
    expect(cell('name/')?.forms).toEqual([{ kind: 'text', value: '12' }])
  })

  it('knows a value in its new form, and still in its old one', () => {
    move(field('change_type', { changed_type: 'number', input_type: 'int' }))
    const forms = cell('name/')?.forms ?? []
    expect(isValue(forms, 'int', 12)).toBe(true)
    expect(isValue(forms, 'text', '12')).toBe(true)
    expect(isValue(forms, 'int', 13)).toBe(false)
  })

  it('hides a value whose field is deleted, and shows it again when that is reverted', () => {
    const before = chain.at(-1)?.schema
    move(field('delete', {}))
    expect(cell('name/')).toBeUndefined()
    expect(shadow.hidden).toMatchObject([{ cell: 'name/', row: 'a1', by: 'op-3', name: 'name' }])
    move({ type: 'revert', operation_id: 'op-3' }, before)
    expect(cell('name/')?.forms[0]?.value).toBe('12')
    expect(shadow.hidden).toEqual([])
  })

  it('does not take a field of the same name that comes later for the one that was deleted', () => {
    move(field('delete', {}))
    move(NAME)
    expect(cell('name/')).toBeUndefined()
    expect(shadow.hidden).toHaveLength(1)
  })

  it('hides all rows of a table that is deleted', () => {
    move({ type: 'delete_model', model_name: 'food' })
    expect(rowsOf(shadow, 'food').size).toBe(0)
    expect(shadow.hidden).toMatchObject([{ cell: null, row: 'a1', name: 'food' }])
  })

  it('expects a copy of what had not been written since the last comparison', () => {
    rowsOf(shadow, 'food').set('a2', {
      cells: new Map([['name/', written({ kind: 'text', value: 'new' }, 'r2', 2)]]),
      sure: true,
      schema: 'r2',
    })
    move(field('duplicate', { new_name: 'nick' }))
    expect(cell('nick/')?.forms[0]?.value).toBe('12')
    expect(rowsOf(shadow, 'food').get('a2')?.cells.has('nick/')).toBe(false)
  })

  it('looks for what was written to a field that never came among the things set aside', () => {
    rowsOf(shadow, 'food')
      .get('a1')
      ?.cells.set('price/', written({ kind: 'int', value: 5 }, 'never', 2))
    bringTo(shadow, chain.slice(-1))
    expect(shadow.hidden).toMatchObject([{ cell: 'price/', by: null, forms: [{ kind: 'int', value: 5 }] }])
  })

  it('knows which operation hid a value that was written on the way to a schema that never came', () => {
    rowsOf(shadow, 'food')
      .get('a1')
      ?.cells.set('name/', written({ kind: 'int', value: 12 }, 'never', 2))
    move(field('delete', {}))
    expect(shadow.hidden).toMatchObject([{ cell: 'name/', by: 'op-3', name: 'name' }])
  })
})
