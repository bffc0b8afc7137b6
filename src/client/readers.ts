/** For applications that read the schema: the published document, and where a tenant is; asked of the catalog alone. */
import { setTimeout as sleep } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type pg from 'pg'
import { InputInvalid, RequestRefused, SurroundingsMissing } from '../errors.ts'
import { type CacheDocument, readCacheBehind } from '../postgres/catalog/cache.ts'
import { type CacheStore, storeInWords } from '../postgres/catalog/cacheStore.ts'
import { requireProject } from '../postgres/catalog/projects/projects.ts'
import { readGeneration, type TenantGeneration } from '../postgres/catalog/tenants/generation.ts'

/** How a project is watched. */
export interface WatchOptions {
  /** Ends the watch: the iteration is over, and does not throw. */
  readonly signal?: AbortSignal
  /** Between two looks, in ms; default 500, at least 50. */
  readonly everyMs?: number
}

/** The client's methods for applications that read. */
export interface ReaderMethods {
  /** The published document of a project, or null when nothing was published yet. Errors: `PROJECT_NOT_FOUND`. */
  readonly readCache: (project: string) => Promise<CacheDocument | null>
  /**
   * The published document, and then each newer one within a second; generations only grow, and some may be left out.
   * While the catalog, or the store, does not answer it waits. Errors: `PROJECT_NOT_FOUND`, `INPUT_INVALID`.
   */
  readonly watchSchema: (project: string, options?: WatchOptions) => AsyncIterable<CacheDocument>
  /**
   * The revision that a tenant's tables have, and its state: what a feature that needs a revision asks before each use. An
   * answer is at most a second old; of 10,000 tenants the last answer is kept. Errors: `TENANT_NOT_FOUND`.
   */
  readonly tenantGeneration: (project: string, tenant: string) => Promise<TenantGeneration>
}

const EVERY_MS = 500
const LEAST_MS = 50
const KEPT_MS = 1_000
const KEPT_TENANTS = 10_000

/** The methods over one catalog; documents come from an embedder's store, if there is one. */
export function readerMethods(catalog: pg.Pool, store?: CacheStore): ReaderMethods {
  const read = store === undefined ? readFromCatalog(catalog) : readFromStore(storeInWords(store))
  const generations = new LRUCache<string, TenantGeneration, { project: string; tenant: string }>({
    max: KEPT_TENANTS,
    ttl: KEPT_MS,
    // Many callers that ask at once ask the catalog once.
    fetchMethod: (_key, _stale, { context: { project, tenant } }) => readGeneration(catalog, project, tenant),
  })
  return {
    readCache: async (project) => {
      await requireProject(catalog, project)
      return await read(project, null)
    },
    watchSchema: (project, options = {}) => documentsOf({ catalog, read }, project, options),
    tenantGeneration: async (project, tenant) => {
      const key = JSON.stringify([project, tenant])
      const found = await generations.fetch(key, { context: { project, tenant } })
      if (found === undefined) {
        throw new RequestRefused('TENANT_NOT_FOUND', `Project "${project}" has no tenant "${tenant}".`)
      }
      return found
    },
  }
}

/** The document of a project, if it is newer than that generation. */
type Read = (project: string, than: number | null) => Promise<CacheDocument | null>

function readFromCatalog(catalog: pg.Pool): Read {
  return async (project, than) => await readCacheBehind(catalog, project, than)
}

function readFromStore(store: CacheStore): Read {
  return async (project, than) => {
    const document = await store.get(project)
    return document === null || (than !== null && document.generation <= than) ? null : document
  }
}

async function* documentsOf(
  { catalog, read }: { readonly catalog: pg.Pool; readonly read: Read },
  project: string,
  { signal, everyMs = EVERY_MS }: WatchOptions,
): AsyncGenerator<CacheDocument> {
  if (!(everyMs >= LEAST_MS)) {
    throw new InputInvalid('INPUT_INVALID', `At least ${LEAST_MS} ms are expected.`, { path: 'everyMs' })
  }
  await requireProject(catalog, project)
  let generation: number | null = null
  while (signal?.aborted !== true) {
    const document = await newer(read, project, generation)
    if (document !== null) {
      generation = document.generation
      yield document
    }
    await pause(everyMs, signal)
  }
}

/** Returns early when the watch is ended. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal })
  } catch (error) {
    if (signal?.aborted !== true) throw error
  }
}

/** A catalog or a store that restarts is no reason for a reader to end. */
async function newer(read: Read, project: string, than: number | null): Promise<CacheDocument | null> {
  try {
    return await read(project, than)
  } catch (error) {
    if (error instanceof SurroundingsMissing) return null
    throw error
  }
}
