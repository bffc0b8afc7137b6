import { expect, test } from 'vitest'
import { runCommand } from './fakeSurroundings.ts'

const OBJECTS = [
  { kind: 'column', name: '"Größe".a', facts: { type: 'text', not_null: true } },
  { kind: 'column', name: 'invoice.id', facts: { type: 'bigint' } },
  { kind: 'comment', name: 'table invoice', facts: { text: 'what\nis owed' } },
  { kind: 'grants', name: 'table invoice', facts: { app_role: 'select' } },
  { kind: 'index', name: 'by_day', facts: { table: 'invoice', keys: ['day'] } },
  { kind: 'table', name: '"Größe"', facts: {} },
  { kind: 'table', name: 'invoice', facts: { row_security: 'on' } },
  { kind: 'view', name: 'large', facts: { definition: `SELECT ${'a, '.repeat(60)}b` } },
]
const showSchema = async () => ({ revision: 2, schema: { models: [] }, objects: OBJECTS })

test('what a namespace holds is printed table by table, and long definitions are cut', async () => {
  const { stdout } = await runCommand(['schema', 'show', 'shop'], { showSchema })
  expect(stdout).toBe(`revision 2, 8 lines of 3 relations and 2 others

table "Größe"
  column "Größe".a: text, not null

table invoice: row security on
  column invoice.id: bigint
  index by_day: table invoice, keys ["day"]

view large: SELECT ${'a, '.repeat(24)}a...

comment table invoice: text what is owed
grants table invoice: app_role select
`)
})

test('its document has the objects, as the schema says', async () => {
  const { stdout } = await runCommand(['schema', 'show', 'shop', '--json'], { showSchema })
  expect(JSON.parse(stdout)).toEqual({ revision: 2, schema: { models: [] }, objects: OBJECTS })
})
