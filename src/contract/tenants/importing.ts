/** Taking over a fleet that is there already. */

/** The workflow id under which a fleet is imported into a project, one import at a time. */
export function importWorkflowId(project: string): string {
  return `import/${project}`
}

/** Input of the workflow `importTenants`. */
export interface ImportInput {
  readonly project: string
  readonly server: string
  /** A pattern of SQL's LIKE over the names of namespaces, or of databases where each tenant has one. */
  readonly like: string
  /** Patterns of LIKE, too: names that match one of them are left out. */
  readonly except?: readonly string[]
  /** Ids for namespaces whose names give none, or the same as another; the others are named by the pattern. */
  readonly ids?: Readonly<Record<string, string>>
  /** The namespace from which a project without models takes its first schema. */
  readonly baseline?: string
  readonly dryRun?: boolean
  /** The catalog or the project from which namespaces are taken that belong to others. */
  readonly takeOver?: string
  /** Of a project that is described by SQL: the revisions of namespaces that look like several, by namespace. */
  readonly revisions?: Readonly<Record<string, number>>
  /** The same for all others that look like several. */
  readonly among?: 'newest' | 'oldest'
  /** Of a project of models: tables that no model has are left alone from now on, whatever they are. */
  readonly asTheyAre?: boolean
  readonly actor: string
}

/** What a table has that no model can say; it is left alone. */
export interface LeftAlone {
  /** Its name. */
  readonly table: string
  /** What no model can say, in words. */
  readonly reasons: readonly string[]
}

/** The first schema of a project, taken from a namespace. */
export interface BaselineResult {
  /** Where the schema was taken from. */
  readonly namespace: string
  /** The revision that it became. */
  readonly revision: number
  /** Their names. */
  readonly models: readonly string[]
  /** Tables that became no model, or not wholly. */
  readonly left_alone: readonly LeftAlone[]
}

/** One namespace that was looked at by an import. */
export interface ImportedTenant {
  /** The id of the tenant. */
  readonly tenant: string
  /** Its namespace, or its database where each tenant has one. */
  readonly namespace: string
  /**
   * Of one that looks like several revisions, what told which it is: what was `said` of it, or of all such (`choice`); the table in
   * which another tool keeps what it has run (`tool_table`); or that nothing between them writes rows, so that it may be the `newest`.
   * Null where nothing else had to tell.
   */
  readonly decided_by: 'said' | 'choice' | 'tool_table' | 'newest' | null
  /** The name of that table. */
  readonly tool_table: string | null
}

/** A target that does not look like its project: each difference as `food.price is missing`, at most 20. */
export interface DriftedTenant extends ImportedTenant {
  /** What differs, in words; at most 20. */
  readonly differences: readonly string[]
}

/** A namespace that stays parked: one that is only behind is known by its revision, and `unpark` brings it up from there. */
export interface ParkedNamespace extends DriftedTenant {
  /** The revision that its tables are; null where they are none, or several. */
  readonly revision: number | null
}

/** How many of the namespaces that were looked at are those of one revision. */
export interface RevisionCount {
  /** The revision. */
  readonly revision: number
  /** The migration that led to it. */
  readonly name: string
  /** How many namespaces. */
  readonly tenants: number
}

/** What an import found and did; each list holds at most 100, the counts count all. */
export interface ImportResult {
  /** Whether nothing was changed. */
  readonly dry_run: boolean
  /** The first schema of the project, where it was asked for; else null. */
  readonly baseline: BaselineResult | null
  /** Of a project that is described by SQL: revisions that look alike, each time those that do. */
  readonly alike_revisions: readonly (readonly number[])[]
  /** Of a project that is described by SQL: how many namespaces were found at each revision, the newest first. */
  readonly revisions: readonly RevisionCount[]
  /** Tables that are left alone from now on, because namespaces were taken over as they are; at most 100. */
  readonly ignored_tables: readonly string[]
  /** How many namespaces ended how. */
  readonly counts: {
    readonly matched: number
    readonly parked: number
    readonly registered: number
    readonly refused: number
  }
  /** How many of the parked were parked by an earlier import and have not changed: nobody is told anything new. */
  readonly parked_before: number
  /** Active at the project's revision from now on. */
  readonly matched: readonly ImportedTenant[]
  /** Registered and parked, because they do not look like the project as it is now. */
  readonly parked: readonly ParkedNamespace[]
  /** Registered before. */
  readonly registered: readonly ImportedTenant[]
  /** Neither: no tenant can be called like that, or another target is there. */
  readonly refused: readonly { readonly namespace: string; readonly code: string; readonly reason: string }[]
}

/** Activities of `importTenants`. */
export interface ImportActivities {
  /** Gives a project its first schema. Errors: `NOT_APPLICABLE` when it has one, or work is under way. */
  takeBaseline(input: ImportInput & { readonly baseline: string }): Promise<BaselineResult>
  /** Registers every namespace that matches the pattern; repeating it is harmless. */
  importNamespaces(input: ImportInput): Promise<Omit<ImportResult, 'baseline' | 'dry_run'>>
}
