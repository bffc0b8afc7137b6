import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Mutation } from '../../../src/logical/mutations/index.ts'
import { projectSchema } from '../../../src/physical/project.ts'
import { furthestBehind, readReplicas } from '../../../src/postgres/target/rows/replicas.ts'
import { openFleet, type TestFleet } from '../fleet.ts'
import { preflightTarget } from '../preflightTarget.ts'
import { field, foodSchema, openShop, RETYPE } from './shop.ts'
import { startStandby } from './standby.ts'

const STOCK = field('Stock')
const EXTRA = field('Extra') as Mutation
const NAME = `standby_${randomBytes(4).toString('hex')}`

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
  // Otherwise the log is written some time after a commit, and a standby is behind only from then on.
  await fleet.client.query(`set synchronous_commit = on; do $$ begin
    execute format('alter database %I set synchronous_commit = on', current_database()); end $$`)
})
afterAll(() => fleet?.close())

describe('how far a replica is behind', () => {
  const marks = [
    { at: 1_000, written: 100 },
    { at: 2_000, written: 200 },
    { at: 3_000, written: 300 },
  ]
  const behind = (...replicas: [name: string, replayed: number, lagMs: number | null][]) =>
    furthestBehind(
      { at: 5_000, written: 300, replicas: replicas.map(([name, replayed, lagMs]) => ({ name, replayed, lagMs })) },
      marks,
    )

  test('is known by what it has not replayed since, also when Postgres measures nothing', () => {
    expect(behind(['a', 150, null])).toEqual({ name: 'a', ms: 3_000 })
    expect(behind(['a', 99, 20], ['b', 250, 20])).toEqual({ name: 'a', ms: 4_000 })
    expect(behind(['a', 250, 9_000])).toEqual({ name: 'a', ms: 9_000 })
  })

  test('is nothing once it has replayed all, whatever the last measure was, or where there is none', () => {
    expect(behind(['a', 300, 9_000])).toBeNull()
    expect(behind()).toBeNull()
  })
})

test('batches wait for a replica that is too far behind, say so, and go on without it', async () => {
  const shop = await openShop(fleet, 'lag', [STOCK], RETYPE)
  await fleet.client.query(
    `insert into ${shop.food} (id, stock) select lpad(i::text, 5, '0'), i::text from generate_series(1, 3000) i`,
  )
  const standby = await startStandby(fleet.url, NAME)
  await expect.poll(async () => (await readReplicas(fleet.client)).replicas).toMatchObject([{ name: NAME }])
  const told: (string | null)[] = []
  let rows = 0
  const reportWait = async (words: string | null): Promise<void> => {
    told.push(words)
    if (words !== null) await standby.close()
  }
  const done = shop.forward({
    limits: { replicaLagMs: 1 },
    reportWait,
    report: (progress) => {
      if (told.length === 0) rows = progress.rows
    },
  })
  await done.finally(() => standby.close())
  expect(told).toEqual([
    expect.stringMatching(
      `^s1/lag: the batches wait for the replica "${NAME}", which is \\d+ ms behind; max_replica_lag is 1 ms\\.$`,
    ),
    null,
  ])
  // Batches before show how the log grows; the last is not written before the replica has gone.
  expect(rows).toBeLessThan(3_000)
  const { rows: left } = await fleet.client.query(`select from ${shop.food} where stock is null`)
  expect(left).toEqual([])
})

test('what a standby says of itself is read as it is', async () => {
  const standby = await startStandby(fleet.url, `${NAME}_read`)
  const found = async () =>
    (await readReplicas(fleet.client)).replicas.find((replica) => replica.name === `${NAME}_read`)
  const first = await expect.poll(found).toBeDefined().then(found)
  await fleet.client.query('create table lag_more as select from generate_series(1, 1000)')
  await standby.catchUp()
  await expect.poll(async () => (await found())?.replayed).toBeGreaterThan(first?.replayed ?? 0)
  await standby.close()
})

describe('a role that may not see replicas', () => {
  const ROLE = `blind_${randomBytes(4).toString('hex')}`
  const seen = async (mutation: Mutation, replicaLagMs: number | null): Promise<void> => {
    const { plan, target } = await openShop(fleet, `blind_${randomBytes(4).toString('hex')}`, [STOCK], mutation)
    await fleet.client.query(`alter schema "${target.namespace}" owner to ${ROLE};
      alter table "${target.namespace}".food owner to ${ROLE}`)
    const url = new URL(fleet.url)
    url.username = ROLE
    url.password = 'b'
    const client = new pg.Client({ connectionString: url.href })
    await client.connect()
    const expected = projectSchema(foodSchema(STOCK))
    await preflightTarget(client, { target, plan, expected, replicaLagMs }).finally(() => client.end())
  }
  beforeAll(async () => {
    await openShop(fleet, 'first', [STOCK], EXTRA)
    await fleet.client.query(`create role ${ROLE} login password 'b' nosuperuser;
      grant usage on schema schema_saga_target to ${ROLE};
      grant all on all tables in schema schema_saga_target to ${ROLE};
      grant execute on all functions in schema schema_saga_target to ${ROLE}`)
  })
  afterAll(async () => {
    await fleet.client.query(`reassign owned by ${ROLE} to current_user; drop owned by ${ROLE}; drop role ${ROLE}`)
  })

  test('is told so in preflight, with what to do, where batches would have to wait for them', async () => {
    await expect(seen(RETYPE, 10_000)).rejects.toMatchObject({
      code: 'TARGET_UNFIT',
      message: expect.stringContaining(
        `max_replica_lag is set, but our role ${ROLE} may not see how far replicas are behind: GRANT pg_monitor TO "${ROLE}", or set max_replica_lag=off.`,
      ),
    })
    await seen(EXTRA, 10_000)
    await seen(RETYPE, null)
    await fleet.client.query(`grant pg_monitor to ${ROLE}`)
    await seen(RETYPE, 10_000)
  })
})
