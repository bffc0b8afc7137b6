import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { copyProject } from '../copyProject.ts'
import { createFleet, markersOf, type Place, placesOf, shapesOf } from '../fleet.ts'
import { apply, createStack, type Stack } from '../stack.ts'

const TENANTS = ['ada', 'bob', 'cleo']
let stack: Stack
let project: string
let places: Place[]
let projects = 0
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
  await createFleet(stack, 'shop', [])
  await stack.client.run('shop', [{ type: 'create_model', name: 'food_order' }, text('Name')])
})
afterAll(async () => {
  await stack?.stop()
})
beforeEach(async () => {
  projects += 1
  project = `shop${projects}`
  await copyProject({ stack, project: 'shop', tenants: TENANTS }, [project])
  places = placesOf(stack, project, TENANTS)
})

const text = (field_label: string, more: object = {}) => ({
  type: 'add_field',
  model_name: 'food_order',
  field_type: 'text',
  field_label,
  ...more,
})

const operationOf = async (mutation: unknown) => {
  const result = await apply(stack, project, mutation)
  return { ...result, operation: result.json().operation as Record<string, unknown> }
}

async function columns(table: string): Promise<Record<string, string>> {
  const { rows } = await stack.alpha.query<{ column_name: string; data_type: string }>(
    'select column_name, data_type from information_schema.columns where table_schema = $1 and table_name = $2',
    [`${project}_ada`, table],
  )
  return Object.fromEntries(rows.map((row) => [row.column_name, row.data_type]))
}

describe('mutations reach the base and every tenant', () => {
  test('A1: create_model makes a table with only an id everywhere', async () => {
    project = 'market'
    await createFleet(stack, project, TENANTS)
    const { operation, exitCode } = await operationOf({ type: 'create_model', name: 'Food Orders' })
    expect(exitCode).toBe(0)
    expect(operation).toMatchObject({ status: 'committed', type: 'create_model', base_revision: 0, revision: 1 })
    const steps = operation.steps as { key: string; state: string }[]
    expect(Object.fromEntries(steps.map((step) => [step.key, step.state]))).toEqual({
      preflight: 'succeeded',
      base_project_ddl: 'succeeded',
      tenant_ddl: 'succeeded',
      system_schema: 'succeeded',
      settle: 'skipped',
      cache: 'succeeded',
      after_commit: expect.stringMatching(/running|succeeded|pending/),
    })
    expect(await columns('food_order')).toEqual({ id: 'character varying' })
    expect(await shapesOf(placesOf(stack, project, TENANTS))).toHaveLength(1)
  })

  test('A5: each tenant has its own record with state and times', async () => {
    const { operation } = await operationOf(text('Note'))
    const handle = await stack.client.operation(operation.id as string)
    const { tenants } = await handle.tenants()
    expect(tenants.map((tenant) => [tenant.scope, tenant.state])).toEqual(TENANTS.map((id) => [id, 'succeeded']))
    for (const tenant of tenants) {
      expect(tenant.tries).toBe(1)
      expect(Date.parse(tenant.started_at ?? '')).toBeLessThanOrEqual(Date.parse(tenant.ended_at ?? ''))
    }
    expect(operation.tenants).toMatchObject({ total: 3, succeeded: 3 })
  })

  test('A59, A60: labels become identifiers, locales become columns', async () => {
    await operationOf(text('Price (USD)', { field_type: 'number', input_type: 'double' }))
    await operationOf(text('title', { validation: { locals: ['en', 'bn'] } }))
    expect(await columns('food_order')).toMatchObject({ price_usd: 'numeric', title: 'text', title_bn: 'text' })
    expect(await shapesOf(places)).toHaveLength(1)
  })

  test('an indexed field is built concurrently everywhere, with a marker for each stage', async () => {
    const { operation } = await operationOf(text('Reference', { enable_indexing: true }))
    for (const place of places) {
      expect(await markersOf(place, operation.id as string)).toEqual([
        { stage: 1, state: 'applied' },
        { stage: 2, state: 'applied' },
      ])
      const { rows } = await place.client.query<{ indisvalid: boolean }>(
        'select indisvalid from pg_index where indexrelid = to_regclass($1)',
        [`"${place.namespace}".idx_food_order_reference`],
      )
      expect(rows).toEqual([{ indisvalid: true }])
    }
  })

  test('a deleted field is set aside with its values, and its name is free again', async () => {
    await operationOf(text('Note'))
    await stack.alpha.query(`insert into ${project}_ada.food_order (id, note) values ('o1', 'no onions')`)
    await operationOf({
      type: 'model_field_operation',
      operation: 'delete',
      model_name: 'food_order',
      field_name: 'note',
    })
    expect(await columns('food_order')).not.toHaveProperty('note')
    const { rows } = await stack.alpha.query<{ row: Record<string, string> }>(
      `select to_jsonb(t) as row from ${project}_ada.food_order t`,
    )
    const aside = Object.entries(rows[0]?.row ?? {}).find(([column]) => column.startsWith('_aside_'))
    expect(aside?.[1]).toBe('no onions')
    const again = await operationOf(text('Note', { field_type: 'number' }))
    expect(again.exitCode).toBe(0)
    expect(await columns('food_order')).toMatchObject({ note: 'integer' })
  })

  test('A3, A4: a project without base and tenants commits, and says that the base was skipped', async () => {
    await stack.client.createProject({ id: 'empty', base: null })
    const result = await apply(stack, 'empty', { type: 'create_model', name: 'food' })
    const steps = result.json().operation?.steps as { key: string; state: string }[]
    expect(steps.find((step) => step.key === 'base_project_ddl')?.state).toBe('skipped')
    expect(steps.find((step) => step.key === 'tenant_ddl')?.state).toBe('succeeded')
    expect(result.exitCode).toBe(0)
  })

  test('a tenant added later is born with the same shape', async () => {
    await stack.client.addTenant(project, { id: 'dora', server: 'beta' })
    const places = placesOf(stack, project, [...TENANTS, 'dora'])
    expect(await shapesOf(places)).toHaveLength(1)
    const tenants = await stack.client.listTenants(project)
    expect(new Set(tenants.map((tenant) => `${tenant.state}@${tenant.revision}`)).size).toBe(1)
  })
})

describe('rejections', () => {
  test.each([
    ['A46', { type: 'create_model', name: 'foodOrder' }, 'MODEL_EXISTS'],
    ['A47', { type: 'create_model', name: 'foodorder' }, 'NAME_NEEDS_WORD_BOUNDARY'],
    ['A48', { type: 'create_model', name: 'list' }, 'NAME_RESERVED'],
    ['A62', { type: 'add_field', model_name: 'food_order', field_label: 'Name', field_type: 'text' }, 'FIELD_EXISTS'],
    ['A63', { type: 'add_field', model_name: 'food_order', field_label: 'ID', field_type: 'text' }, 'FIELD_PROTECTED'],
    [
      'A76',
      { type: 'add_field', model_name: 'food_order', field_label: 'Place', field_type: 'geo' },
      'TYPE_UNSUPPORTED',
    ],
  ])('%s: is refused by the plan with its code, and nothing but the ledger knows of it', async (_, mutation, code) => {
    const before = await shapesOf(places)
    const { operation, exitCode } = await operationOf(mutation)
    expect(exitCode).toBe(3)
    expect(operation).toMatchObject({ status: 'failed', error_code: code, revision: null, plan_hash: null })
    expect(await shapesOf(places)).toEqual(before)
  })
})
