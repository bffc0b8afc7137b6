/** The words of the search: a world is made from a plan, a story is told in it, laws are checked against it. */

import type { Client } from '@temporalio/client'
import type pg from 'pg'
import type { TestClient } from '../fixtures/testClient.ts'
import type { Bursts } from './application/bursts.ts'

/** A whole story as data: everything derives from it, and a smaller one is made by leaving parts out. */
export interface Story {
  readonly seed: number
  readonly world: WorldPlan
  readonly steps: readonly Step[]
  /** What goes wrong meanwhile; each entry names the step during which it happens, by its `id`. */
  readonly weather: readonly WeatherEvent[]
}

/** What a world consists of before the story begins. */
export interface WorldPlan {
  readonly servers: readonly ServerPlan[]
  readonly projects: readonly ProjectPlan[]
  /** Workflows that the worker keeps in memory; tasks of all others are done from their history. */
  readonly cachedWorkflows: number
  /** Tenants of a cohort at most; sweeps and children come in batches of it. */
  readonly cohortSize: number
}

/** One server of a world: a database of its own, or one for each tenant. */
export interface ServerPlan {
  readonly id: string
  readonly databasePerTenant: boolean
  /** The role of our sessions: a superuser, or the owner of the database, who is bound by policies. */
  readonly role: 'superuser' | 'owner'
}

/** One project of a world. */
export interface ProjectPlan {
  readonly id: string
  /** The server of its base; null for a project that has tenants only. */
  readonly base: string | null
  readonly tenants: readonly TenantPlan[]
  /** As `project set` takes them. */
  readonly settings: readonly string[]
  /** Models that the project has before the story begins, as mutations. */
  readonly mutations: readonly unknown[]
  /** How it begins when it is described by SQL; it then has no models. */
  readonly sql?: SqlPlan
}

/** How a project begins that is described by SQL. */
export interface SqlPlan {
  readonly baseline: string
  /** Changes from before the story, in their order. */
  readonly first: readonly { readonly name: string; readonly up: string }[]
}

/** One tenant of a world. */
export interface TenantPlan {
  readonly id: string
  readonly server: string
  /** Rows that each of its tables holds when the story begins. */
  readonly rows: number
  /** Peculiarities by name, one entry each in `FEATURES`. */
  readonly features: readonly string[]
  /** In a project of SQL: how many of its first changes a tenant lacks that was made by hand; null for the product's make. */
  readonly behind?: number | null
}

/** One step of a story; numbers choose among what is there when it is its turn, so that a shrunken story still means something. */
export interface Step {
  readonly id: number
  /** A key of `STEP_KINDS`. */
  readonly kind: string
  /** The project by its number; modulo how many there are. */
  readonly project: number
  /** What the kind needs, as data. */
  readonly arguments: Readonly<Record<string, unknown>>
  /** Whether the story goes on while this is still at work. */
  readonly detached: boolean
}

/** Something that goes wrong during a step. */
export interface WeatherEvent {
  readonly id: number
  /** A key of `WEATHER_KINDS`. */
  readonly kind: string
  /** The step, by its id, with which it begins. */
  readonly step: number
  readonly arguments: Readonly<Record<string, unknown>>
}

/** A server of a running world. */
export interface WorldServer extends ServerPlan {
  /** The role that our sessions have; tables belong to it. */
  readonly ddlRole: string
  /** The connection strings to the database in which that namespace lies, past every proxy. */
  readonly urls: (namespace: string) => {
    readonly superuser: string
    /** As our sessions connect; the role is not a superuser where the plan says `owner`. */
    readonly ddl: string
    /** The role of the application: it may read and write the rows of all tables, and owns nothing. */
    readonly application: string
  }
  /** The namespace of the tables: the given one, or `public` in a database of the tenant's own. */
  readonly tablesIn: (namespace: string) => string
}

/** Where a tenant lies; the base has the empty id. */
export interface PlacedTenant {
  readonly project: string
  readonly tenant: string
  readonly server: string
  /** As the catalog names it: a namespace, or a database where each tenant has one. */
  readonly namespace: string
}

/** Time as Temporal has it, which runs ahead of the machine's. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Lets virtual time pass until `isOver` says so or `mostMs` of it are over; false in the latter case. */
  readonly pass: (mostMs: number, isOver: () => Promise<boolean>) => Promise<boolean>
  /** Makes everything that is recorded in the catalog and on the targets older. */
  readonly age: (ms: number) => Promise<void>
}

/** A running world. */
export interface World {
  readonly plan: WorldPlan
  /** The catalog, past every proxy. */
  readonly catalogUrl: string
  readonly catalog: pg.Pool
  readonly temporal: Client
  readonly client: TestClient
  readonly taskQueue: string
  /** Names of databases and namespaces of this world begin so. */
  readonly prefix: string
  readonly servers: ReadonlyMap<string, WorldServer>
  readonly clock: Clock
  /** All bases and tenants that the catalog knows now, whatever their state; those removed are not among them. */
  readonly places: () => Promise<readonly PlacedTenant[]>
  /** Has applications write at a given moment. */
  readonly bursts: Bursts
  /** Tenants, as `project/tenant`, whose tables somebody has replaced: whatever the application knew of them is void. */
  readonly replaced: Set<string>
  /** Those whose tables were ever replaced: while they are put aside, their tables are whoever's did it. */
  readonly byHand: Set<string>
  /** Lines about what happened, for the report of a violation. */
  readonly log: (line: string) => void
  /** Ends everything of this world and drops its databases. */
  readonly stop: () => Promise<void>
}

/** The laws, in the order in which the design lists them. */
export const LAWS = ['status', 'lost-value', 'failed-statement', 'stuck', 'drift'] as const

/** The name of a law. */
export type Law = (typeof LAWS)[number]

/** A law that does not hold. Two with equal `law` and `kind` count as the same when a story is shrunken. */
export interface Violation {
  readonly law: Law
  /** A short stable name of the way in which the law is broken. */
  readonly kind: string
  /** One sentence with names. */
  readonly detail: string
}

/** The application of all tenants, which reads and writes all the while and keeps a shadow copy of its rows. */
export interface Application {
  /** What it met itself so far: lost values, failed statements. */
  readonly violations: () => readonly Violation[]
  /** Runs `work` while no statement of the application is on its way, so that tables and shadow can be compared. */
  readonly whilePaused: <T>(work: () => Promise<T>) => Promise<T>
  readonly stop: () => Promise<void>
}

/** Starts the application over all active tenants of the world. */
export type StartApplication = (world: World) => Promise<Application>

/**
 * Checks the laws after a step, or at the end of the story, when everything has been given the time that it may take
 * and the documented commands were sent to whatever waited for a person.
 */
export type CheckLaws = (world: World, application: Application, when: 'step' | 'end') => Promise<readonly Violation[]>
