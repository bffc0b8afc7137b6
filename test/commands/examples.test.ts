import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readExamples } from '../../src/dev/demo/examples.ts'
import { rowsAfter } from '../../src/dev/demo/inserts.ts'
import { RESTAURANTS } from '../../src/dev/demo/restaurants.ts'
import { applyMutation } from '../../src/logical/applyMutation.ts'
import { MUTATION_TYPES } from '../../src/logical/mutations/index.ts'
import { parseMutation } from '../../src/logical/parse/parseMutation.ts'
import { EMPTY_SCHEMA, FIELD_TYPES, type LogicalSchema } from '../../src/logical/schema.ts'

const examples = await readExamples()
const README = await readFile(new URL('../../README.md', import.meta.url), 'utf8')

test('the examples are numbered without gaps', () => {
  examples.forEach(({ name }, index) => {
    expect(name).toMatch(new RegExp(`^${String(index + 1).padStart(2, '0')}-[a-z-]+$`))
  })
})

test('each example applies to the schema that those before it made', () => {
  let schema: LogicalSchema = EMPTY_SCHEMA
  for (const { name, mutation } of examples) {
    const next = applyMutation(schema, parseMutation(mutation), { operationId: name })
    expect(next, name).not.toBe(schema)
    schema = next
  }
  expect(schema.models.map((model) => model.name)).toEqual([
    'menu_section',
    'food',
    'customer',
    'seasonal_food',
    'opening_hour',
    'supplier',
  ])
})

test('they show every mutation type and every field type that Postgres has', () => {
  const mutations = examples.map(({ mutation }) => parseMutation(mutation))
  expect(new Set(mutations.map((mutation) => mutation.type))).toEqual(new Set(MUTATION_TYPES))
  const fieldTypes = mutations.flatMap((mutation) =>
    mutation.type === 'add_field' && !mutation.is_update ? [mutation.field_type] : [],
  )
  expect(new Set(fieldTypes)).toEqual(new Set(FIELD_TYPES.filter((type) => type !== 'geo')))
})

test('the demo writes rows after four of them', () => {
  const writing = examples.filter(({ name }) => RESTAURANTS.some((tenant) => rowsAfter(name, tenant) !== null))
  expect(writing).toHaveLength(4)
})

test('README has a row for every mutation type', () => {
  const rows = README.split('\n').filter((line) => line.startsWith('| `'))
  expect(MUTATION_TYPES.filter((type) => !rows.some((row) => row.split(' | ')[0]?.includes(`\`${type}\``)))).toEqual([])
})

test('the demo in README shows the examples, and the restaurants with their rows', () => {
  const shown = [...README.matchAll(/^ {2}(\d\d-\S+) +revision (\d+) +(\d+) of (\d+) tenants/gm)]
  expect(shown.at(-1)?.[1]).toBe(examples.at(-1)?.name)
  for (const [, name, revision, ...tenants] of shown) {
    expect(name).toBe(examples[Number(revision) - 1]?.name)
    expect(tenants.map(Number)).toEqual([RESTAURANTS.length, RESTAURANTS.length])
  }
  const rows = (tenant: (typeof RESTAURANTS)[number]): number =>
    examples.reduce((sum, { name }) => sum + (rowsAfter(name, tenant)?.rows.length ?? 0), 0)
  const table = README.matchAll(/^(\S+) +(?:alpha|beta) +demo_\S+ +(\d+) +active +(\d+)$/gm)
  expect([...table].map(([, ...cells]) => cells)).toEqual(
    [...RESTAURANTS].sort().map((tenant) => [tenant, `${examples.length + 1}`, `${rows(tenant)}`]),
  )
})
