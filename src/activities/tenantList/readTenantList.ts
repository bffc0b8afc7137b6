/** The embedder's own list, parsed where it comes in. */
import type { ListedTenant } from '../../contract/hooks/tenantList.ts'
import { wordsOf } from '../../contract/hooks/wordsOf.ts'
import { SagaError, SurroundingsMissing } from '../../errors.ts'
import { checkId, checkNamespace } from '../../postgres/catalog/checkIds.ts'
import type { Hooks } from '../hooks/hooks.ts'

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
    for await (const page of listTenants(project)) {
      signal.throwIfAborted()
      for (const given of page) add(tenants, places, given)
    }
  } catch (error) {
    if (signal.aborted) throw error
    throw unavailable(project, wordsOf(error, 'the hook listTenants does not say why.'))
  }
  return tenants
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
    throw new Error('each tenant of it is to have the texts id, server and namespace.')
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
  const text = `Project "${project}" takes its tenants from the hook listTenants, which this worker does not have: a worker of the task queue that has it goes on.`
  return new SurroundingsMissing('HOOK_MISSING', text)
}
