/** The embedder's own list, parsed where it comes in. */
import { setImmediate } from 'node:timers/promises'
import type { ListedTenant } from '../../contract/hooks/tenantList.ts'
import { wordsOf } from '../../contract/hooks/wordsOf.ts'
import { SagaError, SurroundingsMissing } from '../../errors.ts'
import { checkId, checkNamespace } from '../../postgres/catalog/checkIds.ts'
import { called } from '../../within.ts'
import type { Hooks } from '../hooks/hooks.ts'

/** How long a page is waited for. */
const PAGE_MS = 60_000

/** Tenants, and pages: a list with more has no end. */
const MOST = 1_000_000

/**
 * All tenants of the list by their ids. Errors: `HOOK_MISSING` where this worker has no such hook, `TENANT_LIST_UNAVAILABLE`
 * in the hook's words, or with what is wrong with the list.
 */
export async function readTenantList(
  { listTenants }: Hooks,
  project: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ListedTenant>> {
  if (listTenants === undefined) throw noHook(project)
  const tenants = new Map<string, ListedTenant>()
  const places = new Map<string, string>()
  try {
    for await (const page of pagesOf(listTenants(project), signal)) {
      for (const given of page) add(tenants, places, given)
      if (tenants.size > MOST) throw new Error(`it has more than ${MOST.toLocaleString('en')} tenants.`)
    }
  } catch (error) {
    if (signal.aborted) throw error
    throw unavailable(project, wordsOf(error, 'the hook listTenants does not say why.'))
  }
  return tenants
}

/** The pages of whatever the hook has returned; waits for none of them longer than a minute, nor when the work is cancelled. */
async function* pagesOf(given: unknown, signal: AbortSignal): AsyncGenerator<readonly unknown[]> {
  const pages = iteratorOf(given)
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  aborted.catch(() => undefined)
  let isOver = false
  try {
    for (let count = 0; count <= MOST; count += 1) {
      signal.throwIfAborted()
      const next = await called(PAGE_MS, () => Promise.race([pages.next(), aborted]))
      if (next === null) throw new Error(`no page came within ${PAGE_MS / 1_000} s.`)
      if (next.value.done === true) {
        isOver = true
        return
      }
      if (!Array.isArray(next.value.value)) throw new Error('a page of it is not an array of tenants.')
      yield next.value.value
      // Pages that are there at once would leave the worker's process no time for anything else.
      await setImmediate()
    }
    throw new Error(`it has more than ${MOST.toLocaleString('en')} pages.`)
  } finally {
    // One that hangs ends only when it has gone on: that is not waited for.
    if (!isOver) void called(PAGE_MS, () => pages.return?.()).catch(() => undefined)
  }
}

function iteratorOf(given: unknown): AsyncIterator<unknown> | Iterator<unknown> {
  const pages = Object(given) as Partial<AsyncIterable<unknown> & Iterable<unknown>>
  const iterator = pages[Symbol.asyncIterator]?.() ?? pages[Symbol.iterator]?.()
  if (iterator === undefined) throw new Error('the hook listTenants gave no pages; an async generator is expected.')
  return iterator
}

function add(tenants: Map<string, ListedTenant>, places: Map<string, string>, given: unknown): void {
  const { id, server, namespace } = parsed(given)
  if (tenants.has(id)) throw new Error(`it has tenant "${id}" twice.`)
  const place = JSON.stringify([server, namespace])
  const neighbour = places.get(place)
  if (neighbour !== undefined) {
    throw new Error(`it has tenants "${neighbour}" and "${id}" in the same place, ${server}/${namespace}.`)
  }
  tenants.set(id, { id, server, namespace })
  places.set(place, id)
}

function parsed(given: unknown): ListedTenant {
  const { id, server, namespace } = (given ?? {}) as Partial<Record<keyof ListedTenant, unknown>>
  if (typeof id !== 'string' || typeof server !== 'string' || typeof namespace !== 'string') {
    throw new Error('each tenant in it must have the strings id, server and namespace.')
  }
  try {
    checkId('tenant', id)
    checkId('server', server)
    checkNamespace(namespace)
  } catch (error) {
    throw error instanceof SagaError ? new Error(`tenant "${id}" of it: ${error.message}`) : error
  }
  return { id, server, namespace }
}

function unavailable(project: string, why: string): SurroundingsMissing {
  const text = `The list of tenants of project "${project}" could not be read: ${why}`
  return new SurroundingsMissing('TENANT_LIST_UNAVAILABLE', text)
}

function noHook(project: string): SurroundingsMissing {
  const text = `Project "${project}" takes its tenants from the hook listTenants, which this worker does not have: a worker of the task queue that has it continues.`
  return new SurroundingsMissing('HOOK_MISSING', text)
}
