/** The client's methods for tenants that come and go, and for the settings and the end of a project. */
import type { CatchUpTenantsResult, ImportResult, TenantState } from '../contract.ts'
import type { ProjectRow } from '../postgres/catalog/projects/projects.ts'
import type { TenantRow } from '../postgres/catalog/tenants/list.ts'
import type { TenantRecord } from '../postgres/catalog/tenants/record.ts'

/** Who, and why, for the audit and for people who ask later. */
export interface TenantReason {
  /** Recorded in the audit; the OS user by default. */
  readonly actor?: string
  /** Why; shown until the state changes. */
  readonly reason?: string | null
}

/** Who brings a tenant back; a revision is said `at` where its tables fit several. */
export interface BringBack {
  /** Recorded in the audit. */
  readonly actor?: string
  /** The revision that its tables have. */
  readonly at?: number
}

/** A tenant that was brought back, and the revision that its tables were found to have before; null if it was active. */
export interface BroughtBack extends TenantRecord {
  /** What its tables were before; null if it was active. */
  readonly found_revision: number | null
}

/** A project whose base was brought up, and the revision that its tables were found to have before. */
export interface CaughtUpProject extends ProjectRow {
  /** What the tables of its base were before; null if nobody had to look. */
  readonly found_revision: number | null
}

/** Every method may fail with `PROJECT_NOT_FOUND` or `TENANT_NOT_FOUND`. */
export interface TenantClient {
  /** One tenant with its recent operations. */
  readonly showTenant: (project: string, tenant: string) => Promise<TenantRecord>
  /** Tenants in id order behind `after`, at most 1,000 of them unless `limit` says otherwise. */
  readonly listTenantPage: (
    project: string,
    page?: { state?: TenantState; after?: string; limit?: number },
  ) => Promise<{ tenants: readonly TenantRow[]; next: string | null }>
  /** Puts a tenant aside: operations leave it out until a person brings it back. Errors: `NOT_APPLICABLE`, `IN_PROGRESS`. */
  readonly parkTenant: (project: string, tenant: string, by?: TenantReason) => Promise<TenantRecord>
  /**
   * Takes a tenant out of use: no operation works on it until `resumeTenant`. Errors: `NOT_APPLICABLE`, `IN_PROGRESS`.
   */
  readonly suspendTenant: (project: string, tenant: string, by?: TenantReason) => Promise<TenantRecord>
  /**
   * Looks which revision the tables of a parked tenant have, brings them to their project's and activates the tenant; one
   * that is active stays so. Errors: `TARGET_DRIFTED` where they are no revision or fit several, `NOT_APPLICABLE`, `IN_PROGRESS`, and what stands in the way on the target, with which it then stays parked.
   */
  readonly unparkTenant: (project: string, tenant: string, by?: BringBack) => Promise<BroughtBack>
  /**
   * The same for all parked tenants that failed or that an import left behind, together; whoever a person has put aside, or
   * accepted as he is, stays parked. One that cannot be brought up stops no other, and is named with the reason; the same can
   * be asked for again, and who asks while it is under way joins.
   */
  readonly unparkTenants: (project: string, by?: { readonly actor?: string }) => Promise<CatchUpTenantsResult>
  /** `unparkTenant` for a suspended tenant. */
  readonly resumeTenant: (project: string, tenant: string, by?: BringBack) => Promise<BroughtBack>
  /** The same whether it is parked or suspended. */
  readonly catchUpTenant: (project: string, tenant: string, by?: BringBack) => Promise<BroughtBack>
  /** Takes a tenant out of the project; nothing is dropped. Returns what it was. Errors: `IN_PROGRESS`. */
  readonly removeTenant: (project: string, tenant: string, by?: TenantReason) => Promise<TenantRecord>
  /**
   * Takes over the namespaces of a server (its databases where each tenant has one) that match a pattern of LIKE: those
   * that look like the project become active, the others parked; no table is touched. `except` leaves
   * out what matches one of its patterns, `ids` names tenants by their namespaces where the pattern gives no id or the same twice;
   * a tenant keeps the id that it has. `baseline` gives a project without models its first schema; `asTheyAre` leaves alone, from now on, all tables that no model has. What belongs to others is refused, unless `takeOver` names their catalog or project. Of a project that is described by SQL each
   * namespace is found by its shape; where several revisions look alike and rows were written between them, `revisions` says by
   * namespace which one it is, and `among` of all others. Errors: `NOT_APPLICABLE`, `SERVER_NOT_FOUND`, `TARGET_UNREACHABLE`.
   */
  readonly importTenants: (
    project: string,
    from: {
      server: string
      like: string
      except?: readonly string[]
      ids?: Readonly<Record<string, string>>
      baseline?: string
      dryRun?: boolean
      takeOver?: string
      revisions?: Readonly<Record<string, number>>
      among?: 'newest' | 'oldest'
      asTheyAre?: boolean
      actor?: string
    },
  ) => Promise<ImportResult>
  /** Texts of the form `key=value`. Errors: `INPUT_INVALID` with the key as path. */
  readonly setProject: (id: string, settings: readonly string[], by?: { actor?: string }) => Promise<ProjectRow>
  /**
   * Looks which revision the tables of the base have, and brings it to that of the project: for a base that was restored,
   * or that an operation left half-way. Errors: `TARGET_DRIFTED` where they are no revision or fit several, `NOT_APPLICABLE`
   * without a base, `IN_PROGRESS` while an operation has the turn, and what stands in the way on the base.
   */
  readonly catchUpBase: (id: string, by?: BringBack) => Promise<CaughtUpProject>
  /** Takes a project out of use; nothing is dropped. Errors: `IN_PROGRESS` while an operation is not final. */
  readonly archiveProject: (id: string, by?: { actor?: string }) => Promise<ProjectRow>
}
