/** Many tenants that catch up: which ones, and what is next for each, with one lock of the project's row for some of them. */
import type pg from 'pg'
import { type CatchUpStep, type Comeback, MOST_IN_BATCH, type Target } from '../../../contract.ts'
import { SagaError } from '../../../errors.ts'
import { groupedBy } from '../../../groupedBy.ts'
import { inTransaction, isCatalogTrouble, onCatalog } from '../pool.ts'
import { requireProject } from '../projects/projects.ts'
import { FINAL } from '../statuses.ts'
import { type CatchUp, decideAt, type Mover, moveOn } from './catchUpStep.ts'
import { lockTenants } from './row.ts'

/** Decided in one transaction: operations wait for the project's row so long. */
const DECIDED_AT_ONCE = 100

/**
 * What failed, and what an import has left behind: that nobody has put aside. An operation that a person let go on without a
 * tenant has its name in `parked_by`.
 */
const MAY_COME_BACK = `(t.cause = 'failure' or t.cause = 'operator' and t.parked_by is null and t.reason_code is not null)`

interface Row extends Target {
  readonly since: string
  readonly adopt: boolean
  readonly revision: number | null
}

/**
 * The next parked tenants behind `after` that may be brought up without asking for each, or those among `tenants` that failed.
 * They count as being under way from now on. Repeating it is harmless. Errors: `PROJECT_NOT_FOUND`.
 */
export async function openCatchUps(
  pool: pg.Pool,
  {
    project,
    after,
    tenants,
  }: { readonly project: string; readonly after: string; readonly tenants?: readonly string[] | undefined },
): Promise<{ opened: readonly Comeback[]; kept: number; more: boolean }> {
  return await inTransaction(pool, async (client) => {
    await requireProject(client, project, 'for update')
    const { rows } = await client.query<Row>(
      `with due as (
         select t.id from schema_saga.tenant t
          where t.project_id = $1 and t.state = 'parked' and t.id > $2::text collate "C"
            and case when $3::text[] is null then ${MAY_COME_BACK} else t.cause = 'failure' and t.id = any ($3) end
          order by t.id limit $4)
       update schema_saga.tenant t set catch_up_started_at = now()
         from due where t.project_id = $1 and t.id = due.id
       returning t.id as scope, t.server_id as server, t.namespace, t.incarnation, t.since::text as since,
                 t.revision is null as adopt, t.revision`,
      [project, after, tenants ?? null, MOST_IN_BATCH],
    )
    const kept = await client.query<{ kept: number }>(
      `select count(*)::int as kept from schema_saga.tenant t
        where t.project_id = $1 and t.state = 'parked' and not ${MAY_COME_BACK}`,
      [project],
    )
    const opened = rows.map(({ since, adopt, revision, ...target }): Comeback => ({ target, since, adopt, revision }))
    opened.sort(byScope)
    return { opened, kept: kept.rows[0]?.kept ?? 0, more: rows.length === MOST_IN_BATCH }
  })
}

/** As the catalog sorts ids. */
function byScope(one: Comeback, other: Comeback): number {
  return Buffer.compare(Buffer.from(one.target.scope), Buffer.from(other.target.scope))
}

/** Those of the tenants that are active, by an earlier try or by somebody else, with their revisions. */
export async function activeAmong(
  pool: pg.Pool,
  project: string,
  targets: readonly Target[],
): Promise<ReadonlyMap<string, number>> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<{ id: string; revision: number | null }>(
      `select id, revision from schema_saga.tenant
        where project_id = $1 and id = any ($2) and incarnation = any ($3) and state = 'active'`,
      [project, targets.map(({ scope }) => scope), targets.map(({ incarnation }) => incarnation)],
    )
    return new Map(rows.map(({ id, revision }) => [id, revision ?? 0]))
  })
}

/** What is next for each, in their order, as `decideCatchUp` says it of one; an error concerns that one only. */
export async function decideCatchUps(
  pool: pg.Pool,
  project: string,
  comers: readonly CatchUp[],
): Promise<readonly (CatchUpStep | SagaError)[]> {
  const steps: (CatchUpStep | SagaError)[] = []
  for (let from = 0; from < comers.length; from += DECIDED_AT_ONCE) {
    const some = comers.slice(from, from + DECIDED_AT_ONCE)
    const decided = await inTransaction(pool, async (client) => {
      return await decideSome(client, await requireProject(client, project, 'for update'), some)
    })
    steps.push(...decided)
  }
  return steps
}

type Current = Parameters<typeof decideAt>[1] & { readonly id: string }

/** Those in whose way nothing can be move on together; whatever else there may be is decided one by one. */
async function decideSome(
  client: pg.PoolClient,
  current: Current,
  some: readonly CatchUp[],
): Promise<readonly (CatchUpStep | SagaError)[]> {
  const decided = new Map<CatchUp, CatchUpStep | SagaError>()
  const alike = groupedBy(await moversAmong(client, current.id, some), ({ it: { look }, tenant: { revision } }) =>
    JSON.stringify([look.revision, look.schemaHash, revision]),
  )
  for (const movers of alike.values()) {
    const steps = await inSavepoint(client, () => moveOn(client, current, movers))
    // What keeps all of them is told of each.
    if (!(steps instanceof SagaError))
      for (const [index, step] of steps.entries()) decided.set(at(movers, index).it, step)
  }
  for (const it of some) {
    if (!decided.has(it)) decided.set(it, await inSavepoint(client, () => decideAt(client, current, it)))
  }
  return some.map((it) => decided.get(it) as CatchUpStep | SagaError)
}

function at<T>(list: readonly T[], index: number): T {
  return list[index] as T
}

/**
 * Of tenants that are still as they were found: no operation is at work in the project, and all that has left markers on
 * them is part of the history that they have by their own bookkeeping, so that there is nothing to wait for and nothing to undo.
 */
async function moversAmong(
  client: pg.PoolClient,
  project: string,
  some: readonly CatchUp[],
): Promise<readonly Mover[]> {
  const tenants = await lockTenants(
    client,
    project,
    some.map(({ target }) => target.scope),
  )
  const ids = [...new Set(some.flatMap(({ look }) => openIn(look)))]
  const { rows } = await client.query<{ id: string; revision: number | null; work: boolean }>(
    `select id, case when persisted_at is not null and status not in ('failed', 'cancelled') then revision end as revision,
            status not in ${FINAL} and not (persisted_at is not null and turn = 'released') as work
       from schema_saga.operation
      where project_id = $1 and (id = any ($2) or status not in ${FINAL})`,
    [project, ids],
  )
  if (rows.some(({ work }) => work)) return []
  const made = new Map(rows.map(({ id, revision }) => [id, revision]))
  const known = await client.query<{ revision: number; hash: string }>(
    'select revision, schema_hash as hash from schema_saga.schema_revision where project_id = $1 and revision = any ($2)',
    [project, [...new Set(some.map(({ look }) => look.revision))]],
  )
  const hashes = new Map(known.rows.map(({ revision, hash }) => [revision, hash]))
  return some.flatMap((it): Mover[] => {
    const { target, look, since } = it
    const tenant = tenants.get(target.scope)
    if (tenant === undefined || tenant.incarnation !== target.incarnation || tenant.since !== since) return []
    if (tenant.state === 'active' || tenant.changed === 'unknown') return []
    if (hashes.get(look.revision) !== look.schemaHash) return []
    const isHistory = (id: string): boolean => {
      const revision = made.get(id)
      return revision === undefined || (revision !== null && revision <= look.revision)
    }
    return openIn(look).every(isHistory) ? [{ it, tenant }] : []
  })
}

/** The operations that have left something there which is not undone. */
function openIn({ markers }: CatchUp['look']): readonly string[] {
  return markers.filter(({ open }) => open).map(({ operationId }) => operationId)
}

/** An error of ours leaves nothing of that work. */
async function inSavepoint<T>(client: pg.PoolClient, work: () => Promise<T>): Promise<T | SagaError> {
  await client.query('savepoint part')
  try {
    const done = await work()
    await client.query('release savepoint part')
    return done
  } catch (error) {
    if (!(error instanceof SagaError) || isCatalogTrouble(error)) throw error
    await client.query('rollback to savepoint part')
    return error
  }
}
