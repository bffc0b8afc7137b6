import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SagaError } from '../../src/errors.ts'
import { applyMutation } from '../../src/logical/applyMutation.ts'
import { MUTATION_TYPES } from '../../src/logical/mutations/index.ts'
import { mutationJsonSchema } from '../../src/logical/parse/mutationJsonSchema.ts'
import { parseMutation, parseMutationText } from '../../src/logical/parse/parseMutation.ts'
import { sqlIn } from '../../src/logical/parse/revertRequest.ts'
import { FIELD_TYPES } from '../../src/logical/schema.ts'
import { propertyRuns } from '../fixtures/propertyRuns.ts'
import { arbitraryMutationSequence, arbitrarySteps } from './arbitraries.ts'
import { CONTEXT } from './build.ts'
import { deepFreeze } from './deepFreeze.ts'
import { refusal, refusalText } from './refusal.ts'

const KNOWN = MUTATION_TYPES.map((type) => `"${type}"`).join(', ')
const OPERATIONS = ['rename', 'duplicate', 'delete', 'move', 'change_type'].map((each) => `"${each}"`).join(', ')
const add = { type: 'add_field', model_name: 'food', field_label: 'name', field_type: 'text' }
const operate = { type: 'model_field_operation', model_name: 'food', field_name: 'name' }

describe('a mutation', () => {
  test('that is complete is given back', () => {
    const mutation = { ...add, serial: 1, validation: { required: true, default: 'a', locals: ['en', 'pt-BR'] } }
    expect(parseMutation(mutation)).toEqual(mutation)
  })

  test.each<[unknown, string | undefined, string]>([
    [null, undefined, 'mutation: must be an object'],
    [[], 'mutations', 'mutation.mutations: must hold at least one mutation'],
    ['{}', undefined, 'mutation: must be an object'],
    [{}, 'type', `mutation.type: missing, must be one of ${KNOWN}`],
    [{ type: 'drop_all' }, 'type', `mutation.type: unknown mutation type, must be one of ${KNOWN}`],
    [{ type: 'constructor' }, 'type', `mutation.type: unknown mutation type, must be one of ${KNOWN}`],
    [{ type: 7 }, 'type', `mutation.type: unknown mutation type, must be one of ${KNOWN}`],
    [{ ...add, colour: 1 }, 'colour', 'mutation.colour: unknown key'],
    [{ ...add, is_update: 'yes' }, 'is_update', 'mutation.is_update: must be one of false, true'],
    [{ ...add, is_update: true, is_object_field: true }, 'is_object_field', 'mutation.is_object_field: unknown key'],
    [{ ...add, unique: true }, 'unique', 'mutation.unique: unknown key'],
    [
      { ...add, validation: { requird: true } },
      'validation.requird',
      'mutation.validation.requird: unknown key (did you mean "required"?)',
    ],
    [{ type: 'create_model', nam: 'food' }, 'nam', 'mutation.nam: unknown key (did you mean "name"?)'],
    [{ type: 'create_model', name: 5 }, 'name', 'mutation.name: must be a text'],
    [{ ...add, serial: 1.5 }, 'serial', 'mutation.serial: must be a whole number'],
    [{ ...add, enable_indexing: 'yes' }, 'enable_indexing', 'mutation.enable_indexing: must be true or false'],
    [{ ...add, validation: null }, 'validation', 'mutation.validation: must be an object'],
    [
      { ...add, validation: { hide_for_roles: ['a', 1] } },
      'validation.hide_for_roles[1]',
      'mutation.validation.hide_for_roles[1]: must be a text',
    ],
    [
      { ...add, validation: { locals: ['e n'] } },
      'validation.locals[0]',
      'mutation.validation.locals[0]: must be a locale such as "en" or "pt-BR", in letters and digits',
    ],
    [{ ...add, field_type: undefined }, 'field_type', 'mutation.field_type: is not a JSON value'],
    [
      { type: 'add_field', model_name: 'food', field_label: 'name' },
      'field_type',
      `mutation.field_type: missing, must be one of ${FIELD_TYPES.map((each) => `"${each}"`).join(', ')}`,
    ],
    [{ ...operate }, 'operation', `mutation.operation: missing, must be one of ${OPERATIONS}`],
    [{ ...operate, operation: 'explode' }, 'operation', `mutation.operation: must be one of ${OPERATIONS}`],
    [{ ...operate, operation: 'delete', new_name: 'x' }, 'new_name', 'mutation.new_name: unknown key'],
    [{ type: 'create_model', name: 'a\0b' }, 'name', 'mutation.name: holds a character that Postgres cannot store'],
    [
      { ...add, validation: { default: ['\ud800'] } },
      'validation.default[0]',
      'mutation.validation.default[0]: holds a character that Postgres cannot store',
    ],
    [
      { ...add, validation: { default: new Date(0) } },
      'validation.default',
      'mutation.validation.default: is not plain data',
    ],
    [
      { ...add, validation: { default: [Number.NaN] } },
      'validation.default[0]',
      'mutation.validation.default[0]: is not a finite number',
    ],
  ])('%j is refused', (value, path, message) => {
    const refused = refusal(() => parseMutation(value))
    expect(refused).toMatchObject({ code: 'INPUT_INVALID', message })
    expect(refused.path).toBe(path)
  })

  test.each([
    [{ type: 'create_model' }, 'name', 'model name is required'],
    [{ type: 'create_model', name: '  ' }, 'name', 'model name is required'],
    [{ type: 'add_field', model_name: 'food', field_type: 'text' }, 'field_label', 'field label is required'],
    [{ ...add, model_name: '' }, 'model_name', 'model name is required'],
    [
      { type: 'model_field_operation', operation: 'delete', model_name: 'food' },
      'field_name',
      'field name is required',
    ],
    [{ ...operate, operation: 'rename' }, 'new_name', 'field label is required'],
    [{ type: 'delete_model' }, 'model_name', 'model name is required'],
  ])('%j lacks a name', (value, path, message) => {
    expect(refusal(() => parseMutation(value))).toMatchObject({ code: 'NAME_REQUIRED', message, path })
  })

  test('that never ends is refused', () => {
    let deep: unknown[] = []
    for (let level = 0; level < 100_000; level += 1) deep = [deep]
    expect(refusal(() => parseMutation({ ...add, validation: { default: deep } })).code).toBe('INPUT_INVALID')
    const round: Record<string, unknown> = {}
    Object.assign(round, { a: round, b: round })
    expect(refusal(() => parseMutation({ ...add, validation: { default: round } })).code).toBe('INPUT_INVALID')
  })
})

describe('the text of a mutation', () => {
  test('is read, with a byte order mark as well', () => {
    expect(parseMutationText('\uFEFF{"type": "create_model", "name": "food"}')).toEqual({
      type: 'create_model',
      name: 'food',
    })
  })

  test.each([
    ['', 'mutation: is empty'],
    ['{"name": secret}', 'mutation: is not JSON, at line 1, column 10'],
    ['{\n  "name": "secret",\n}', 'mutation: is not JSON, at line 3, column 1'],
    ['{"name": "secret"', 'mutation: is not JSON, at line 1, column 18'],
    ['[1, 2 3]', 'mutation: is not JSON, at line 1, column 7'],
    ['{"a" 1}', 'mutation: is not JSON, at line 1, column 6'],
    ['{} secret', 'mutation: is not JSON, at line 1, column 4'],
    ["{'name': 1}", 'mutation: is not JSON, at line 1, column 2'],
    ['01', 'mutation: is not JSON, at line 1, column 1'],
    ['["a\tb"]', 'mutation: is not JSON, at line 1, column 2'],
  ])('%j is not JSON', (text, message) => {
    expect(refusalText(() => parseMutationText(text))).toBe(`INPUT_INVALID: ${message}`)
  })

  test('that is JSON is read wherever the scanner of positions would end', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const broken = `${text} §`
        const { message } = refusal(() => parseMutationText(broken))
        const lines = `${text} `.split('\n')
        expect(message).toBe(
          `mutation: is not JSON, at line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`,
        )
      }),
    )
  })
})

describe('any input', () => {
  const keys = [
    ...Object.keys(add),
    ...Object.keys(operate),
    'validation',
    'operation',
    'serial',
    'name',
    'default',
    '__proto__',
  ]
  const key = fc.oneof(fc.constantFrom(...keys), fc.string({ maxLength: 5 }))
  const value = fc.anything({ key, withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true })
  const nearly = fc
    .tuple(
      fc.constantFrom(...MUTATION_TYPES),
      fc.dictionary(key, fc.oneof(value, fc.constantFrom('food', 'text', 'rename'))),
    )
    .map(([type, rest]) => ({ ...rest, type }))

  test('is a mutation or is refused with a code, and nothing else is ever thrown', () => {
    fc.assert(
      fc.property(fc.oneof(value, nearly), (input) => {
        try {
          applyMutation({ models: [] }, parseMutation(input), CONTEXT)
        } catch (error) {
          expect(error).toBeInstanceOf(SagaError)
          expect(error).toMatchObject({
            code: expect.stringMatching(/^[A-Z_]+$/),
            message: expect.stringMatching(/\S/),
          })
        }
      }),
      { numRuns: propertyRuns(3_000) },
    )
  })

  test('as text is a mutation or is refused as invalid', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(refusal(() => parseMutationText(text)).code).toBe('INPUT_INVALID')
      }),
    )
  })
})

describe('the JSON Schema of mutations', () => {
  const accepts = new Ajv2020({ strict: true }).compile(mutationJsonSchema())

  test('has every type', () => {
    const text = JSON.stringify(mutationJsonSchema())
    for (const type of MUTATION_TYPES) expect(text).toContain(`"const":"${type}"`)
  })

  test('accepts every mutation that is parsed', () => {
    fc.assert(
      fc.property(arbitraryMutationSequence({ max: 10 }), (mutations) => {
        for (const mutation of mutations) {
          expect(parseMutationText(JSON.stringify(mutation))).toEqual(mutation)
          expect(accepts(mutation)).toBe(true)
        }
      }),
    )
  })

  test('has changes by SQL, one or several together', () => {
    const sql = { name: '0042', up: 'SELECT 1', down: null }
    for (const request of [
      { type: 'run_sql', ...sql },
      { type: 'run_sql', name: 'all', changes: [sql] },
    ]) {
      expect(sqlIn(request)).not.toBeNull()
      expect(accepts(request)).toBe(true)
    }
    expect(accepts({ type: 'run_sql', ...sql, changes: [sql] })).toBe(false)
    expect(accepts({ type: 'run_sql', name: '0042' })).toBe(false)
  })

  test('refuses unknown keys', () => {
    expect(accepts({ ...add, colour: 1 })).toBe(false)
    expect(accepts({ ...operate, operation: 'delete', new_name: 'x' })).toBe(false)
  })
})

test('applying a mutation changes neither the schema nor the mutation, and gives the same schema each time', () => {
  fc.assert(
    fc.property(arbitrarySteps({ max: 12 }), (steps) => {
      for (const { before, mutation, after } of steps) {
        expect(applyMutation(deepFreeze(before), deepFreeze(mutation), { operationId: 'law' })).toEqual(after)
      }
    }),
  )
})
