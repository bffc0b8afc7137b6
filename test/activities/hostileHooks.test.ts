/** Hooks that hang, never end, or give what nobody expects: the worker goes on, and a person is told. */
import { MockActivityEnvironment } from '@temporalio/testing'
import { DefaultLogger } from '@temporalio/worker'
import { expect, onTestFinished, test, vi } from 'vitest'
import { callAfterCommit } from '../../src/activities/hooks/afterCommit.ts'
import type { Hooks } from '../../src/activities/index.ts'
import { readTenantList } from '../../src/activities/tenantList/readTenantList.ts'
import type { OperationDocument } from '../../src/contract.ts'
import { RequestRefused } from '../../src/errors.ts'

function read(listTenants: unknown, signal = new AbortController().signal): ReturnType<typeof readTenantList> {
  return readTenantList({ listTenants } as Hooks, 'shop', signal)
}

const ada = { id: 'ada', server: 'alpha', namespace: 'shop_ada' }
const pagesOf = (...pages: unknown[]) =>
  async function* () {
    yield* pages
  }

function withFakeTimers(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
}

const never = (): Promise<never> => new Promise(() => undefined)

test.each([
  ['nothing', () => undefined, 'the hook listTenants gave no pages'],
  ['a promise of pages', async () => [[ada]], 'the hook listTenants gave no pages'],
  ['a text', () => 'ada', 'a page of it is not an array'],
  ['tenants instead of pages', pagesOf(ada), 'a page of it is not an array'],
  ['a page that is nothing', pagesOf(null), 'a page of it is not an array'],
  ['a page that has no end', pagesOf(Object(new Map()).entries()), 'a page of it is not an array'],
  ['a tenant that is nothing', pagesOf([null]), 'each tenant in it must have the strings'],
  ['a NUL in a name', pagesOf([{ ...ada, id: 'a\0da' }]), 'tenant "a da" of it'],
  ['an iterator that cannot go on', () => ({ [Symbol.asyncIterator]: () => ({}) }), 'pages.next is not a function'],
])('a list that is %s waits with the words of what is wrong with it', async (_, listTenants, words) => {
  const error = await read(listTenants).catch((each: unknown) => each)
  expect(error).toMatchObject({ code: 'TENANT_LIST_UNAVAILABLE', message: expect.stringContaining(words) })
})

test('ten thousand tenants on one page, or on as many pages, are a list like any other', async () => {
  const tenants = Array.from({ length: 10_000 }, (_, i) => ({ ...ada, id: `t${i}`, namespace: `n${i}` }))
  expect((await read(pagesOf(tenants))).size).toBe(10_000)
  expect((await read(pagesOf(...tenants.map((tenant) => [tenant])))).size).toBe(10_000)
})

test('a list that gives no page for a minute is told as that, and is not waited for when the work is cancelled', async () => {
  withFakeTimers()
  const hanging = async function* () {
    yield [ada]
    await never()
  }
  const late = read(hanging).catch((error: unknown) => error)
  // The first page is there before time goes by.
  await new Promise((resolve) => setImmediate(resolve))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(await late).toMatchObject({ message: expect.stringMatching(/could not be read: no page came within 60 s\.$/) })
  const stopped = new AbortController()
  const waiting = read(hanging, stopped.signal).catch((error: unknown) => error)
  const reason = new Error('cancelled')
  stopped.abort(reason)
  expect(await waiting).toBe(reason)
})

test('pages without an end leave the process time for everything else', async () => {
  const stopped = new AbortController()
  const endless = async function* () {
    for (;;) yield []
  }
  setImmediate(() => stopped.abort(new Error('cancelled')))
  await expect(read(endless, stopped.signal)).rejects.toThrow('cancelled')
})

const OPERATION = { id: 'op-1' } as OperationDocument
const CONTEXT = { physicalDDLRequired: false }

/** What is told of the hook's end, and how often the log has something. */
async function afterCommitOf(afterCommit: () => Promise<void>): Promise<{ told: unknown; logged: number }> {
  let logged = 0
  const logger = new DefaultLogger('ERROR', () => {
    logged += 1
  })
  const told = await new MockActivityEnvironment({}, { logger })
    .run(() => callAfterCommit({ afterCommit }, OPERATION, CONTEXT))
    .catch((error: unknown) => error)
  return { told, logged }
}

test.each([
  ['an error', new TypeError('row 7 of Ada is wrong'), 'TypeError'],
  ['an error whose name nobody can keep', Object.assign(new Error('no'), { name: `Odd\0${'x'.repeat(9)}` }), 'Error'],
  ['a refusal of ours, which would be final', new RequestRefused('NOT_APPLICABLE', 'no'), 'RequestRefused'],
  ['nothing', undefined, 'undefined'],
])(
  'a hook behind the commit that throws %s is tried again, with a sentence that can be kept',
  async (_, thrown, name) => {
    expect(await afterCommitOf(() => Promise.reject(thrown))).toEqual({
      told: expect.objectContaining({
        name: 'SagaError',
        code: 'UNEXPECTED',
        message: `The hook afterCommit failed (${name}); the worker's log has the error.`,
      }),
      logged: 1,
    })
  },
)

test('a hook behind the commit that never ends says so before its time is over', async () => {
  withFakeTimers()
  const ended = afterCommitOf(never)
  await vi.advanceTimersByTimeAsync(50_000)
  expect((await ended).told).toMatchObject({ message: 'The hook afterCommit did not end within 50 s.' })
})
