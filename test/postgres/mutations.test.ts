import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Target } from '../../src/contract.ts'
import { applyMutation } from '../../src/logical/applyMutation.ts'
import type { Mutation, MutationType } from '../../src/logical/mutations/index.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../src/logical/schema.ts'
import { differences } from '../../src/physical/equality.ts'
import { planMutation, provisionSql, schemaHashOf } from '../../src/physical/planMutation.ts'
import { projectSchema } from '../../src/physical/project.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../src/postgres/execute.ts'
import { introspect } from '../../src/postgres/introspect.ts'
import { createTargetPools, type TargetPools } from '../../src/postgres/pools.ts'
import { provisionTarget } from '../../src/postgres/provision.ts'
import { type FreshDatabase, freshDatabase } from '../fixtures/database.ts'
import { dumpAll, dumpSchema } from '../fixtures/dump.ts'

let database: FreshDatabase
let pools: TargetPools
let client: pg.Client
beforeAll(async () => {
  database = await freshDatabase()
  const server = { id: 's1', dsnEnv: 'S1_URL', maxSessions: 8, databasePerTenant: false }
  pools = createTargetPools({ server: async () => server, dsn: () => database.url })
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})
afterAll(async () => {
  await pools?.close()
  await client?.end()
  await database?.drop()
})

const field = (label: string, rest: Record<string, unknown> = {}): Mutation =>
  ({ type: 'add_field', model_name: 'food', field_label: label, field_type: 'text', ...rest }) as Mutation

/** A schema with something of everything, so that each case finds what it needs. */
const SETTING: readonly Mutation[] = [
  { type: 'create_model', name: 'food' },
  { type: 'create_model', name: 'order' },
  field('Name', { validation: { required: true, locals: ['en', 'bn', 'pt-BR'] } }),
  field('Code', { enable_indexing: true, validation: { unique: true } }),
  field('Course', { field_type: 'list', validation: { fixed_list_elements: ["chef's", 'a\\b', 'ünï'] } }),
  field('Address', { field_type: 'object' }),
]

const ROWS = `insert into :ns.food (id, name, name_bn, name_pt_br, code, course, address) values
  ('f1', 'rice', 'ভাত', 'arroz', 'R1', 'chef''s', '{"city": "Dhaka"}'), ('f2', 'tea', 'চা', 'chá', 'T1', null, null)`

interface Case {
  readonly name: string
  readonly mutation: Mutation
}

/** A type without a case does not compile. */
const CASES: { readonly [Type in MutationType]: readonly Case[] } = {
  create_model: [
    { name: 'a model', mutation: { type: 'create_model', name: 'staff member' } },
    { name: 'a single-record model', mutation: { type: 'create_model', name: 'opening hour', single_record: true } },
    { name: 'a reserved word', mutation: { type: 'create_model', name: 'select' } },
  ],
  add_field: [
    { name: 'text', mutation: field('Note') },
    {
      name: 'multiline, required',
      mutation: field('Story', { field_type: 'multiline', validation: { required: true } }),
    },
    { name: 'a default with quotes', mutation: field('Motto', { validation: { default: `it's "so" \\ :"ns"` } }) },
    {
      name: 'date with default',
      mutation: field('Since', { field_type: 'date', validation: { required: true, default: '2024-02-29' } }),
    },
    { name: 'boolean, required', mutation: field('Vegan', { field_type: 'boolean', validation: { required: true } }) },
    { name: 'whole number', mutation: field('Stock', { field_type: 'number', validation: { required: true } }) },
    { name: 'negative number', mutation: field('Floor', { field_type: 'number', validation: { default: -2 } }) },
    {
      name: 'price',
      mutation: field('Price (USD)', { field_type: 'number', input_type: 'double', validation: { required: true } }),
    },
    {
      name: 'fraction',
      mutation: field('Rate', { field_type: 'number', input_type: 'double', validation: { default: 0.25 } }),
    },
    {
      name: 'small negative fraction',
      mutation: field('Drift', { field_type: 'number', input_type: 'double', validation: { default: -1.5e-7 } }),
    },
    {
      name: 'wide number',
      mutation: field('Code Wide', {
        field_type: 'number',
        input_type: 'double',
        validation: { default: 12345678901 },
      }),
    },
    { name: 'media, required', mutation: field('Photo', { field_type: 'media', validation: { required: true } }) },
    {
      name: 'gallery, required',
      mutation: field('Photos', { field_type: 'media', validation: { required: true, is_gallery: true } }),
    },
    { name: 'list', mutation: field('Tags', { field_type: 'list', validation: { required: true } }) },
    {
      name: 'list with default',
      mutation: field('Labels', { field_type: 'list', validation: { default: ['b', 'aa', 1.5] } }),
    },
    {
      name: 'fixed list, required',
      mutation: field('Size', {
        field_type: 'list',
        validation: { required: true, default: 'm', fixed_list_elements: ['s', 'm', "x'l"] },
      }),
    },
    {
      name: 'multiple choice',
      mutation: field('Diets', {
        field_type: 'list',
        validation: { is_multi_choice: true, fixed_list_elements: ['a', 'b'] },
      }),
    },
    {
      name: 'object with default',
      mutation: field('Opening', { field_type: 'object', validation: { default: { to: 22, from: [8, { m: null }] } } }),
    },
    {
      name: 'repeated, required',
      mutation: field('Sizes', { field_type: 'repeated', validation: { required: true } }),
    },
    { name: 'unique', mutation: field('Barcode', { validation: { unique: true } }) },
    {
      name: 'indexed in two locales',
      mutation: field('Slug', { enable_indexing: true, validation: { locals: ['en', 'bn'], unique: true } }),
    },
    { name: 'nested', mutation: field('City', { parent_field: 'address' }) },
    {
      name: 'as long as names may be',
      mutation: field('a'.repeat(50), { enable_indexing: true, validation: { unique: true, locals: ['pt-BR'] } }),
    },
  ],
  model_field_operation: [
    {
      name: 'rename of a localised field',
      mutation: {
        type: 'model_field_operation',
        operation: 'rename',
        model_name: 'food',
        field_name: 'name',
        new_name: 'Dish',
      },
    },
    {
      name: 'rename of a localised field to the name of its own second column',
      mutation: {
        type: 'model_field_operation',
        operation: 'rename',
        model_name: 'food',
        field_name: 'name',
        new_name: 'name_bn',
      },
    },
    {
      name: 'rename of an indexed and unique field',
      mutation: {
        type: 'model_field_operation',
        operation: 'rename',
        model_name: 'food',
        field_name: 'code',
        new_name: 'Short Code',
      },
    },
    {
      name: 'rename of a fixed list',
      mutation: {
        type: 'model_field_operation',
        operation: 'rename',
        model_name: 'food',
        field_name: 'course',
        new_name: 'Serving',
      },
    },
    {
      name: 'another label only',
      mutation: {
        type: 'model_field_operation',
        operation: 'rename',
        model_name: 'food',
        field_name: 'code',
        new_name: 'CODE',
      },
    },
    {
      name: 'delete of a localised field',
      mutation: { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'name' },
    },
    {
      name: 'delete of an indexed and unique field',
      mutation: { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'code' },
    },
    {
      name: 'delete of a fixed list',
      mutation: { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'course' },
    },
    {
      name: 'delete of an object',
      mutation: { type: 'model_field_operation', operation: 'delete', model_name: 'food', field_name: 'address' },
    },
  ],
  delete_model: [
    { name: 'of a model with rows', mutation: { type: 'delete_model', model_name: 'food' } },
    { name: 'of an empty model', mutation: { type: 'delete_model', model_name: 'order' } },
  ],
}

const BASE: LogicalSchema = SETTING.reduce(
  (schema, mutation) => applyMutation(schema, mutation, { operationId: 'setting' }),
  EMPTY_SCHEMA,
)

async function provision(namespace: string, schema: LogicalSchema, revision: number): Promise<Target> {
  const target = { scope: 't', server: 's1', namespace, incarnation: 'one' }
  const statements = provisionSql(projectSchema(schema))
  await provisionTarget(pools, {
    target,
    projectId: 'p',
    revision,
    schemaHash: schemaHashOf(revision, schema),
    statements,
  })
  return target
}

const all = Object.entries(CASES).flatMap(([type, cases]) => cases.map((each) => ({ ...each, type })))

describe('each mutation, with rows in the tables: forward, back, and forward again', () => {
  test.each(all)('$type: $name', async ({ type, name, mutation }) => {
    const namespace = `${type} ${name}`.slice(0, 60)
    const target = await provision(namespace, BASE, 6)
    await client.query(ROWS.replaceAll(':ns', client.escapeIdentifier(namespace)))
    const plan = planMutation({ schema: BASE, revision: 6, mutation, operationId: 'op-1' })
    const expected = projectSchema(plan.nextSchema)
    const before = await dumpAll(client, namespace)

    await applyPlanToTarget(pools, { target, projectId: 'p', operationId: 'op-1', epoch: 0, plan })
    expect(differences(expected, await introspect(client, namespace))).toEqual([])
    const forward = await dumpAll(client, namespace)

    expect(
      await compensatePlanOnTarget(pools, { target, projectId: 'p', operationId: 'op-1', epoch: 0, plan }),
    ).toEqual({
      touched: true,
      setAside: [],
    })
    expect(await dumpAll(client, namespace)).toBe(before)

    await applyPlanToTarget(pools, { target, projectId: 'p', operationId: 'op-1', epoch: 1, plan })
    expect(await dumpAll(client, namespace)).toBe(forward)

    // A tenant that is born later looks the same to Postgres, without the history.
    const born = `${namespace} 2`
    await provision(born, plan.nextSchema, 7)
    expect(await dumpSchema(client, born)).toBe(await dumpSchema(client, namespace))
  })
})
