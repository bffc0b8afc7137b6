import { beforeEach, describe, expect, it } from 'vitest'
import { type Knowledge, learn, noKnowledge } from './knowledge.ts'
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
const STREET = { cell: 'street/', kind: 'text', keys: ['street'] } as const
const WIDER: ColumnPlace = { ...DOCUMENTS, within: [TOWN, STREET] }
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
let knowledge: Knowledge
let shadow: Shadow

/** One column, whose type the second revision changes in its place. */
beforeEach(() => {
  knowledge = noKnowledge()
  for (const at of [FIRST, SECOND]) learn(knowledge, lookAt(at.hash), at, null)
  shadow = emptyShadow()
  bringTo(shadow, [FIRST])
  write(FIRST, [{ city: 'Rome' }])
})

function lookAt(hash: string, number = 2): Look {
  const column = { name: 'origin', number, type: 'jsonb', notNull: false, default: null, rules: [] }
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

function write(at: Revision, value: unknown, number = 2): void {
  const returned = { table: '1', row: { id: 'a1', origin: value }, numbers: { origin: number } }
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

describe('what an application writes into documents whose field then goes', () => {
  const [WITH, WITHOUT] = [revision(3, WIDER), revision(4, DOCUMENTS)] as const
  const documents = [{ city: 'Rome', street: 'Via Appia' }]

  /** Number 2 is the column that had the field; another one has replaced it. */
  function goTo(number: number, chain: readonly Revision[]): void {
    learn(knowledge, lookAt(WITH.hash), WITH, null)
    shadow = emptyShadow()
    bringTo(shadow, chain.slice(0, 1), knowledge)
    write(WITH, documents)
    learn(knowledge, lookAt(WITHOUT.hash, number), WITHOUT, null)
    bringTo(shadow, chain, knowledge)
    expect(hidden()).toEqual(['street/#0'])
  }

  it('is looked for until they are written over, where they stayed in their place', () => {
    goTo(2, [WITH, WITHOUT])
    write(WITHOUT, [{ city: 'Oslo' }])
    expect(hidden()).toEqual([])
  })

  it('is looked for until they are written over, where an undo left them in their place', () => {
    goTo(2, [WITHOUT])
    write(WITHOUT, [{ city: 'Oslo' }])
    expect(hidden()).toEqual([])
  })

  it('is looked for ever after where other documents have taken their place', () => {
    goTo(3, [WITH, WITHOUT])
    write(WITHOUT, [{ city: 'Oslo' }], 3)
    expect(hidden()).toEqual(['street/#0'])
  })
})
