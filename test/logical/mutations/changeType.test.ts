import { describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { applied, field, fieldOf, model, schemaOf } from '../build.ts'
import { refusal, refusalText } from '../refusal.ts'

const KINDS = {
  text: { field_type: 'text' },
  multiline: { field_type: 'multiline' },
  int: { field_type: 'number', input_type: 'int' },
  double: { field_type: 'number', input_type: 'double' },
  boolean: { field_type: 'boolean' },
  date: { field_type: 'date' },
  list: { field_type: 'list' },
  object: { field_type: 'object' },
  repeated: { field_type: 'repeated' },
  media: { field_type: 'media' },
} as const
type Kind = keyof typeof KINDS

/** Every cast there is; all others are refused. */
const CASTS: Readonly<Record<Kind, readonly Kind[]>> = {
  text: ['text', 'multiline', 'int', 'double', 'boolean', 'date', 'list'],
  multiline: ['text', 'multiline', 'int', 'double', 'boolean', 'date', 'list'],
  int: ['text', 'multiline', 'int', 'double', 'boolean', 'list'],
  double: ['text', 'multiline', 'int', 'double', 'list'],
  boolean: ['text', 'multiline', 'int', 'double', 'boolean'],
  date: ['text', 'multiline', 'date'],
  list: ['text', 'multiline', 'list', 'repeated'],
  object: ['text', 'multiline', 'object', 'repeated'],
  repeated: ['text', 'multiline', 'list', 'repeated'],
  media: ['media'],
}

const retype = (to: Kind, more: object = {}): Mutation => {
  const { field_type: changed_type, ...rest } = { input_type: undefined, ...KINDS[to] }
  return {
    type: 'model_field_operation',
    operation: 'change_type',
    model_name: 'food',
    field_name: 'x',
    changed_type,
    ...(rest.input_type !== undefined && { input_type: rest.input_type }),
    ...more,
  } as Mutation
}
const pairs = Object.keys(KINDS).flatMap((from) => Object.keys(KINDS).map((to) => [from, to] as [Kind, Kind]))

describe('change_type', () => {
  test.each(pairs)('from %s to %s', (from, to) => {
    const schema = schemaOf(model('food'), field('x', KINDS[from]))
    if (!CASTS[from].includes(to)) {
      expect(refusal(() => applied(schema, retype(to))).code).toBe('CAST_UNSUPPORTED')
      return
    }
    const next = applied(schema, retype(to))
    expect(fieldOf(next, 'x')).toMatchObject({ ...KINDS[to], id: 'x', serial: 1 })
    if (from === to) expect(next).toBe(schema)
  })

  test('keeps the rules that still make sense, and lets the others go', () => {
    const validation = {
      unique: true,
      required: true,
      hide: true,
      char_limit: [1, 9],
      is_email: true,
      locals: ['en', 'bn'],
    }
    const schema = schemaOf(model('food'), field('x', { validation }))
    expect(fieldOf(applied(schema, retype('int')), 'x').validation).toEqual({
      unique: true,
      required: true,
      hide: true,
      locals: ['en', 'bn'],
    })
    expect(fieldOf(applied(schema, retype('list')), 'x').validation).toEqual({
      required: true,
      hide: true,
      locals: ['en', 'bn'],
    })
  })

  test('keeps a default that fits, and refuses to become what would need another', () => {
    const schema = schemaOf(model('food'), field('x', { validation: { required: true, default: '2024-02-29' } }))
    expect(fieldOf(applied(schema, retype('date')), 'x').validation).toEqual({ required: true, default: '2024-02-29' })
    const empty = schemaOf(model('food'), field('x', { validation: { required: true } }))
    expect(refusal(() => applied(empty, retype('date'))).code).toBe('DEFAULT_REQUIRED')
  })

  test('a choice from a fixed list is a text', () => {
    const course = field('x', { field_type: 'list', validation: { fixed_list_elements: ['1', '2'], default: '1' } })
    const schema = schemaOf(model('food'), course)
    expect(fieldOf(applied(schema, retype('int')), 'x')).not.toHaveProperty('validation')
  })

  test('an object that becomes repeated keeps its children, and a list gets one for its values', () => {
    const object = schemaOf(model('food'), field('x', KINDS.object), field('City', { parent_field: 'x' }))
    const names = (schema: ReturnType<typeof schemaOf>) =>
      fieldOf(schema, 'x').sub_field_info?.map((each) => each.identifier)
    expect(names(applied(object, retype('repeated')))).toEqual(['_id', 'city'])
    expect(names(applied(schemaOf(model('food'), field('x', KINDS.list)), retype('repeated')))).toEqual([
      '_id',
      'value',
    ])
    expect(names(applied(object, retype('text')))).toBeUndefined()
  })

  test('reaches nested fields, and refuses what is not there or has no type', () => {
    const schema = schemaOf(model('food'), field('doc', KINDS.object), field('x', { parent_field: 'doc' }))
    expect(fieldOf(applied(schema, retype('int', { parent_field: 'doc' })), 'doc', 'x').input_type).toBe('int')
    expect(refusalText(() => applied(schema, retype('int')))).toBe(
      'FIELD_NOT_FOUND: field to change the type of not found',
    )
    const geo = { ...retype('text', { parent_field: 'doc' }), changed_type: 'geo' } as Mutation
    expect(refusal(() => applied(schema, geo)).code).toBe('TYPE_UNSUPPORTED')
  })
})
