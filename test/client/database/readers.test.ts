import { describe, expect, test } from 'vitest'
import { type ReaderMethods, readerMethods } from '../../../src/client/readers.ts'
import { createCatalogPool } from '../../../src/postgres/catalog/pool.ts'
import { useLedger } from '../../postgres/catalog/ledger.ts'

const ledger = useLedger()
const readers = (): ReaderMethods => readerMethods(ledger.pool)

describe('an application that reads the schema', () => {
  test('has no document before anything is published, and then that of the last revision', async () => {
    expect(await readers().readCache(ledger.project)).toBeNull()
    await ledger.committed('1', 'food')
    expect(await readers().readCache(ledger.project)).toMatchObject({ generation: 1, models: [{ name: 'food' }] })
    await expect(readers().readCache('nowhere')).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
  })

  test('is given the document that is there, and every newer one, until it ends the watch', async () => {
    await ledger.committed('1', 'food')
    const end = new AbortController()
    const seen: number[] = []
    for await (const { generation } of readers().watchSchema(ledger.project, { signal: end.signal, everyMs: 50 })) {
      seen.push(generation)
      if (generation === 1) await ledger.committed('2', 'tea')
      else end.abort()
    }
    expect(seen).toEqual([1, 2])
  })

  test('is told when it watches what does not exist, or too often', async () => {
    const first = async (project: string, everyMs?: number): Promise<unknown> =>
      await readers()
        .watchSchema(project, everyMs === undefined ? {} : { everyMs })
        [Symbol.asyncIterator]()
        .next()
    await expect(first('nowhere')).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
    await expect(first(ledger.project, 0)).rejects.toMatchObject({ code: 'INPUT_INVALID', path: 'everyMs' })
    await expect(first(ledger.project, Number.NaN)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  test('goes on watching over a time in which the catalog does not answer', async () => {
    await ledger.committed('1', 'food')
    const pool = createCatalogPool(ledger.database?.url ?? '')
    const { query } = pool
    let away = 0
    pool.query = ((...given: Parameters<typeof query>) => {
      const [text] = given as unknown as [string]
      if (!text.includes('cache_document') || away === 2) return query.apply(pool, given)
      away += 1
      return Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }))
    }) as typeof query
    const watch = readerMethods(pool).watchSchema(ledger.project, { everyMs: 50 })[Symbol.asyncIterator]()
    expect(await watch.next()).toMatchObject({ value: { generation: 1 } })
    expect(away).toBe(2)
    await watch.return?.()
    await pool.end()
  })

  test('asks at which revision a tenant is, and in which state', async () => {
    await ledger.addTenant('ann')
    await ledger.committed('1', 'food', ['ann'])
    expect(await readers().tenantGeneration(ledger.project, 'ann')).toEqual({ revision: 1, state: 'active' })
    await expect(readers().tenantGeneration(ledger.project, 'bob')).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' })
  })

  test('asks the catalog once for many who want to know the same at once', async () => {
    await ledger.addTenant('ann')
    const { pool, project } = ledger
    const { query } = pool
    let asked = 0
    const counting = Object.create(pool, {
      query: {
        value: (...given: Parameters<typeof query>) => {
          asked += 1
          return query.apply(pool, given)
        },
      },
    }) as typeof pool
    const { tenantGeneration } = readerMethods(counting)
    await Promise.all(Array.from({ length: 20 }, () => tenantGeneration(project, 'ann')))
    expect(asked).toBe(1)
  })
})
