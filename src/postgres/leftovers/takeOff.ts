/** Takes off one target what operations have left at work there, whether or not anybody has it on record. */
import type { ClientBase } from 'pg'
import type { Target } from '../../contract.ts'
import { TargetDrifted } from '../../errors.ts'
import { ident, inNamespace, renderFor } from '../../physical/sql.ts'
import type { KnownOperation } from '../catalog/projects/history.ts'
import type { TargetPools } from '../sessions/pools.ts'
import { whereOf } from '../sessions/servers.ts'
import { bookkeepingVersion, ensureBookkeeping } from '../target/bookkeeping/bookkeeping.ts'
import { prepareSession } from '../target/stage/execution.ts'
import { underOwnPath } from '../target/stage/ownPath.ts'
import { transact } from '../target/stage/transaction.ts'
import { watched } from '../target/stage/watch.ts'
import { type Judgement, judge, type Standing } from './judge.ts'
import { type Leftover, leftoversOf, leftoversQuery } from './leftover.ts'
import { belongsToOthers, type Ownership, ownershipOf } from './owners.ts'

/** A target, and what the ledger knows of operations. */
export interface TakingOff {
  readonly target: Target
  readonly projectId: string
  readonly known: (ids: readonly string[]) => Promise<ReadonlyMap<string, KnownOperation>>
  readonly signal?: AbortSignal
}

/** What was taken off (`owed`), and what must stay for now. */
export type TakenOff = Judgement

const NOTHING: TakenOff = { owed: [], needed: [] }

/**
 * What is owed is decided and taken off under the lock of the target's row, so that no stage runs meanwhile. A namespace
 * that is gone has nothing. Errors: `TARGET_DRIFTED` where it is not registered as this target, `TARGET_UNFIT` where something
 * is on a table of a role for which ours may not act, `STATEMENT_REFUSED`, `LOCK_UNAVAILABLE`, `TARGET_UNREACHABLE`.
 */
export async function takeOff(pools: TargetPools, taking: TakingOff): Promise<TakenOff> {
  const { target, known, signal } = taking
  const work = { target, operationId: 'settle', ...(signal !== undefined && { signal }) }
  return await pools.withClient(target, async (client, namespace) => {
    if ((await leftIn(client, namespace)).length === 0) return NOTHING
    return await watched(pools, client, work, async () => {
      if ((await bookkeepingVersion(client)) === 0) throw notRegistered(target)
      await prepareSession(client, work)
      await ensureBookkeeping(client)
      // The ledger is asked before anything is locked.
      const asked = await openOn(client, namespace, target)
      const answer = { asked, operations: await known(asked) }
      const { theirs, ...taken } = await transact(client, () => takeOffLocked(client, namespace, taking, answer))
      // What is ours to take off is off all the same.
      if (theirs.length > 0) throw belongsToOthers(target, namespace, theirs)
      return taken
    })
  })
}

async function takeOffLocked(
  client: ClientBase,
  namespace: string,
  { target, projectId }: TakingOff,
  { asked, operations }: { asked: readonly string[]; operations: ReadonlyMap<string, KnownOperation> },
): Promise<TakenOff & { readonly theirs: readonly { left: Leftover; owned: Ownership }[] }> {
  const revision = await lockTarget(client, namespace, { target, projectId })
  const open = await openOn(client, namespace, target)
  // What began in between is half-way.
  const begun = open
    .filter((id) => !asked.includes(id))
    .map((id) => [id, { id, project: projectId, final: false, revision: null }] as const)
  const standing: Standing = { revision, open }
  const judged = judge(await leftIn(client, namespace), standing, new Map([...operations, ...begun]))
  const ownership = await ownershipOf(client, namespace, judged.owed)
  const theirs: { left: Leftover; owned: Ownership }[] = []
  for (const left of judged.owed) {
    const owned = ownership(left)
    if (owned === undefined) continue
    if (owned.foreign !== null) theirs.push({ left, owned })
    else await remove(client, namespace, left, owned)
  }
  return { ...judged, theirs }
}

async function lockTarget(
  client: ClientBase,
  namespace: string,
  { target, projectId }: Pick<TakingOff, 'target' | 'projectId'>,
): Promise<number> {
  const { rows } = await client.query<{ revision: number }>(
    `SELECT revision FROM schema_saga_target.target
      WHERE namespace = $1 AND incarnation = $2 AND project_id = $3 FOR NO KEY UPDATE`,
    [namespace, target.incarnation, projectId],
  )
  const [row] = rows
  if (row === undefined) throw notRegistered(target)
  return row.revision
}

async function leftIn(client: ClientBase, namespace: string): Promise<readonly Leftover[]> {
  return leftoversOf(await client.query(leftoversQuery([namespace]))).get(namespace) ?? []
}

async function openOn(client: ClientBase, namespace: string, { incarnation }: Target): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT DISTINCT operation_id AS id FROM schema_saga_target.marker
      WHERE namespace = $1 AND incarnation = $2 AND state IN ('started', 'applied')`,
    [namespace, incarnation],
  )
  return rows.map(({ id }) => id)
}

/** With a sync goes what is remembered of rows for it: nobody goes back by it any more. */
async function remove(
  client: ClientBase,
  namespace: string,
  { kind, name, table }: Leftover,
  { mayDropFunction }: Ownership,
): Promise<void> {
  if (kind === 'proof') {
    const drop = `ALTER TABLE ${inNamespace(table ?? '')} DROP CONSTRAINT IF EXISTS ${ident(name)}`
    await client.query(underOwnPath([renderFor(namespace, drop)]))
    return
  }
  // The function of somebody else stays, which does nothing without its triggers.
  if (mayDropFunction) await client.query('SELECT schema_saga_target.drop_sync_v1($1, $2)', [namespace, name])
  else await dropTriggersOf(client, namespace, name)
  await client.query(
    `WITH gap AS (DELETE FROM schema_saga_target.sync_gap WHERE namespace = $1 AND sync_function = $2::name)
     DELETE FROM schema_saga_target.misfit WHERE namespace = $1 AND 'schema_saga_sync_' || sync = $2`,
    [namespace, name],
  )
}

async function dropTriggersOf(client: ClientBase, namespace: string, name: string): Promise<void> {
  const { rows } = await client.query<{ sql: string }>(
    `SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass) AS sql FROM pg_catalog.pg_trigger t
      JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname = $1 AND p.proname = $2 AND t.tgparentid = 0`,
    [namespace, name],
  )
  if (rows.length > 0) await client.query(underOwnPath(rows.map(({ sql }) => sql)))
}

function notRegistered(target: Target): TargetDrifted {
  const text = `${whereOf(target)} is not registered as this target: nothing is removed there until it is.`
  return new TargetDrifted('TARGET_DRIFTED', text)
}
