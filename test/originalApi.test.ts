import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { operationHandle } from '../src/client/operation.ts'
import { submittedDocument } from '../src/client/submittedDocument.ts'
import { connectSchemaSaga } from '../src/client.ts'
import { readConfig } from '../src/config.ts'
import { parseRequest } from '../src/contract/request.ts'
import { STEP_KEYS } from '../src/contract.ts'
import { fakeHooks } from '../src/testing.ts'

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const PAGE = read('docs/original-api.md')
const ROWS = PAGE.split('\n').filter((line) => line.startsWith('| '))
const NAMED = [...ROWS.join('\n').matchAll(/`(client|operation|hooks|options|document)\.(\w+)`/g)].map(
  ([, of, name]) => [of, name],
)

/** The names in the middle column that stand for themselves: exported values and types, and steps. */
const BARE = ROWS.flatMap((line) => [...(line.split(' | ')[1] ?? '').matchAll(/`(\w+)`/g)])
  .map(([, name = '']) => name)
  .filter((name) => name !== 'null' && name !== 'schema_before')

const exported = (entry: string): readonly string[] =>
  [...read(entry).matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names = '']) =>
    names.split(',').map((name) => name.replace(/^\s*type /, '').trim()),
  )

const config = readConfig({ SCHEMA_SAGA_CATALOG_URL: 'postgres://nobody@127.0.0.1:1/nowhere' })
const client = await connectSchemaSaga({ config })
const handle = operationHandle('1', {} as never)
const document = submittedDocument({ id: '1', project: 'p', mutation: { type: 'create_model' }, actor: 'a' })
await client.close()

const isOption = (name: string): boolean => {
  const mutation = { type: 'create_model', name: 'food' }
  try {
    parseRequest({ project: 'p', operationId: '1', mutation, options: { [name]: true } })
    return true
  } catch {
    return false
  }
}

const HAS: Readonly<Record<string, (name: string) => boolean>> = {
  client: (name) => name in client,
  operation: (name) => name in handle,
  hooks: (name) => name in fakeHooks(),
  document: (name) => name in document,
  options: isOption,
}

test.each(NAMED)('the page of the original names %s.%s, and there is one', (of = '', name = '') => {
  expect(HAS[of]?.(name)).toBe(true)
})

test('every other name of the page that is ours can be imported, or is a step', () => {
  const known: readonly string[] = [...exported('src/index.ts'), ...exported('src/worker.ts'), ...STEP_KEYS]
  expect(BARE.length).toBeGreaterThan(5)
  expect(BARE.filter((name) => !known.includes(name))).toEqual([])
})

test('the names that the original is known by are all on the page, on the left', () => {
  const left = ROWS.map((line) => line.split(' | ')[0] ?? '')
  const names = [
    ...['Run(', 'RunInput.SkipBaseDDL', 'RunInput.ApplyDDL', 'RunInput.Compensate', 'RunInput.PersistSystem'],
    ...['RunInput.RefreshCache', 'RunInput.PhysicalDDLRequired', 'WithPhysicalDDLRequired', 'Hooks.SchemaIterate'],
    ...['Hooks.Store', 'Hooks.AfterCommit', 'StoreFromSystemDriver', 'ListRepairable', 'ReconcileInput'],
    ...['ReconcileOneOperation', 'RunBackgroundReconciler', 'before_schema_json', 'steps_json', 'attempt_count'],
  ]
  expect(names.filter((name) => !left.some((cell) => cell.includes(`\`${name}`)))).toEqual([])
})
