import { beforeEach, describe, expect, it } from 'vitest'
import type { TablePlace } from '../application/places.ts'
import { emptyShadow, rowsOf, type Shadow, written } from '../application/shadow.ts'
import { type FoundRow, type FoundRows, lostValues } from './lostValue.ts'

const DAY_MS = 86_400_000

const RULES = { keys: [], notNull: false, unique: false, choices: null, fallback: null, references: null }
const FOOD: TablePlace = {
  model: 'food',
  table: 'dish',
  single: false,
  related: false,
  columns: [
    { ...RULES, cell: 'name/', kind: 'text', column: 'title', within: [] },
    { ...RULES, cell: 'price/', kind: 'text', column: 'price', within: [] },
    { ...RULES, cell: 'count/', kind: 'int', column: 'count', within: [] },
    {
      ...RULES,
      cell: 'origin/',
      kind: 'object',
      column: 'origin',
      within: [{ cell: 'town/', kind: 'text', keys: ['city'] }],
    },
  ],
}

let shadow: Shadow

/** One row, whose price was written as a number before its field became a text. */
beforeEach(() => {
  shadow = emptyShadow()
  shadow.schema = 'now'
  const cells = new Map([
    ['name/', written({ kind: 'text', value: 'rice' }, 'now', 1)],
    ['price/', written({ kind: 'int', value: 7 }, 'now', 1)],
    ['town/', written({ kind: 'text', value: 'Rome' }, 'now', 1)],
  ])
  rowsOf(shadow, 'food').set('a1', { cells, sure: true, schema: 'now' })
})

const AS_WRITTEN: FoundRow = { id: 'a1', title: 'rice', price: '7', origin: { city: 'Rome' } }

function kinds(rows: readonly FoundRow[], more: Partial<FoundRows> = {}): readonly string[] {
  const table = new Map(rows.map((row) => [String(row.id), row]))
  const found = { tables: new Map([['dish', table]]), aside: new Map(), purged: [], ...more }
  return lostValues({ tenant: 'shop/a', shadow, tables: [FOOD], found, holdMs: 7 * DAY_MS }).map(({ kind }) => kind)
}

const NOTE = { operation: 'op-1', kind: 'column', name: 'note', aside: '_aside_op-1_1_note', byUndo: false } as const

/** A value of a field that was deleted by op-1. */
function hide(): void {
  const forms = [{ kind: 'text', value: 'spicy' } as const]
  const hidden = { model: 'food', row: 'a1', cell: 'note/', forms, by: 'op-1', name: 'note', within: null }
  shadow.hidden.push({ ...hidden, cells: new Map() })
}

describe('the law about lost values', () => {
  it('holds where every value is at its place, in the form that its field has now', () => {
    expect(kinds([AS_WRITTEN])).toEqual([])
  })

  it.each([
    ['is missing', { title: null }],
    ['is another one', { title: 'an older one' }],
    ['was not cast', { price: null }],
    ['is at a key of before', { origin: { town: 'Rome' } }],
  ])('is broken where a value %s', (_, change) => {
    expect(kinds([{ ...AS_WRITTEN, ...change }])).toEqual(['value'])
  })

  it('is broken where a row is gone', () => {
    expect(kinds([])).toEqual(['row'])
  })

  it('is broken where a row is there that was deleted', () => {
    expect(kinds([AS_WRITTEN, { id: 'a2', title: 'soup' }])).toEqual(['row-back'])
  })

  it('holds where a value is set aside whose field was deleted, and is broken where it is not', () => {
    hide()
    expect(kinds([{ ...AS_WRITTEN, '_aside_op-1_1_note': 'spicy' }])).toEqual([])
    expect(kinds([AS_WRITTEN])).toEqual(['hidden-value'])
  })

  it('holds where such a value was purged after its hold', () => {
    hide()
    const purged = [{ ...NOTE, heldMs: 8 * DAY_MS } as const]
    expect(kinds([AS_WRITTEN], { purged })).toEqual([])
    expect(shadow.hidden).toEqual([])
  })

  it('is broken where it was purged before', () => {
    hide()
    const purged = [{ ...NOTE, heldMs: 3 * DAY_MS } as const]
    expect(kinds([AS_WRITTEN], { purged })).toEqual(['purged-early'])
  })

  it('is broken where only what was set aside has the value, although its field can hold it', () => {
    expect(kinds([{ ...AS_WRITTEN, price: '6', '_aside_op-3_0_price': 7 }])).toEqual(['value'])
  })

  it('holds where what the type of before cannot hold was set aside, and purged later under the name that it had there', () => {
    const aside = '_aside_op-3_0_count'
    rowsOf(shadow, 'food')
      .get('a1')
      ?.cells.set('count/', written({ kind: 'text', value: 'many' }, 'now', 2))
    expect(kinds([{ ...AS_WRITTEN, count: null, [aside]: 'many' }])).toEqual([])
    const purged = { ...NOTE, operation: 'op-3', name: 'number', aside, heldMs: 8 * DAY_MS }
    expect(kinds([{ ...AS_WRITTEN, count: null }], { purged: [purged] })).toEqual([])
  })

  it('holds where an undo had set aside what was written to a schema that never came, and that was purged', () => {
    hide()
    shadow.hidden = shadow.hidden.map((hidden) => ({ ...hidden, by: null, name: 'note/' }))
    const purged = { ...NOTE, heldMs: 8 * DAY_MS }
    expect(kinds([AS_WRITTEN], { purged: [{ ...purged, byUndo: true }] })).toEqual([])
    hide()
    shadow.hidden = shadow.hidden.map((hidden) => ({ ...hidden, by: null, name: 'note/' }))
    expect(kinds([AS_WRITTEN], { purged: [purged] })).toEqual(['hidden-value'])
  })

  it('asks for the rows of a table that was deleted among those that are set aside', () => {
    const cells = new Map([['title/', written({ kind: 'text', value: 'boss' }, 'now', 1)]])
    const hidden = { model: 'chef', row: 'b1', cell: null, forms: [], by: 'op-2', name: 'chef', within: null, cells }
    shadow.hidden.push(hidden)
    expect(kinds([AS_WRITTEN], { aside: new Map([['b1', [{ id: 'b1', title: 'boss' }]]]) })).toEqual([])
    expect(kinds([AS_WRITTEN])).toEqual(['hidden-value'])
  })

  it('takes either for a write whose answer was lost', () => {
    const row = rowsOf(shadow, 'food').get('a1')
    row?.cells.set('name/', { ...written({ kind: 'text', value: 'soup' }, 'now', 2), sure: false })
    expect(kinds([AS_WRITTEN])).toEqual([])
  })
})
