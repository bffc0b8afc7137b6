/** Many tenants that catch up: which ones, and what is next for each, with one lock of the project's row for some of them. */
import type pg from 'pg'
import { type CatchUpStep, type Comeback, MOST_IN_BATCH, type Target } from '../../../contract.ts'
import { SagaError } from '../../../errors.ts'
import { inTransaction, isCatalogTrouble, onCatalog } from '../pool.ts'
import { requireProject } from '../projects/projects.ts'
import { type CatchUp, decideAt } from './catchUpStep.ts'

/** Decided in one transaction: operations wait for the project's row so long. */
const DECIDED_AT_ONCE = 25

/**
 * What failed, and what an import has left behind: that nobody has put aside. An operation that a person let go on without a
 * tenant has its name in `parked_by`.
 */
const MAY_COME_BACK = `(t.cause = 'failure' or t.cause = 'operator' and t.parked_by is null and t.reason_code is not null)`

interface Row extends Target {
  readonly since: string
  readonly adopt: boolean
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
                 t.revision is null as adopt`,
      [project, after, tenants ?? null, MOST_IN_BATCH],
    )
    const kept = await client.query<{ kept: number }>(
      `select count(*)::int as kept from schema_saga.tenant t
        where t.project_id = $1 and t.state = 'parked' and not ${MAY_COME_BACK}`,
      [project],
    )
    const opened = rows.map(({ since, adopt, ...target }): Comeback => ({ target, since, adopt }))
    opened.sort(byScope)
    return { opened, kept: kept.rows[0]?.kept ?? 0, more: rows.length === MOST_IN_BATCH }
  })
}

/** As the catalog sorts ids. */
function byScope(one: Comeback, other: Comeback): number {
  return Buffer.compare(Buffer.from(one.target.scope), Buffer.from(other.target.scope))
}

/** Those of the tenants that are active, by an earlier try or by somebody else. */
export async function activeAmong(
  pool: pg.Pool,
  project: string,
  targets: readonly Target[],
): Promise<ReadonlySet<string>> {
  return await onCatalog(async () => {
    const { rows } = await pool.query<{ id: string }>(
      `select id from schema_saga.tenant
        where project_id = $1 and id = any ($2) and incarnation = any ($3) and state = 'active'`,
      [project, targets.map(({ scope }) => scope), targets.map(({ incarnation }) => incarnation)],
    )
    return new Set(rows.map(({ id }) => id))
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
      const current = await requireProject(client, project, 'for update')
      const each: (CatchUpStep | SagaError)[] = []
      for (const it of some) each.push(await decideOne(client, current, it))
      return each
    })
    steps.push(...decided)
  }
  return steps
}

async function decideOne(
  client: pg.PoolClient,
  current: Parameters<typeof decideAt>[1],
  it: CatchUp,
): Promise<CatchUpStep | SagaError> {
  await client.query('savepoint one')
  try {
    const step = await decideAt(client, current, it)
    await client.query('release savepoint one')
    return step
  } catch (error) {
    if (!(error instanceof SagaError) || isCatalogTrouble(error)) throw error
    await client.query('rollback to savepoint one')
    return error
  }
}
