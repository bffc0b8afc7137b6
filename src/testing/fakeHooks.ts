/** Hooks that remember what they were told, and fail when a test wants them to. */
import type { AfterCommitContext, Capability, Hooks } from '../activities/index.ts'
import type { ListedTenant } from '../contract/hooks/tenantList.ts'
import type { OperationDocument } from '../contract.ts'
import type { CacheDocument } from '../postgres/catalog/cache.ts'

/** What `authorize` was asked once. */
export interface AuthorizeCall {
  /** Who asks. */
  readonly actor: string
  /** For what. */
  readonly capability: Capability
  /** On which project. */
  readonly project: string
  /** What is asked, as it came. */
  readonly request: Readonly<Record<string, unknown>>
}

/** Hooks of a test. */
export interface FakeHooks extends Required<Hooks> {
  /** The operations that `afterCommit` was called with, its failed calls included, in their order. */
  readonly afterCommitCalls: readonly OperationDocument[]
  /** What each of those calls was told besides. */
  readonly afterCommitContexts: readonly AfterCommitContext[]
  /** Lets the next so many calls of `afterCommit` throw. */
  readonly failAfterCommit: (times: number, error?: Error) => void
  /** What `authorize` was asked, in order, whatever it said. */
  readonly authorizeCalls: readonly AuthorizeCall[]
  /** From now on `authorize` refuses these capabilities in these words; all of them if none is named. */
  readonly forbid: (words: string, ...capabilities: readonly Capability[]) => void
  /** From now on everything is allowed again. */
  readonly allow: () => void
  /** What `cacheStore` keeps, by project. */
  readonly cached: ReadonlyMap<string, CacheDocument>
  /** Lets the next so many calls of `cacheStore` throw. */
  readonly failCacheStore: (times: number, error?: Error) => void
  /** From now on `listTenants` lists these of a project, two a page; nobody until it is told. */
  readonly list: (project: string, tenants: readonly ListedTenant[]) => void
  /** The projects that `listTenants` was called for, its failed calls included, in their order. */
  readonly listTenantsCalls: readonly string[]
  /** Lets the next so many calls of `listTenants` throw. */
  readonly failListTenants: (times: number, error?: Error) => void
}

/** Hooks that succeed until told otherwise. */
export function fakeHooks(): FakeHooks {
  return { ...fakeAfterCommit(), ...fakeAuthorize(), ...fakeCacheStore(), ...fakeListTenants() }
}

function fakeAfterCommit(): Pick<
  FakeHooks,
  'afterCommit' | 'afterCommitCalls' | 'afterCommitContexts' | 'failAfterCommit'
> {
  const afterCommitCalls: OperationDocument[] = []
  const afterCommitContexts: AfterCommitContext[] = []
  const { fail, failIfWanted } = failures('afterCommit')
  return {
    afterCommitCalls,
    afterCommitContexts,
    failAfterCommit: fail,
    afterCommit: async (operation, context) => {
      afterCommitCalls.push(operation)
      afterCommitContexts.push(context)
      failIfWanted()
    },
  }
}

function fakeCacheStore(): Pick<FakeHooks, 'cacheStore' | 'cached' | 'failCacheStore'> {
  const cached = new Map<string, CacheDocument>()
  const { fail, failIfWanted } = failures('The cache store')
  return {
    cached,
    failCacheStore: fail,
    cacheStore: {
      get: async (project) => {
        failIfWanted()
        return cached.get(project) ?? null
      },
      put: async (project, document) => {
        failIfWanted()
        cached.set(project, document)
      },
    },
  }
}

/** Tenants in one page. */
const PAGE = 2

function fakeListTenants(): Pick<FakeHooks, 'listTenants' | 'list' | 'listTenantsCalls' | 'failListTenants'> {
  const lists = new Map<string, readonly ListedTenant[]>()
  const listTenantsCalls: string[] = []
  const { fail, failIfWanted } = failures('listTenants')
  return {
    list: (project, tenants) => void lists.set(project, tenants),
    listTenantsCalls,
    failListTenants: fail,
    listTenants: async function* (project) {
      listTenantsCalls.push(project)
      failIfWanted()
      const tenants = lists.get(project) ?? []
      for (let from = 0; from < tenants.length; from += PAGE) yield tenants.slice(from, from + PAGE)
    },
  }
}

/** Failures to come. */
function failures(who: string): { fail: (times: number, error?: Error) => void; failIfWanted: () => void } {
  let left = 0
  let failure = new Error(`${who} fails, as the test wants it to.`)
  return {
    fail: (times, error = failure) => {
      left = times
      failure = error
    },
    failIfWanted: () => {
      if (left === 0) return
      left -= 1
      throw failure
    },
  }
}

function fakeAuthorize(): Pick<FakeHooks, 'authorize' | 'authorizeCalls' | 'forbid' | 'allow'> {
  const authorizeCalls: AuthorizeCall[] = []
  let forbidden: { readonly words: string; readonly capabilities: readonly Capability[] } | null = null
  return {
    authorizeCalls,
    forbid: (words, ...capabilities) => {
      forbidden = { words, capabilities }
    },
    allow: () => {
      forbidden = null
    },
    authorize: (actor, capability, project, request) => {
      authorizeCalls.push({ actor, capability, project, request })
      if (forbidden === null) return
      const { words, capabilities } = forbidden
      if (capabilities.length === 0 || capabilities.includes(capability)) throw new Error(words)
    },
  }
}
