import { describe, expect, test } from 'vitest'
import { columnOf } from '../../../src/logical/fields/fieldTypes.ts'
import { localesOf } from '../../../src/logical/fields/locales.ts'
import { applied, field, fieldOf, model, modelOf, remove, rename, schemaOf } from '../build.ts'
import { refusal, refusalText } from '../refusal.ts'

const identifiers = (schema: ReturnType<typeof schemaOf>) =>
  modelOf(schema).fields.map((each) => `${each.serial} ${each.identifier}`)

describe('add_field at the root', () => {
  const food = schemaOf(model('food'))

  test('A59: makes field price_usd from "Price (USD)", a numeric column', () => {
    const schema = applied(food, field('Price (USD)', { field_type: 'number', input_type: 'double' }))
    expect(modelOf(schema).fields).toEqual([
      {
        id: 'price_usd',
        identifier: 'price_usd',
        label: 'Price (USD)',
        field_type: 'number',
        input_type: 'double',
        serial: 1,
      },
    ])
    expect(columnOf(fieldOf(schema, 'price_usd')).type).toBe('numeric')
  })

  test('A60: gives a localised field one column per locale', () => {
    const schema = applied(food, field('name', { validation: { locals: ['en', 'bn'] } }))
    expect(localesOf(fieldOf(schema, 'name')).map(({ column }) => column)).toEqual(['name', 'name_bn'])
  })

  test('A62: refuses an identifier that exists', () => {
    const schema = applied(food, field('First Name'))
    expect(refusalText(() => applied(schema, field('firstName')))).toBe(
      "FIELD_EXISTS: a field with identifier 'first_name' already exists",
    )
  })

  test.each(['ID', 'Status', 'sys_note'])('A63: refuses the label %j', (label) => {
    expect(refusal(() => applied(food, field(label))).code).toBe('FIELD_PROTECTED')
  })

  test('A63: refuses the label "1st"', () => {
    expect(refusal(() => applied(food, field('1st'))).code).toBe('NAME_INVALID')
  })

  test('A76: refuses a geo field', () => {
    expect(refusalText(() => applied(food, field('place', { field_type: 'geo' })))).toBe(
      'TYPE_UNSUPPORTED: fields of type geo are not supported: use one of text, multiline, date, boolean, number, media, list, object, repeated',
    )
  })

  test('refuses an unknown model', () => {
    expect(refusalText(() => applied(schemaOf(), field('name')))).toBe('MODEL_NOT_FOUND: model "food" not found')
  })

  test('takes the input type from the field type when none is given', () => {
    const schema = applied(food, field('count', { field_type: 'number' }))
    expect(fieldOf(schema, 'count').input_type).toBe('int')
  })

  test('appends, or inserts at serial and numbers all fields anew', () => {
    const schema = schemaOf(model('food'), field('a'), field('b'), field('c', { serial: 1 }), field('d', { serial: 3 }))
    expect(identifiers(schema)).toEqual(['1 c', '2 a', '3 d', '4 b'])
  })

  test.each([0, -1, 3])('refuses serial %i out of 1 to 2', (serial) => {
    expect(refusal(() => applied(schemaOf(model('food'), field('a')), field('b', { serial })))).toMatchObject({
      code: 'INPUT_INVALID',
      message: 'serial must be between 1 and 2',
      path: 'serial',
    })
  })

  test('gives another id when a renamed field holds it', () => {
    const schema = schemaOf(model('food'), field('name'), rename('name', 'title'), field('name'))
    expect(modelOf(schema).fields.map(({ id, identifier }) => [id, identifier])).toEqual([
      ['name', 'title'],
      ['name_2', 'name'],
    ])
  })

  test('numbers the fields anew after one was deleted', () => {
    const schema = schemaOf(model('food'), field('a'), field('b'), remove('a'), field('c'))
    expect(identifiers(schema)).toEqual(['1 b', '2 c'])
  })
})

describe('add_field with a name that a target has already', () => {
  const localised = schemaOf(model('food'), field('name', { validation: { locals: ['en', 'bn'] } }))

  test('refuses a field whose column another locale has', () => {
    expect(refusalText(() => applied(localised, field('name_bn')))).toBe(
      'NAME_TAKEN: locale "bn" of field "name" and field "name_bn" would both be named "name_bn" ' +
        'as columns of table "food"',
    )
  })

  test('refuses a locale whose column another field has', () => {
    const schema = schemaOf(model('food'), field('name_bn'))
    expect(refusal(() => applied(schema, field('name', { validation: { locals: ['bn'] } }))).code).toBe('NAME_TAKEN')
  })

  test.each([[['en', '']], [['pt-BR', 'pt_br']], [['bn', 'bn']]])('refuses the locales %j of one column', (locals) => {
    expect(refusal(() => schemaOf(model('food'), field('name', { validation: { locals } }))).code).toBe('NAME_TAKEN')
  })

  test('refuses an index whose name another table gives', () => {
    const other = field('x', { model_name: 'food_order', enable_indexing: true })
    const schema = schemaOf(model('food'), model('food_order'), other)
    expect(refusal(() => applied(schema, field('order_x', { enable_indexing: true }))).code).toBe('NAME_TAKEN')
  })

  test('lets a nested field have the name of a column', () => {
    const schema = schemaOf(
      model('food'),
      field('name'),
      field('origin', { field_type: 'object' }),
      field('name', { parent_field: 'origin' }),
    )
    expect(fieldOf(schema, 'origin', 'name').identifier).toBe('name')
  })
})

describe('add_field below a parent', () => {
  const nested = schemaOf(
    model('food'),
    field('address', { field_type: 'object' }),
    field('geo', { field_type: 'object', parent_field: 'address' }),
    field('City', { parent_field: 'address.geo' }),
    field('zip', { parent_field: 'geo', serial: 1 }),
  )

  test('reaches any depth, and leaves everything else as it is', () => {
    expect(fieldOf(nested, 'address', 'geo').sub_field_info?.map((each) => each.identifier)).toEqual(['zip', 'city'])
    expect(modelOf(nested).fields).toHaveLength(1)
  })

  test('gives ids that are unique in the whole model', () => {
    const schema = applied(nested, field('city'))
    expect(fieldOf(schema, 'city').id).toBe('city_2')
  })

  test('refuses what only a column could keep', () => {
    const add = (more: object) => () => applied(nested, field('street', { parent_field: 'address', ...more }))
    expect(refusal(add({ enable_indexing: true }))).toMatchObject({
      code: 'CONSTRAINT_UNSUPPORTED',
      path: 'enable_indexing',
    })
    expect(refusal(add({ validation: { unique: true } })).code).toBe('CONSTRAINT_UNSUPPORTED')
    expect(refusal(add({ validation: { locals: ['bn'] } })).code).toBe('CONSTRAINT_UNSUPPORTED')
    expect(refusal(add({ field_type: 'geo' })).code).toBe('TYPE_UNSUPPORTED')
  })

  test('refuses a sibling of the same identifier, and an unknown parent', () => {
    expect(refusal(() => applied(nested, field('city', { parent_field: 'address.geo' }))).code).toBe('FIELD_EXISTS')
    expect(refusal(() => applied(nested, field('city', { parent_field: 'nowhere' }))).code).toBe('PARENT_NOT_FOUND')
  })

  test('keeps required as a remark', () => {
    const more = { parent_field: 'address', field_type: 'date', validation: { required: true } } as const
    expect(fieldOf(applied(nested, field('built', more)), 'address', 'built').validation).toEqual({ required: true })
  })
})

test('a repeated field has one hidden child _id of the system', () => {
  const schema = schemaOf(
    model('food'),
    field('parts', { field_type: 'repeated' }),
    field('name', { parent_field: 'parts' }),
    field('steps', { field_type: 'repeated', parent_field: 'parts' }),
  )
  expect(fieldOf(schema, 'parts').sub_field_info?.map((each) => each.identifier)).toEqual(['_id', 'name', 'steps'])
  expect(fieldOf(schema, 'parts', '_id')).toEqual({
    id: '_id',
    identifier: '_id',
    label: 'ID',
    field_type: 'text',
    input_type: 'string',
    system_generated: true,
    validation: { hide: true, unique: true },
    serial: 1,
  })
  expect(fieldOf(schema, 'parts', 'steps', '_id').id).toBe('_id_2')
})
