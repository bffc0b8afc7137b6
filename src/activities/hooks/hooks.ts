/** What an embedder may add to a worker. All workers of a task queue should have the same hooks. */

import type { Capability } from '../../contract/hooks/capabilities.ts'
import type { ListedTenant } from '../../contract/hooks/tenantList.ts'
import type { OperationDocument } from '../../contract.ts'
import type { CacheStore } from '../../postgres/catalog/cacheStore.ts'

/** What `afterCommit` is told besides the operation. */
export interface AfterCommitContext {
  /** Whoever submitted the operation says that replicas are to be flushed (`withPhysicalDDLRequired`). */
  readonly physicalDDLRequired: boolean
}

/** The hooks of a worker; each may be left out. */
export interface Hooks {
  /** Runs after the commit, for example to flush replicas; retried until it returns, which it should within 50 seconds, and never undoes anything. */
  readonly afterCommit?: (operation: OperationDocument, context: AfterCommitContext) => Promise<void>
  /**
   * Asked before anything is recorded: returns, or throws why not. A throw is final and refuses the request with
   * `FORBIDDEN` in the words of the error; a hook that may fail for other reasons tries again by itself, within seconds.
   * `false`, and no answer within 20 seconds, refuse as well.
   *
   * `actor` is whoever the client says it is (`unknown` where it does not say), `project` is `*` where all are meant, and
   * `request` what was asked for, as the `Capability` says. What was allowed is not asked for again while it goes on, but
   * a request may be asked for twice. Not asked for: what only looks; what the reconciler does by itself; what Temporal is
   * told directly (cancel, terminate); and what the client writes into the catalog without a worker, which is servers,
   * projects without a base, a project's settings and end, and `park`, `suspend` and `remove` of tenants.
   */
  readonly authorize?: (
    actor: string,
    capability: Capability,
    project: string,
    request: Readonly<Record<string, unknown>>,
  ) => void | Promise<void>
  /**
   * Where the document of a project is published besides the catalog, for example a Redis that the application reads from.
   * While it throws, or takes longer than 30 seconds, the step `cache` is tried again; a durable change never fails by it.
   */
  readonly cacheStore?: CacheStore
  /**
   * All tenants of a project, in pages, each from its beginning: an async generator that yields arrays. Asked for by each
   * operation of a project with the setting `tenants_from=hook`, before it looks at the targets and again before its schema
   * is durable. New tenants are provisioned, or imported where their namespace has tables; those that are missing are
   * suspended, never removed, and more than 5 % of them refuse the operation. While it throws, or gives no page for a minute,
   * the operation waits.
   */
  readonly listTenants?: (project: string) => AsyncIterable<readonly ListedTenant[]>
}
