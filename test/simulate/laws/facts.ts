/** What is true about a project and its targets, read from the catalog and the databases themselves, past all faults. */
import type pg from 'pg'
import type { LogicalSchema } from '../../../src/logical/schema.ts'
import type { PlacedTenant, World } from '../types.ts'
import { readTarget } from './targetFacts.ts'

/** One operation as the ledger has it. */
export interface OperationFact {
  readonly id: string
  /** As the ledger says; `moving` where it changed while all this was read. */
  readonly status: string
  readonly turn: string
  readonly attempt: number
  readonly revision: number | null
  readonly unchanged: boolean
  readonly persisted: boolean
  readonly error: string | null
  /** Targets that a person accepted as they are. */
  readonly accepted: readonly string[]
}

/** One marker that says that something was begun or done and not undone. */
export interface OpenMarker {
  readonly operation: string
  readonly epoch: number
  readonly stage: number
  readonly state: 'started' | 'applied'
}

/** Where a target is said to be. */
export interface Standing {
  readonly revision: number | null
  readonly hash: string | null
}

/** One target: what the catalog says of it, and what is there. */
export interface TargetFact {
  readonly place: PlacedTenant
  readonly name: string
  /** `active` for a base that is ready. */
  readonly state: string
  readonly cause: string | null
  readonly changed: string | null
  readonly catalog: Standing
  /** Null where it has no row in the bookkeeping of its database. */
  readonly registered: (Standing & { readonly project: string }) | null
  readonly markers: readonly OpenMarker[]
  /** Rules that an undo noted that it could not bring back. */
  readonly notes: readonly string[]
  readonly dump: readonly string[]
  /** Against a target that is made anew at its own revision; null where that schema is not known. */
  readonly differences: readonly string[] | null
  /** Operations that are yet to take off what they left at work here, on record. */
  readonly owes: readonly string[]
  /** Whether somebody has replaced its tables. */
  readonly byHand: boolean
  /** Tables that are not ordinary ones: secured by row, partitioned, and the like. */
  readonly peculiar: readonly string[]
}

/** One project. */
export interface ProjectFacts {
  readonly id: string
  readonly revision: number
  readonly hash: string
  readonly operations: readonly OperationFact[]
  /** By hash: the operation that made each durable schema. */
  readonly revisions: ReadonlyMap<string, { readonly operation: string | null; readonly schema: LogicalSchema }>
  readonly targets: readonly TargetFact[]
  /** Whether no operation was at work while all this was read. */
  readonly quiet: boolean
}

/** The facts of all projects. */
export async function readFacts(world: World): Promise<readonly ProjectFacts[]> {
  const { rows } = await world.catalog.query<{ id: string }>(
    'select id from schema_saga.project where archived_at is null order by id',
  )
  const facts: ProjectFacts[] = []
  for (const { id } of rows) facts.push(await readProject(world, id))
  return facts
}

/** The facts of one project. */
export async function readProject(world: World, id: string): Promise<ProjectFacts> {
  const before = await readLedger(world.catalog, id)
  const places = (await world.places()).filter(({ project }) => project === id)
  const revisions = await readRevisions(world.catalog, id)
  const targets: TargetFact[] = []
  for (const place of places) {
    const target = await readTarget(world, place, revisions)
    if (target !== null) targets.push(target)
  }
  const after = await readLedger(world.catalog, id)
  const same = JSON.stringify(before) === JSON.stringify(after)
  return {
    id,
    revision: after.revision,
    hash: after.hash,
    revisions,
    targets,
    operations: after.operations.map((operation) => settled(operation, before.operations)),
    quiet: same && !after.operations.some(isAtWork),
  }
}

/** What has moved since the first look was not over while targets were read. */
function settled(operation: OperationFact, before: readonly OperationFact[]): OperationFact {
  const known = before.some((each) => JSON.stringify(each) === JSON.stringify(operation))
  return known ? operation : { ...operation, status: 'moving' }
}

interface Ledger {
  readonly revision: number
  readonly hash: string
  readonly operations: readonly OperationFact[]
}

async function readLedger(catalog: pg.Pool, project: string): Promise<Ledger> {
  const { rows } = await catalog.query<Omit<Ledger, 'operations'>>(
    'select revision, schema_hash as hash from schema_saga.project where id = $1',
    [project],
  )
  const [row] = rows
  if (row === undefined) throw new Error(`Project ${project} is gone.`)
  return { ...row, operations: await readOperations(catalog, project) }
}

/** Whether no operation has come, gone or moved since these facts were read. */
export async function isStill(catalog: pg.Pool, { id, operations }: ProjectFacts): Promise<boolean> {
  return JSON.stringify(await readOperations(catalog, id)) === JSON.stringify(operations)
}

/** Whether an operation may change its targets at any moment. */
export function isAtWork({ status, turn }: OperationFact): boolean {
  return turn === 'holding' || ((status === 'applying' || status === 'compensating') && turn !== 'released')
}

/** Statuses that an operation never leaves by itself. */
export function isFinal({ status }: OperationFact): boolean {
  return status === 'committed' || status === 'failed' || status === 'cancelled'
}

async function readOperations(catalog: pg.Pool, project: string): Promise<readonly OperationFact[]> {
  const { rows } = await catalog.query<OperationFact>(
    `select o.id, o.status, o.turn, o.attempt, o.revision, o.unchanged, o.persisted_at is not null as persisted, o.error,
            array(select s.scope from schema_saga.operation_step s
                   where s.operation_id = o.id and s.accepted order by 1) as accepted
       from schema_saga.operation o where o.project_id = $1 order by o.seq`,
    [project],
  )
  return rows
}

async function readRevisions(catalog: pg.Pool, project: string): Promise<ProjectFacts['revisions']> {
  const { rows } = await catalog.query<{ hash: string; operation: string | null; schema: LogicalSchema }>(
    `select schema_hash as hash, operation_id as operation, schema from schema_saga.schema_revision
      where project_id = $1`,
    [project],
  )
  return new Map(rows.map(({ hash, ...revision }) => [hash, revision]))
}
