import { expect, onTestFinished, test, vi } from 'vitest'
import { createActivities } from '../../../src/activities/index.ts'
import { readerMethods } from '../../../src/client/readers.ts'
import type { CatalogActivities } from '../../../src/contract.ts'
import type { CacheDocument } from '../../../src/postgres/catalog/cache.ts'
import { type CacheStore, storeInWords } from '../../../src/postgres/catalog/cacheStore.ts'
import { fakeHooks } from '../../../src/testing.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()

async function withStore<T>(cacheStore: CacheStore, work: (activities: CatalogActivities) => Promise<T>): Promise<T> {
  const { activities, close } = createActivities({ catalog: ledger.pool, dsn: () => undefined, hooks: { cacheStore } })
  try {
    return await work(activities)
  } finally {
    await close()
  }
}

test('the step of the cache waits for the store of an embedder, and tells its words', async () => {
  const { cached, cacheStore, failCacheStore } = fakeHooks()
  const { project, pool } = ledger
  await withStore(cacheStore, async (activities) => {
    const operationId = await ledger.planned('1')
    const cacheStep = async (): Promise<unknown> =>
      (await activities.readOperation({ operationId })).steps.find(({ key }) => key === 'cache')
    failCacheStore(1, new Error('redis is loading\nthe dataset'))
    const outcome = await activities.persistSchema({ operationId, attempt: 1 })
    expect(outcome).toEqual({ persisted: true, behind: 0, turn: { next: null } })
    await expect(activities.publishCache({ operationId })).rejects.toMatchObject({
      name: 'SurroundingsMissing',
      code: 'CACHE_UNAVAILABLE',
      message: 'The cache store took no document: redis is loading the dataset',
    })
    expect(await cacheStep()).toMatchObject({ state: 'running' })
    // Readers of the catalog do not wait for it.
    expect(await readerMethods(pool).readCache(project)).toMatchObject({ generation: 1 })
    expect(await activities.publishCache({ operationId })).toEqual({ generation: 1, recorded: true })
    expect(await cacheStep()).toMatchObject({ state: 'succeeded' })
  })
  expect(cached.get(project)).toMatchObject({ project_id: project, generation: 1, models: [{ name: 'food' }] })
})

test('a store that is slow for an older document ends with the newer one', async () => {
  const { project } = ledger
  const first = await ledger.committed('1', 'food')
  const kept: number[] = []
  const cacheStore: CacheStore = {
    get: async () => null,
    put: async (_, { generation }) => {
      // Another operation commits and publishes while this document is on its way.
      if (kept.length === 0) {
        kept.push(generation)
        await ledger.committed('2', 'tea')
        kept.push(2)
      }
      kept.push(generation)
    },
  }
  await withStore(cacheStore, async ({ publishCache }) => {
    expect(await publishCache({ operationId: first })).toEqual({ generation: 2, recorded: true })
  })
  expect(kept, project).toEqual([1, 2, 1, 2])
})

test('a client that is given the store reads and watches it, and waits while it is away', async () => {
  const { cached, cacheStore, failCacheStore } = fakeHooks()
  const { project, pool } = ledger
  /** What others have put there until the next looks. */
  const reads: number[] = []
  const keep = (generation: number): void => {
    const document: CacheDocument = { project_id: project, generation, models: [], relations: [] }
    ;(cached as Map<string, CacheDocument>).set(project, document)
  }
  const get: CacheStore['get'] = async (id) => {
    const next = reads.shift()
    if (next !== undefined) keep(next)
    return await cacheStore.get(id)
  }
  const { readCache, watchSchema } = readerMethods(pool, { ...cacheStore, get })
  expect(await readCache(project)).toBeNull()
  await expect(readCache('nobody')).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
  keep(4)
  failCacheStore(1)
  await expect(readCache(project)).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE' })
  failCacheStore(2)
  const seen: number[] = []
  for await (const { generation } of watchSchema(project, { everyMs: 50 })) {
    seen.push(generation)
    if (generation === 7) break
    // An older one is no news.
    reads.push(3, 7)
  }
  expect(seen).toEqual([4, 7])
})

const give = (value: unknown): CacheStore => ({
  get: (async () => value) as CacheStore['get'],
  put: async () => undefined,
})
const DOCUMENT = { project_id: 'shop', generation: 3, models: [], relations: [] }

test.each([
  ['a text', JSON.stringify(DOCUMENT)],
  ['the document of another project', { ...DOCUMENT, project_id: 'bar' }],
  ['a generation that is no number', { ...DOCUMENT, generation: '3' }],
  ['a generation that is not a number', { ...DOCUMENT, generation: Number.NaN }],
  ['no models', { ...DOCUMENT, models: undefined }],
  ['an array', [DOCUMENT]],
])('a store that gives %s gives no document, and readers are told so', async (_, value) => {
  await expect(storeInWords(give(value)).get('shop')).rejects.toMatchObject({
    code: 'CACHE_UNAVAILABLE',
    message: 'The cache store returned something that is not a document of project "shop".',
  })
})

test('a store that has none may say so in two ways', async () => {
  expect(await storeInWords(give(undefined)).get('shop')).toBeNull()
  expect(await storeInWords(give(null)).get('shop')).toBeNull()
  expect(await storeInWords(give(DOCUMENT)).get('shop')).toBe(DOCUMENT)
})

test('a store that never answers is told as that, whoever asks', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const never = (): Promise<never> => new Promise(() => undefined)
  const store = storeInWords({ get: never, put: never })
  const asked = Promise.allSettled([store.get('shop'), store.put('shop', DOCUMENT)])
  await vi.advanceTimersByTimeAsync(30_000)
  expect((await asked).map((each) => (each.status === 'rejected' ? each.reason.message : each.status))).toEqual([
    'The cache store gave no document within 10 s.',
    'The cache store took no document within 30 s.',
  ])
})
