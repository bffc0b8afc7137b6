import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createFleet } from '../whole/fleet.ts'
import { apply, createStack, type Stack } from '../whole/stack.ts'
import { visitedFiles } from './visited.ts'

/** More than that nobody follows. */
const LONGEST_WALK = 60

const GUIDE = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8')
const WALK = [...(GUIDE.split('<!-- walk -->')[1] ?? '').matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file]) => file)

let stack: Stack

beforeAll(async () => {
  stack = await createStack()
  // In debug mode workflow code runs in this thread, where its functions are counted, too.
  await stack.startWorker({ amend: (worker) => ({ ...worker, debugMode: true }) })
  await createFleet(stack, 'shop', ['ann', 'bob'])
  await apply(stack, 'shop', { type: 'create_model', name: 'food' })
})

afterAll(() => stack.stop())

test('the files of the walk in the architecture guide all take part in an apply', async () => {
  const visited = await visitedFiles(inject('workflowBundlePath'), async () => {
    const price = { type: 'add_field', model_name: 'food', field_label: 'price', field_type: 'number' }
    expect(await apply(stack, 'shop', price)).toMatchObject({ exitCode: 0 })
  })
  expect(WALK.filter((file) => file !== undefined && !visited.includes(file))).toEqual([])
  expect(WALK.length).toBeGreaterThan(LONGEST_WALK / 2)
  expect(WALK.length).toBeLessThanOrEqual(LONGEST_WALK)
})

test('every file and folder that the guide names is there', () => {
  const named = [...GUIDE.matchAll(/`(src\/[^`]+)`/g)].flatMap(([, path = '']) => spelledOut(path))
  expect(named.filter((path) => !existsSync(new URL(`../../${path}`, import.meta.url)))).toEqual([])
})

/** `a/{b,c}.ts` are two paths. */
function spelledOut(path: string): string[] {
  const [, before = '', choices, after = ''] = /^(.*)\{(.*)\}(.*)$/.exec(path) ?? []
  return choices === undefined ? [path] : choices.split(',').map((choice) => `${before}${choice}${after}`)
}
