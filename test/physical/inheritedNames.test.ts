import { expect, test } from 'vitest'
import { parseMutation } from '../../src/logical/parse/parseMutation.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../src/logical/schema.ts'
import { allDifferences } from '../../src/physical/equality.ts'
import { additiveRepair } from '../../src/physical/health/additiveRepair.ts'
import { healthRows, healthTables } from '../../src/physical/health/health.ts'
import { planMutation } from '../../src/physical/plan/planMutation.ts'
import { projectSchema } from '../../src/physical/project.ts'
import type { PhysicalSchema, Table } from '../../src/physical/schema.ts'
import { withNotes } from '../../src/postgres/drift/undoNotes.ts'

/** The schema behind these mutations, each of which is planned and proven on the way. */
function after(...mutations: readonly object[]): LogicalSchema {
  return mutations.reduce<LogicalSchema>((schema, mutation, revision) => {
    const request = { schema, revision, mutation: parseMutation(mutation), operationId: `op-${revision}` }
    return planMutation(request).nextSchema
  }, EMPTY_SCHEMA)
}

const RACE = { type: 'create_model', name: 'race', single_word: true }
const field = (model_name: string, label: string, more: object = {}): object => {
  return { type: 'add_field', model_name, field_label: label, field_type: 'text', ...more }
}
const edit = (operation: string, field_name: string, more: object = {}): object => {
  return { type: 'model_field_operation', operation, model_name: 'race', field_name, ...more }
}

test('a field may be called what every object of JavaScript has, through everything that is done to fields', () => {
  const schema = after(
    RACE,
    field('race', 'Constructor'),
    { type: 'add_field', is_update: true, model_name: 'race', field_label: 'Constructor', enable_indexing: true },
    edit('change_type', 'constructor', { changed_type: 'number', input_type: 'int' }),
    edit('duplicate', 'constructor', { new_name: 'Team' }),
    edit('delete', 'constructor'),
    edit('rename', 'team', { new_name: 'Constructor' }),
    field('race', 'Place', { field_type: 'object' }),
    field('race', 'Constructor', { parent_field: 'place' }),
    edit('rename', 'constructor', { parent_field: 'place', new_name: 'Value Of' }),
  )
  expect(Object.keys(projectSchema(schema).tables.race?.columns ?? {})).toEqual(['id', 'constructor', 'place'])
})

test('a model may be called so, too', () => {
  const schema = after(
    { type: 'create_model', name: 'constructor', single_word: true },
    field('constructor', 'Name'),
    RACE,
    field('race', 'Name'),
    {
      type: 'create_connection',
      from: 'constructor',
      to: 'race',
      forward_connection_type: 'has_many',
      reverse_connection_type: 'has_many',
    },
    { type: 'rename_model', model_name: 'race', new_name: 'lap', with_relations: true },
    { type: 'duplicate_model', model_name: 'constructor', new_name: 'builder', single_word: true },
  )
  expect(Object.keys(projectSchema(schema).tables)).toContain('constructor')
  expect(after(RACE, { type: 'create_model', name: 'constructor', single_word: true }).models).toHaveLength(2)
})

const NAMES = ['constructor', '__proto__', 'toString', 'hasOwnProperty'] as const

function withExtra(table: Table, names: readonly string[]): PhysicalSchema {
  const column = (name: string) => [name, { name, type: 'text', notNull: false, default: null }] as const
  const extra = names.map((name) => [name, { ...table, name }] as const)
  const own = { ...table, columns: { ...table.columns, ...Object.fromEntries(names.map(column)) } }
  return { tables: Object.fromEntries([[table.name, own], ...extra]), aside: {} }
}

test('tables and columns of others that are called so are told as what they are, and stand in nobody’s way', () => {
  const schema = after(RACE, field('race', 'Note'))
  const expected = projectSchema(schema)
  const table = expected.tables.race as Table
  const actual = withExtra(table, NAMES)
  const extra = allDifferences(expected, actual)
  const objects = NAMES.flatMap((name) => [name, `race.${name}`])
  expect(extra.map(({ object, kind }) => [object, kind])).toEqual(objects.sort().map((object) => [object, 'extra']))
  expect(withNotes(extra, {})).toEqual(extra)
  expect(allDifferences(actual, expected).map(({ kind }) => kind)).toEqual(objects.map(() => 'missing'))
  expect(additiveRepair(expected, actual)).toEqual([])
  expect(additiveRepair(actual, expected).map(({ kind }) => kind)).toEqual(NAMES.map(() => 'addColumn'))
  const [row] = healthRows(healthTables(schema), actual, 'shop')
  expect(row).toMatchObject({ table_exists: true, extra_columns: [...NAMES].sort(), type_differences: [] })
})
