import { afterAll, beforeAll, expect, test } from 'vitest'
import { type SystemStore, storeFromSystemDriver } from '../../../src/client/ledger.ts'
import { readConfig } from '../../../src/config.ts'
import { type FreshDatabase, freshDatabase } from '../../fixtures/database.ts'
import { useLedger } from '../../postgres/catalog/ledger.ts'

const ledger = useLedger()
const configFor = (url: string) => readConfig({ SCHEMA_SAGA_CATALOG_URL: url })
let blank: FreshDatabase
beforeAll(async () => {
  blank = await freshDatabase()
})
afterAll(() => blank?.drop())

async function withStore<T>(work: (store: SystemStore) => Promise<T>): Promise<T> {
  const store = await storeFromSystemDriver({ config: configFor(ledger.database.url) })
  if (store === null) throw new Error('There is a ledger.')
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

test('the catalog is opened without Temporal, and its ledger is read', async () => {
  const { project, catalog } = ledger
  const committed = await ledger.committed('1', 'food')
  const failed = await ledger.opened('2', 'tea')
  await catalog.closeOperation({ operationId: failed, status: 'failed', error: 'no', errorCode: 'E' })
  await withStore(async (store) => {
    expect(await store.readOperation(failed)).toMatchObject({ id: failed, project, status: 'failed', error: 'no' })
    expect((await store.listOperations(project)).map(({ id }) => id)).toEqual([failed, committed])
    expect((await store.listRepairable(project)).map(({ id }) => id)).toEqual([failed])
    expect(await store.readCache(project)).toMatchObject({ generation: 1 })
    await expect(store.readOperation('nothing')).rejects.toMatchObject({ code: 'OPERATION_NOT_FOUND' })
    await expect(store.listRepairable('nobody')).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
  })
})

test('a database without a ledger has no store, and one that does not answer is no answer', async () => {
  expect(await storeFromSystemDriver({ config: configFor(blank.url) })).toBeNull()
  const away = storeFromSystemDriver({ config: configFor('postgres://nobody@127.0.0.1:1/nowhere') })
  await expect(away).rejects.toMatchObject({ code: 'CATALOG_UNREACHABLE' })
})
