import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/dev/servers/embeddedPostgres.ts'
import { findDoneTargets } from '../../../src/postgres/target/bookkeeping/doneTargets.ts'
import { lookAtTarget } from '../../../src/postgres/target/bookkeeping/markers.ts'
import { applyTargets } from '../../../src/postgres/target/stage/protocol.ts'
import { ADD_PRICE, openFleet, type TestFleet, target, work } from '../fleet.ts'

// Nobody writes beside the test, and the server writes to disk by itself so late that a test knows who has waited for it.
const SETTINGS = {
  synchronous_commit: 'on',
  wal_writer_delay: '10s',
  wal_level: 'minimal',
  max_wal_senders: '0',
  autovacuum: 'off',
}

let folder: string
let server: EmbeddedPostgres
let fleet: TestFleet
let session: pg.Client
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-durability-'))
  server = await startEmbeddedPostgres({ dataDir: join(folder, 'data'), ephemeral: true, settings: SETTINGS, log() {} })
  process.env.TEST_POSTGRES_URL = server.url('postgres')
  fleet = await openFleet()
  session = await fleet.connect()
})
afterAll(async () => {
  delete process.env.TEST_POSTGRES_URL
  await fleet.close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('what many targets in one call leave', () => {
  it('is on disk when the call has succeeded', async () => {
    const works = [work(await target(fleet, 'one'), ADD_PRICE), work(await target(fleet, 'two'), ADD_PRICE)]
    await applyTargets(session, works)
    expect(await isOnDisk(await writtenSoFar())).toBe(true)
  })

  it('is not waited for while the call goes on, and is on disk when an operation has found it', async () => {
    const { left, written } = await leaveBehind('left')
    expect(await isOnDisk(written)).toBe(false)
    const done = await findDoneTargets(session, work(left, ADD_PRICE), 'forward', [left])
    expect(done.find(left, work(left, ADD_PRICE).epoch)).toEqual({ touched: true })
    expect(await isOnDisk(written)).toBe(true)
  })

  it('is on disk when a catch-up has looked at it', async () => {
    const { left, written } = await leaveBehind('behind')
    const look = await lookAtTarget(session, { target: left, projectId: 'shop', namespace: left.namespace })
    expect(look.revision).toBe(2)
    expect(await isOnDisk(written)).toBe(true)
  })

  it('is on disk when a late try was told that it is there', async () => {
    const { left, written } = await leaveBehind('late')
    await applyTargets(session, [work(left, ADD_PRICE)])
    expect(await isOnDisk(written)).toBe(true)
  })
})

/** A target whose change is committed by a call that fails at the next one. */
async function leaveBehind(namespace: string) {
  const [left, next] = [await target(fleet, namespace), await target(fleet, `${namespace}_next`)]
  await fleet.client.query('UPDATE schema_saga_target.target SET revision = 7 WHERE namespace = $1', [next.namespace])
  const calling = applyTargets(session, [work(left, ADD_PRICE), work(next, ADD_PRICE)])
  await expect(calling).rejects.toThrow(/at revision 7/)
  return { left, written: await writtenSoFar() }
}

async function writtenSoFar(): Promise<string> {
  const { rows } = await fleet.client.query<{ at: string }>('SELECT pg_current_wal_insert_lsn()::text AS at')
  return rows[0]?.at ?? ''
}

async function isOnDisk(written: string): Promise<boolean> {
  const { rows } = await fleet.client.query<{ there: boolean }>(
    'SELECT pg_current_wal_flush_lsn() >= $1::pg_lsn AS there',
    [written],
  )
  return rows[0]?.there === true
}
