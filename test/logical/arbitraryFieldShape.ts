/** Generates the types and rules of root fields, with the texts that break careless quoting. */
import fc from 'fast-check'
import type { FieldType, InputType, Validation } from '../../src/logical/schema.ts'

/** The part of `add_field` that decides the column. */
export interface FieldShape {
  readonly field_type: FieldType
  readonly input_type?: InputType
  readonly enable_indexing?: boolean
  readonly validation?: Validation
}

const TEXTS = ['', 'a', "it's", 'a\\b', '$1', '$$', ':"ns"', ":'ns'", '"quoted"', 'two\nlines', 'আম', '; --', '%s']

const text = fc.oneof(fc.constantFrom(...TEXTS), fc.string({ maxLength: 12 }).map(withoutNul))
const json = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null))
const object = fc.dictionary(fc.constantFrom('a', "b'c", 'd"e'), json, { maxKeys: 3, noNullPrototype: true })
const locals = fc.constantFrom<readonly string[]>([], ['en'], ['en', 'bn'], ['bn'], ['pt-BR', 'en'])
// Without the negative zero, which JSON has no word for.
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)
const date = fc.constantFrom('2024-02-29', '0001-01-01', '1999-12-31')

/** Any root field that is allowed. */
export const arbitraryFieldShape: fc.Arbitrary<FieldShape> = fc.oneof(
  shape(fc.constantFrom('text', 'multiline'), fc.constant('string'), text, { unique: true }),
  shape(fc.constant('number'), fc.constant('int'), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { unique: true }),
  shape(fc.constant('number'), fc.constant('double'), double, {
    unique: true,
  }),
  shape(fc.constant('date'), fc.constant('string'), date, { unique: true, needsDefault: true }),
  shape(fc.constant('boolean'), fc.constant('bool'), fc.boolean(), {}),
  shape(fc.constant('media'), fc.constant('string'), object, {}),
  shape(fc.constant('media'), fc.constant('string'), fc.array(json, { maxLength: 3 }), { rules: { is_gallery: true } }),
  shape(fc.constant('list'), fc.constant('string'), fc.array(json, { maxLength: 3 }), {}),
  shape(fc.constant('object'), fc.constant('object'), object, {}),
  shape(fc.constant('repeated'), fc.constant('repeated'), fc.array(object, { maxLength: 2 }), {}),
  fixedList(),
)

interface Limits {
  readonly unique?: boolean
  readonly needsDefault?: boolean
  readonly rules?: Validation
}

function shape(
  fieldType: fc.Arbitrary<FieldType>,
  inputType: fc.Arbitrary<InputType>,
  value: fc.Arbitrary<NonNullable<Validation['default']>>,
  limits: Limits,
): fc.Arbitrary<FieldShape> {
  return fc
    .record({
      field_type: fieldType,
      input_type: inputType,
      required: fc.boolean(),
      unique: fc.boolean(),
      enable_indexing: fc.boolean(),
      default: fc.option(value),
      fallback: value,
      locals,
    })
    .map((drawn) => {
      const needed = limits.needsDefault && drawn.required ? drawn.fallback : null
      const given = drawn.default ?? needed
      return {
        field_type: drawn.field_type,
        input_type: drawn.input_type,
        enable_indexing: drawn.enable_indexing,
        validation: {
          ...limits.rules,
          required: drawn.required,
          ...(limits.unique && { unique: drawn.unique }),
          ...(given !== null && { default: given }),
          locals: drawn.locals,
        },
      }
    })
}

function fixedList(): fc.Arbitrary<FieldShape> {
  return fc.uniqueArray(text, { minLength: 1, maxLength: 4 }).chain((fixed_list_elements) =>
    shape(fc.constant('list'), fc.constant('string'), fc.constantFrom(...fixed_list_elements), {
      unique: true,
      needsDefault: true,
      rules: { fixed_list_elements },
    }),
  )
}

function withoutNul(value: string): string {
  return value.replaceAll('\0', '')
}
