/** Cafés that are alike, one for each test: models with a few fields and rows, a base and three tenants on two servers. */
import { expect } from 'vitest'
import { copyProject } from './copyProject.ts'
import { createFleet, dumpFleet, type Place, placesOf, shapesOf } from './fleet.ts'
import { apply, createStack, type Stack } from './stack.ts'

const TENANTS = ['ada', 'bob', 'cleo']
const ROWS = `
  insert into :ns.food (id, name, stock, doc) values ('f1', 'rice', '12', '{"town": "Dhaka"}'), ('f2', 'tea', '7', null);
  insert into :ns.food_category (id, title) values ('c1', 'mains')`

/** A project at revision 1, with what is done to it and asked of it. */
export interface Cafe {
  readonly project: string
  readonly places: readonly Place[]
  /** Applies a mutation by the command line, which must commit and leave all targets alike. */
  readonly run: (mutation: unknown) => Promise<Record<string, unknown>>
  /** Applies a mutation that must be refused, and changes nothing anywhere. */
  readonly refused: (mutation: unknown) => Promise<{ code: unknown; text: string }>
  /** Runs statements on every target, with `:ns` for its namespace. */
  readonly onAll: (sql: string) => Promise<void>
  /** The answer of every target, which must be the same. */
  readonly ask: (sql: string) => Promise<unknown[]>
  /** The columns of a table in alphabetical order. */
  readonly columns: (table: string) => Promise<string>
}

/** The mutations that tests of cafés use. */
export const add = (model_name: string, field_label: string, rest: object = {}) => ({
  type: 'add_field',
  model_name,
  field_label,
  field_type: 'text',
  ...rest,
})
export const update = (field_label: string, rest: object) => ({
  type: 'add_field',
  is_update: true,
  model_name: 'food',
  field_label,
  ...rest,
})
export const operate = (operation: string, field_name: string, rest: object = {}) => ({
  type: 'model_field_operation',
  operation,
  model_name: 'food',
  field_name,
  ...rest,
})
export const connect = (from: string, to: string, kinds: readonly [string, string], rest: object = {}) => ({
  type: 'create_connection',
  from,
  to,
  forward_connection_type: kinds[0],
  reverse_connection_type: kinds[1],
  ...rest,
})

/** A stack with a worker, and as many cafés as there are calls of `open`. */
export async function createCafes(): Promise<{ readonly stack: Stack; readonly open: () => Promise<Cafe> }> {
  const stack = await createStack()
  await stack.startWorker()
  await createFleet(stack, 'cafe', [])
  await stack.client.run('cafe', [
    { type: 'create_model', name: 'food' },
    { type: 'create_model', name: 'food_category' },
    { type: 'create_model', name: 'order' },
    ...['Name', 'Stock', 'Code'].map((field_label) => add('food', field_label)),
    add('food', 'Doc', { field_type: 'object' }),
    add('food', 'Town', { parent_field: 'doc' }),
    add('food_category', 'Title'),
    add('order', 'Note'),
  ])
  let opened = 0
  const open = async (): Promise<Cafe> => {
    opened += 1
    const project = `cafe${opened}`
    await copyProject({ stack, project: 'cafe', tenants: TENANTS, rows: ROWS }, [project])
    return cafeOf(stack, project)
  }
  return { stack, open }
}

function cafeOf(stack: Stack, project: string): Cafe {
  const places = placesOf(stack, project, TENANTS)
  const ask = (sql: string) => askAll(places, sql)
  return {
    project,
    places,
    ask,
    run: async (mutation) => {
      const operation = (await apply(stack, project, mutation)).json().operation ?? {}
      expect(operation, JSON.stringify(operation)).toMatchObject({ status: 'committed' })
      expect(await shapesOf(places)).toHaveLength(1)
      return operation
    },
    refused: async (mutation) => {
      const before = await dumpFleet(places)
      const { revision } = await stack.client.showProject(project)
      const result = await apply(stack, project, mutation)
      expect(result.exitCode).not.toBe(0)
      expect(await dumpFleet(places)).toEqual(before)
      expect((await stack.client.showProject(project)).revision).toBe(revision)
      const { operation, error } = result.json()
      return { code: operation?.error_code ?? error?.code, text: `${operation?.error ?? result.stdout}` }
    },
    onAll: async (sql) => {
      for (const { client, namespace } of places) await client.query(sql.replaceAll(':ns', `"${namespace}"`))
    },
    columns: async (table) => {
      const names = await ask(
        `select attname from pg_attribute where attrelid = ':ns.${table}'::regclass and attnum > 0
           and not attisdropped and attname !~ '^_aside' order by 1`,
      )
      return names.flat().join(' ')
    },
  }
}

async function askAll(places: readonly Place[], sql: string): Promise<unknown[]> {
  const answers: string[] = []
  for (const { client, namespace } of places) {
    const { rows } = await client.query({ text: sql.replaceAll(':ns', `"${namespace}"`), rowMode: 'array' })
    answers.push(JSON.stringify(rows))
  }
  expect(new Set(answers).size).toBe(1)
  return JSON.parse(answers[0] ?? '[]')
}
