/** A place of an embedder's own for the published documents of projects, beside the catalog's. */
import { wordsOf } from '../../contract/hooks/wordsOf.ts'
import { SurroundingsMissing } from '../../errors.ts'
import { called } from '../../within.ts'
import type { CacheDocument } from './cache.ts'

/** What an embedder's store can do; one that throws is tried again. */
export interface CacheStore {
  /** The document that is kept of a project, or null when there is none. */
  readonly get: (project: string) => Promise<CacheDocument | null>
  /** Keeps a document in place of the one that is there; the same one may come more than once. */
  readonly put: (project: string, document: CacheDocument) => Promise<void>
}

/** A person or an application waits for a document that is read, and nobody for one that is kept. */
const GET_MS = 10_000
/** Shorter than a try of its activity (60 s). */
const PUT_MS = 30_000

/** The same store; what it throws becomes `CACHE_UNAVAILABLE`, in its own words, as does silence, and what is no document. */
export function storeInWords(store: CacheStore): CacheStore {
  return {
    get: async (project) => {
      const given: unknown = await told('gave no document', GET_MS, () => store.get(project))
      if (given === null || given === undefined) return null
      if (isDocumentOf(project, given)) return given
      throw unavailable(`returned something that is not a document of project "${project}".`)
    },
    put: async (project, document) => {
      await told('took no document', PUT_MS, () => store.put(project, document))
    },
  }
}

/** As far as readers rely on it. */
function isDocumentOf(project: string, given: unknown): given is CacheDocument {
  if (typeof given !== 'object' || given === null) return false
  const { project_id, generation, models, relations } = given as Partial<Record<keyof CacheDocument, unknown>>
  return project_id === project && Number.isSafeInteger(generation) && Array.isArray(models) && Array.isArray(relations)
}

async function told<T>(what: string, ms: number, work: () => Promise<T>): Promise<T> {
  let done: { readonly value: T } | null
  try {
    done = await called(ms, work)
  } catch (error) {
    throw unavailable(`${what}: ${wordsOf(error, 'it does not say why.')}`)
  }
  if (done === null) throw unavailable(`${what} within ${ms / 1_000} s.`)
  return done.value
}

function unavailable(what: string): SurroundingsMissing {
  return new SurroundingsMissing('CACHE_UNAVAILABLE', `The cache store ${what}`)
}
