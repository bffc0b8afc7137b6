import { beforeEach, describe, expect, it } from 'vitest'
import { learn, noKnowledge } from './knowledge.ts'
import type { Look } from './lookups.ts'
import type { ColumnPlace, TablePlace } from './places.ts'
import { recordLostAnswer, recordWrite } from './record.ts'
import type { Revision } from './revisions.ts'
import { emptyShadow, rowsOf, type Shadow } from './shadow.ts'
import type { Statement } from './statements.ts'
import { bringTo } from './transitions.ts'

const RULES = { keys: [], notNull: false, unique: false, choices: null, fallback: null, references: null }
const TOWN = { cell: 'town/', kind: 'text', keys: ['city'] } as const
const DOCUMENTS: ColumnPlace = { ...RULES, cell: 'origin/', kind: 'repeated', column: 'origin', within: [TOWN] }
const LISTS: ColumnPlace = { ...DOCUMENTS, kind: 'list', within: [] }

function revision(number: number, column: ColumnPlace): Revision {
  const tables = [{ model: 'food', table: 'food', single: false, related: false, columns: [column] }]
  return {
    revision: number,
    hash: `r${number}`,
    schema: { models: [] },
    tables,
    operation: `op-${number}`,
    request: {},
  }
}

const [FIRST, SECOND] = [revision(1, DOCUMENTS), revision(2, LISTS)] as const
const knowledge = noKnowledge()
let shadow: Shadow

/** One column, whose type the second revision changes in its place. */
beforeEach(() => {
  for (const at of [FIRST, SECOND]) learn(knowledge, lookAt(at.hash), at, null)
  shadow = emptyShadow()
  bringTo(shadow, [FIRST])
  write(FIRST, [{ city: 'Rome' }])
})

function lookAt(hash: string): Look {
  const column = { name: 'origin', number: 2, type: 'jsonb', notNull: false, default: null, rules: [] }
  return { revision: 1, hash, tables: [{ id: '1', name: 'food', columns: [column] }] }
}

function statementAt({ hash, tables }: Revision, value: unknown): Statement {
  const [place] = tables as [TablePlace]
  const [at] = place.columns as [ColumnPlace]
  const column = { name: 'origin', number: 2, meaning: { table: place, column: at, schema: hash } }
  const table = { id: '1', name: 'food', place, columns: [column] }
  return {
    kind: 'update',
    text: '',
    values: [],
    prepared: false,
    row: 'a1',
    reads: [],
    table,
    sent: [{ column, value }],
  }
}

function write(at: Revision, value: unknown): void {
  const returned = { table: '1', row: { id: 'a1', origin: value }, numbers: { origin: 2 } }
  recordWrite(shadow, knowledge, statementAt(at, value), returned, at.hash)
}

const cells = () => [...(rowsOf(shadow, 'food').get('a1')?.cells.keys() ?? [])]
const hidden = () => shadow.hidden.map(({ cell }) => cell)

describe('what an application writes into a column of documents that becomes one of lists', () => {
  it('is looked for in the list once there are no documents any more', () => {
    expect(cells()).toEqual(['town/#0'])
    bringTo(shadow, [FIRST, SECOND])
    expect(hidden()).toEqual(['town/#0'])
  })

  it('is not looked for any more where the list was written over afterwards', () => {
    bringTo(shadow, [FIRST, SECOND])
    write(SECOND, ['Oslo'])
    expect(hidden()).toEqual([])
  })

  it('is not looked for where it may have been', () => {
    bringTo(shadow, [FIRST, SECOND])
    recordLostAnswer(shadow, statementAt(SECOND, ['Oslo']), SECOND.hash)
    expect(hidden()).toEqual([])
  })

  it('is not looked for where the list was written over before the change was durable', () => {
    write(SECOND, ['Oslo'])
    bringTo(shadow, [FIRST, SECOND])
    expect(hidden()).toEqual([])
    expect(cells()).toEqual(['origin/'])
  })

  it('is the only value where the change was undone and documents were written again', () => {
    write(SECOND, ['Oslo'])
    write(FIRST, [{ city: 'Bonn' }])
    expect(cells()).toEqual(['town/#0'])
  })
})
