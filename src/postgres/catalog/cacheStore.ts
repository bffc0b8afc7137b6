/** A place of an embedder's own for the published documents of projects, beside the catalog's. */
import { wordsOf } from '../../contract/hooks/wordsOf.ts'
import { SurroundingsMissing } from '../../errors.ts'
import type { CacheDocument } from './cache.ts'

/** What an embedder's store can do; one that throws is tried again. */
export interface CacheStore {
  /** The document that is kept of a project, or null when there is none. */
  readonly get: (project: string) => Promise<CacheDocument | null>
  /** Keeps a document in place of the one that is there; the same one may come more than once. */
  readonly put: (project: string, document: CacheDocument) => Promise<void>
}

/** The same store; what it throws becomes `CACHE_UNAVAILABLE`, in its own words. */
export function storeInWords(store: CacheStore): CacheStore {
  return {
    get: async (project) => await told('gave no document', () => store.get(project)),
    put: async (project, document) => await told('took no document', () => store.put(project, document)),
  }
}

async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const why = wordsOf(error, 'it does not say why.')
    throw new SurroundingsMissing('CACHE_UNAVAILABLE', `The cache store ${what}: ${why}`)
  }
}
