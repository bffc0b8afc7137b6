import { beforeEach, describe, expect, test } from 'vitest'
import { recordSucceeded, recordUndoneAll, startTargets } from '../../../src/postgres/catalog/steps/many.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()
const ALL = ['t1', 't2', 't3', 't4']
let operationId = ''

beforeEach(async () => {
  for (const id of ALL) await ledger.addTenant(id)
  operationId = await ledger.planned('1')
})

async function start(scopes: readonly string[] = ALL) {
  const started = await startTargets(ledger.pool, { operationId, scopes })
  return Object.fromEntries(started.map(({ scope, epoch }) => [scope, epoch]))
}

async function steps(): Promise<Record<string, string>> {
  const { rows } = await ledger.pool.query<{ scope: string; text: string }>(
    `select scope, concat_ws(' ', state, epoch, case when undone then 'undone' end, error) as text
       from schema_saga.operation_step where operation_id = $1 and key = 'tenant_ddl' and scope <> ''`,
    [operationId],
  )
  return Object.fromEntries(rows.map(({ scope, text }) => [scope, text]))
}

const set = (scope: string, change: string) =>
  ledger.pool.query(`update schema_saga.operation_step set ${change} where operation_id = $1 and scope = $2`, [
    operationId,
    scope,
  ])

describe('starting many tenants', () => {
  test('is what starting each of them is', async () => {
    await set('t2', "undone = true, state = 'compensated'")
    expect(await start()).toEqual({ t1: 0, t2: 1, t3: 0, t4: 0 })
    expect(await start()).toEqual({ t1: 0, t2: 1, t3: 0, t4: 0 })
    expect(await steps()).toEqual({ t1: 'running 0', t2: 'running 1', t3: 'running 0', t4: 'running 0' })
    expect(await ledger.catalog.startTarget({ operationId, key: 'tenant_ddl', scope: 't2' })).toEqual({ epoch: 1 })
  })

  test('leaves out those that were skipped or are not active any more', async () => {
    await set('t1', "state = 'skipped'")
    await ledger.pool.query(`update schema_saga.tenant set state = 'suspended' where project_id = $1 and id = 't2'`, [
      ledger.project,
    ])
    expect(await start()).toEqual({ t3: 0, t4: 0 })
    expect(await steps()).toMatchObject({ t1: 'skipped 0', t2: 'skipped 0 The tenant is not active any more.' })
  })

  test('takes a tenant that was born after the plan', async () => {
    await ledger.addTenant('t9')
    expect(await start(['t9'])).toEqual({ t9: 0 })
  })

  test('is refused once the undo has begun', async () => {
    await ledger.catalog.beginCompensation({ operationId, error: 'e', errorCode: 'E' })
    await expect(start()).rejects.toMatchObject({ code: 'PERSIST_CONFLICT' })
  })
})

describe('a tenant that leaves while many are started', () => {
  /** Somebody has the tenant's row, as whoever parks or removes it does, and lets it go after the start has begun. */
  async function startBehind(change: string) {
    const person = await ledger.pool.connect()
    try {
      await person.query('begin')
      await person.query(`select from schema_saga.tenant where project_id = $1 and id = 't2' for update`, [
        ledger.project,
      ])
      const started = start()
      const blocked = `select from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))`
      await expect.poll(async () => (await person.query(blocked)).rowCount).toBe(1)
      await person.query(`${change} where project_id = $1 and id = 't2'`, [ledger.project])
      await person.query('commit')
      return await started
    } finally {
      person.release()
    }
  }

  test('is not begun once it was removed, and no record of it is left running', async () => {
    expect(await startBehind('delete from schema_saga.tenant')).toEqual({ t1: 0, t3: 0, t4: 0 })
    expect((await steps()).t2).toBe('skipped 0 The tenant is not active any more.')
  })

  test('is not begun once it was parked', async () => {
    const parked = `update schema_saga.tenant set state = 'parked', cause = 'operator'`
    expect(await startBehind(parked)).toEqual({ t1: 0, t3: 0, t4: 0 })
  })
})

describe('recording many tenants', () => {
  test('moves those that succeeded to the next revision', async () => {
    await start()
    await recordSucceeded(ledger.pool, operationId, [
      { scope: 't1', epoch: 0 },
      { scope: 't2', epoch: 0 },
    ])
    expect(await steps()).toMatchObject({ t1: 'succeeded 0', t2: 'succeeded 0', t3: 'running 0' })
    expect(await ledger.tenantRevision('t1')).toBe(1)
    expect(await ledger.tenantRevision('t3')).toBe(0)
  })

  test('leaves out a success of an earlier epoch, and one that comes after its undo', async () => {
    await start()
    await set('t1', 'epoch = 1')
    await set('t2', "undone = true, state = 'compensated'")
    await set('t3', "state = 'skipped'")
    const all = ALL.map((scope) => ({ scope, epoch: 0 }))
    await recordSucceeded(ledger.pool, operationId, all)
    expect(await steps()).toEqual({
      t1: 'running 1',
      t2: 'compensated 0 undone',
      t3: 'skipped 0',
      t4: 'succeeded 0',
    })
    expect(await Promise.all(ALL.map((id) => ledger.tenantRevision(id)))).toEqual([0, 0, 0, 1])
  })

  test('of undone ones moves them back, and a failure that left nothing stays a failure', async () => {
    await start()
    await recordSucceeded(ledger.pool, operationId, [{ scope: 't1', epoch: 0 }])
    await set('t2', "state = 'failed', error = 'no'")
    await set('t3', "state = 'failed', error = 'half-way'")
    await recordUndoneAll(ledger.pool, operationId, [
      { scope: 't1', epoch: 0, touched: true },
      { scope: 't2', epoch: 0, touched: false },
      { scope: 't3', epoch: 0, touched: true },
      { scope: 't4', epoch: 0, touched: false },
    ])
    expect(await steps()).toEqual({
      t1: 'compensated 0 undone',
      t2: 'failed 0 undone no',
      t3: 'compensated 0 undone half-way',
      t4: 'compensated 0 undone Nothing had run here; a tombstone was left.',
    })
    expect(await ledger.tenantRevision('t1')).toBe(0)
  })
})
