import { describe, expect, test } from 'vitest'
import type { MutationRejected } from '../../src/errors.ts'
import type { FieldKind } from '../../src/logical/fields/fieldKind.ts'
import { checkFieldKind, columnOf, defaultInputType } from '../../src/logical/fields/fieldTypes.ts'
import { localesOf } from '../../src/logical/fields/locales.ts'
import { FIELD_TYPES, type FieldType, INPUT_TYPES, type InputType, type Validation } from '../../src/logical/schema.ts'
import { refusal, refusalText } from './refusal.ts'

function kind(field_type: FieldType, validation?: Validation, input_type?: InputType): FieldKind {
  return { field_type, input_type: input_type ?? defaultInputType(field_type), ...(validation && { validation }) }
}

/** `accepted`, or the code of the refusal. */
function verdict(field: FieldKind, place: 'root' | 'nested' = 'root'): string {
  try {
    checkFieldKind(field, place)
    return 'accepted'
  } catch (error) {
    return (error as MutationRejected).code
  }
}

const fixed = { fixed_list_elements: ['small', 'large'] }

describe('the column of a field', () => {
  test.each<[FieldType, InputType, Validation, string, unknown]>([
    ['text', 'string', {}, 'text', ''],
    ['multiline', 'string', {}, 'text', ''],
    ['boolean', 'bool', {}, 'boolean', false],
    ['number', 'int', {}, 'integer', 0],
    ['number', 'double', {}, 'numeric', 0],
    ['media', 'string', {}, 'jsonb', {}],
    ['media', 'string', { is_gallery: true }, 'jsonb', []],
    ['list', 'string', {}, 'jsonb', []],
    ['list', 'string', { ...fixed, is_multi_choice: true }, 'jsonb', []],
    ['object', 'object', {}, 'jsonb', {}],
    ['repeated', 'repeated', {}, 'jsonb', []],
  ])('%s/%s %j is %s, and with required defaults to %j', (type, input, validation, column, value) => {
    expect(columnOf(kind(type, validation, input))).toEqual({
      type: column,
      notNull: false,
      default: null,
      oneOf: null,
    })
    const required = kind(type, { ...validation, required: true }, input)
    expect(verdict(required)).toBe('accepted')
    expect(columnOf(required)).toEqual({ type: column, notNull: true, default: value, oneOf: null })
  })

  test('of a fixed list with a single choice is a text out of the list', () => {
    const size = kind('list', { ...fixed, required: true, default: 'small' })
    expect(verdict(size)).toBe('accepted')
    expect(columnOf(size)).toEqual({ type: 'text', notNull: true, default: 'small', oneOf: ['small', 'large'] })
  })

  test('A64: of a required date has the default that the input must bring', () => {
    expect(columnOf(kind('date', { required: true, default: '2024-02-29' })).default).toBe('2024-02-29')
    expect(refusal(() => checkFieldKind(kind('date', { required: true }), 'root'))).toMatchObject({
      code: 'DEFAULT_REQUIRED',
      message:
        'a required date field needs a value in validation.default, which is what rows get that are written without one: even where every row has a value now',
      path: 'validation.default',
    })
    expect(refusalText(() => checkFieldKind(kind('list', { ...fixed, required: true }), 'root'))).toBe(
      'DEFAULT_REQUIRED: a required fixed list field needs a value in validation.default, which is what rows get that are written without one: even where every row has a value now',
    )
  })

  test('has the given default without being required', () => {
    expect(columnOf(kind('number', { default: 3 }))).toMatchObject({ notNull: false, default: 3 })
  })
})

describe('a pair of types', () => {
  const allowed = ['text/string', 'multiline/string', 'date/string', 'boolean/bool', 'number/int', 'number/double']
  allowed.push('media/string', 'list/string', 'object/object', 'repeated/repeated')
  const pairs = FIELD_TYPES.flatMap((field) => INPUT_TYPES.map((input) => [field, input] as const))

  test.each(pairs)('%s with %s is accepted exactly when the table has it', (field, input) => {
    const unsupported = field === 'geo' && input === 'geo'
    const refused = unsupported ? 'TYPE_UNSUPPORTED' : 'TYPE_MISMATCH'
    const expected = allowed.includes(`${field}/${input}`) ? 'accepted' : refused
    expect(verdict(kind(field, undefined, input))).toBe(expected)
  })

  test('A76: geo is refused', () => {
    expect(refusalText(() => checkFieldKind(kind('geo'), 'root'))).toBe(
      'TYPE_UNSUPPORTED: fields of type geo are not supported: use one of text, multiline, date, boolean, number, media, list, object, repeated',
    )
    expect(refusalText(() => checkFieldKind(kind('geo', undefined, 'string'), 'nested'))).toBe(
      'TYPE_MISMATCH: input_type must be geo if field_type is geo',
    )
  })

  test('that does not fit says what would', () => {
    expect(refusalText(() => checkFieldKind(kind('number', undefined, 'string'), 'root'))).toBe(
      'TYPE_MISMATCH: input_type "string" does not fit field_type "number": use "int" or "double"',
    )
  })
})

describe('unique', () => {
  test.each(['text', 'multiline', 'date', 'number'] as const)('is allowed on %s', (type) => {
    expect(verdict(kind(type, { unique: true }))).toBe('accepted')
  })

  test('is allowed on a list of which one element is chosen', () => {
    expect(verdict(kind('list', { ...fixed, unique: true }))).toBe('accepted')
  })

  test.each(['boolean', 'media', 'list', 'object', 'repeated'] as const)('A65: is refused on %s', (type) => {
    expect(refusalText(() => checkFieldKind(kind(type, { unique: true }), 'root'))).toBe(
      `CONSTRAINT_UNSUPPORTED: unique is not supported on a ${type} field`,
    )
  })

  test.each<[string, Validation]>([
    ['validation.unique', { unique: true }],
    ['validation.locals', { locals: ['en'] }],
  ])('and locales are refused below a parent: %s', (path, validation) => {
    expect(refusal(() => checkFieldKind(kind('text', validation), 'nested'))).toMatchObject({
      code: 'CONSTRAINT_UNSUPPORTED',
      path,
    })
  })

  test('that is false is no request', () => {
    expect(verdict(kind('object', { unique: false }))).toBe('accepted')
    expect(verdict(kind('text', { unique: false, locals: [] }), 'nested')).toBe('accepted')
  })
})

test('required below a parent asks for no default, because it is no column', () => {
  expect(verdict(kind('date', { required: true }), 'nested')).toBe('accepted')
  expect(verdict(kind('date', { required: true }))).toBe('DEFAULT_REQUIRED')
})

test.each<[FieldType, Validation]>([
  ['text', { fixed_list_elements: ['a'] }],
  ['list', { fixed_list_elements: ['a', 'a'] }],
])('fixed elements of %s %j are refused', (type, validation) => {
  expect(refusal(() => checkFieldKind(kind(type, validation), 'root')).path).toBe('validation.fixed_list_elements')
})

describe('validation.default', () => {
  test.each<[FieldKind, NonNullable<Validation['default']>, string]>([
    [kind('text'), 3, 'a text'],
    [kind('date'), '2023-02-29', 'a date such as "2024-02-29"'],
    [kind('date'), '0000-01-01', 'a date such as "2024-02-29"'],
    [kind('date'), '2024-1-1', 'a date such as "2024-02-29"'],
    [kind('date'), 'today', 'a date such as "2024-02-29"'],
    [kind('boolean'), 'true', 'true or false'],
    [kind('number'), 1.5, 'a whole number of 32 bits'],
    [kind('number'), 2 ** 31, 'a whole number of 32 bits'],
    [kind('number', undefined, 'double'), '1', 'a number'],
    [kind('media'), [], 'an object'],
    [kind('media', { is_gallery: true }), {}, 'a list, because it is a gallery'],
    [kind('list'), 'a', 'a list'],
    [kind('list', fixed), 'huge', 'one of its fixed_list_elements'],
    [kind('list', { ...fixed, is_multi_choice: true }), ['huge'], 'a list of its fixed_list_elements'],
    [kind('object'), [], 'an object'],
    [kind('repeated'), ['a'], 'a list of objects'],
  ])('of %j cannot be %j', (given, value, wanted) => {
    const field = { ...given, validation: { ...given.validation, default: value } }
    expect(refusalText(() => checkFieldKind(field, 'root'))).toBe(
      `TYPE_MISMATCH: validation.default of a ${given.field_type} field must be ${wanted}`,
    )
  })

  test('may be the year 1 or the largest whole number', () => {
    expect(verdict(kind('date', { default: '0001-01-01' }))).toBe('accepted')
    expect(verdict(kind('number', { default: 2 ** 31 - 1 }))).toBe('accepted')
  })
})

describe('locales', () => {
  test.each([
    [undefined, ['name']],
    [[], ['name']],
    [
      ['en', 'bn'],
      ['name', 'name_bn'],
    ],
    [
      ['', 'pt-BR'],
      ['name', 'name_pt_br'],
    ],
    [['EN'], ['name']],
    [['bn'], ['name_bn']],
  ])('A60: %j give the columns %j', (locals, columns) => {
    const field = { identifier: 'name', ...(locals && { validation: { locals } }) }
    expect(localesOf(field).map(({ column }) => column)).toEqual(columns)
  })

  test('keep their spelling, and their columns fit into 63 bytes', () => {
    const field = { identifier: 'n'.repeat(50), validation: { locals: ['pt-BR', 'zh-Hant-x-private'] } }
    expect(localesOf(field)).toEqual([
      { locale: 'pt-BR', column: `${'n'.repeat(50)}_pt_br` },
      { locale: 'zh-Hant-x-private', column: expect.stringMatching(/^n{50}_zh_[0-9a-f_]{9}$/) },
    ])
  })
})
