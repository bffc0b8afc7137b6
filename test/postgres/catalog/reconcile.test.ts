import { describe, expect, test } from 'vitest'
import type { FleetRuns } from '../../../src/activities/fleet/fleetRuns.ts'
import { retryUndos } from '../../../src/activities/reconcile/retryUndos.ts'
import { reviveOperations } from '../../../src/activities/reconcile/reviveOperations.ts'
import { parseSettings } from '../../../src/client/parseSettings.ts'
import {
  endMaintenance,
  renewMaintenance,
  takeMaintenance,
} from '../../../src/postgres/catalog/projects/maintenance.ts'
import { setProjectSettings } from '../../../src/postgres/catalog/projects/settings.ts'
import { forgetOperations, listPastRetention } from '../../../src/postgres/catalog/reconcile/retention.ts'
import { closeReconcileRun, openReconcileRun } from '../../../src/postgres/catalog/reconcile/runs.ts'
import { claimCatchUps, listProvisionings, readCatchUpEnds } from '../../../src/postgres/catalog/tenants/due.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()
const update = (sql: string, ...values: unknown[]) => ledger.pool.query(sql, values)
const input = (more: object = {}) => ({ project: ledger.project, dryRun: false, actor: 'reconciler', ...more })

/** An operation whose undo did not succeed. */
async function broken(id: string, held = false): Promise<string> {
  const operationId = await ledger.planned(id)
  await ledger.catalog.markNeedsRepair({ operationId, error: 'it broke', errorCode: 'COMPENSATION_FAILED', held })
  return operationId
}

function signalled(): { fleetRuns: FleetRuns; signals: string[] } {
  const signals: string[] = []
  const none = () => Promise.reject(new Error('nothing of that is started here'))
  const signalRepair: FleetRuns['signalRepair'] = async (workflow, { action }) => {
    signals.push(`${workflow} ${action}`)
    return true
  }
  const rest = {
    startCatchUp: none,
    startCatchUps: none,
    startProvisioning: none,
    repairDrift: none,
    isProvisioning: none,
  }
  return { fleetRuns: { ...rest, signalRepair, signalTurn: none }, signals }
}

describe('operations whose run is gone', () => {
  test('are started again once they were silent for two minutes and the run is closed', async () => {
    const [silent, alive, fresh] = [await ledger.opened('a'), await ledger.opened('b'), await ledger.opened('c')]
    await update(`update schema_saga.operation set reported_at = now() - interval '3 minutes' where id <> $1`, fresh)
    for (const run of [silent, fresh]) ledger.closedRuns.add(run)
    const deps = { catalog: ledger.pool, runs: ledger.runs }
    const dry = await reviveOperations(deps, input({ dryRun: true }))
    expect([dry.found, dry.done, dry.problems[0]?.subject]).toEqual([1, 0, `operation ${silent}`])
    expect(await reviveOperations(deps, input())).toMatchObject({ found: 1, done: 1, left: 0 })
    expect(ledger.startedAgain).toEqual([silent])
    expect(alive).not.toBe(silent)
  })

  test('a final one never is', async () => {
    const id = await ledger.committed('a', 'food')
    await update(`update schema_saga.operation set reported_at = now() - interval '1 day' where id = $1`, id)
    ledger.closedRuns.add(id)
    expect(await reviveOperations({ catalog: ledger.pool, runs: ledger.runs }, input())).toMatchObject({ found: 0 })
  })
})

describe('undos that did not succeed', () => {
  test('are tried again at once, then after 1, 2, 4 ... minutes, as often as the settings say', async () => {
    const id = await broken('a')
    const { fleetRuns, signals } = signalled()
    const run = async (more = {}) => (await retryUndos({ catalog: ledger.pool, fleetRuns }, input(more))).started.length
    expect([await run({ dryRun: true }), await run(), await run()]).toEqual([0, 1, 0])
    const wait = (time: string) =>
      update(`update schema_saga.operation set auto_repair_at = now() - $2::interval where id = $1`, id, time)
    for (const [pause, tries] of [
      ['61 seconds', 2],
      ['121 seconds', 3],
      ['241 seconds', 4],
      ['481 seconds', 5],
    ] as const) {
      await wait(`${Number.parseInt(pause, 10) - 2} seconds`)
      expect(await run()).toBe(0)
      await wait(pause)
      expect(await run()).toBe(1)
      expect(signals).toHaveLength(tries)
    }
    await wait('1 day')
    const { result } = await retryUndos({ catalog: ledger.pool, fleetRuns }, input())
    expect([result.left, result.problems[0]?.error]).toEqual([
      1,
      'Its undo was tried again 5 times: a person must look.',
    ])
    // Whoever asks for this one gets it.
    expect(await run({ operation: id })).toBe(1)
  })

  test('one that is held is left to a person, whoever asks', async () => {
    const id = await broken('a', true)
    const { fleetRuns, signals } = signalled()
    const { result } = await retryUndos({ catalog: ledger.pool, fleetRuns }, input({ operation: id }))
    expect([result.left, signals]).toEqual([1, []])
  })
})

describe('catch-ups', () => {
  test('are claimed 1,000 at once, oldest first, those under way counted', async () => {
    await update(
      `insert into schema_saga.tenant (project_id, id, server_id, namespace, incarnation, state, cause, revision, since)
       select $1, 't' || lpad(n::text, 4, '0'), 'a', $1 || n, 'i', 'parked', 'failure', 0, now() - interval '1 day' + n * interval '1 minute'
         from generate_series(1, 1030) n`,
      ledger.project,
    )
    await update(
      `update schema_saga.tenant set catch_up_after = now() + interval '1 hour' where project_id = $1 and id = 't0002'`,
      ledger.project,
    )
    const first = await claimCatchUps(ledger.pool, ledger.project)
    expect([first.length, [...first].sort().slice(0, 2)]).toEqual([1_000, ['t0001', 't0003']])
    expect(await claimCatchUps(ledger.pool, ledger.project)).toEqual([])
    await update(
      `update schema_saga.tenant set catch_up_started_at = null, catch_up_after = now() + interval '1 hour' where project_id = $1 and id in ('t0001', 't0003')`,
      ledger.project,
    )
    expect(await claimCatchUps(ledger.pool, ledger.project)).toHaveLength(2)
    expect([...(await readCatchUpEnds(ledger.pool, ledger.project, ['t0001', 't0004'])).keys()]).toEqual(['t0001'])
  })

  test('what a person parked or accepted is not claimed; what is on its way for long is provisioned again', async () => {
    await update(
      `insert into schema_saga.tenant (project_id, id, server_id, namespace, incarnation, state, cause, since)
       values ($1, 'x', 'a', 'x', 'i', 'parked', 'operator', now()), ($1, 'y', 'a', 'y', 'i', 'parked', 'accepted', now()),
              ($1, 'z', 'a', 'z', 'i', 'provisioning', null, now() - interval '3 minutes'), ($1, 'w', 'a', 'w', 'i', 'provisioning', null, now())`,
      ledger.project,
    )
    expect(await claimCatchUps(ledger.pool, ledger.project)).toEqual([])
    expect((await listProvisionings(ledger.pool, ledger.project)).map(({ scope }) => scope)).toEqual(['z'])
  })
})

describe('the turn without an operation', () => {
  test('keeps operations waiting until it ends or its lease does, and then wakes the first', async () => {
    await takeMaintenance(ledger.pool, ledger.project, 'drift-repair')
    const operationId = await ledger.opened('a')
    const take = () => ledger.catalog.takeTurn({ operationId, runId: operationId })
    expect(await take()).toMatchObject({ taken: false, waitsFor: { operationId: 'drift-repair' } })
    expect(await renewMaintenance(ledger.pool, ledger.project, 'drift-repair')).toBe(true)
    expect(await endMaintenance(ledger.pool, ledger.project, 'drift-repair')).toEqual({
      next: `schema/${ledger.project}/${operationId}`,
    })
    expect(await take()).toMatchObject({ taken: true })
  })

  test('is refused while an operation has it, and lost when it is not renewed', async () => {
    await takeMaintenance(ledger.pool, ledger.project, 'drift-repair')
    await update(
      `update schema_saga.project set maintenance_until = now() - interval '1 second' where id = $1`,
      ledger.project,
    )
    expect(await renewMaintenance(ledger.pool, ledger.project, 'drift-repair')).toBe(false)
    await ledger.planned('a')
    await expect(takeMaintenance(ledger.pool, ledger.project, 'drift-repair')).rejects.toMatchObject({
      code: 'IN_PROGRESS',
    })
  })
})

describe('operations past the retention', () => {
  const old = () =>
    update(
      `update schema_saga.operation set ended_at = now() - interval '500 days' where project_id = $1`,
      ledger.project,
    )
  const past = () => listPastRetention(ledger.pool, ledger.project)

  test('are forgotten, but not the last revision, nor what a tenant has yet to catch up with or was parked by', async () => {
    await ledger.addTenant('t1')
    const [first, second] = [await ledger.committed('1', 'food', ['t1']), await ledger.committed('2', 'kind', ['t1'])]
    await update(`update schema_saga.tenant set state = 'suspended' where project_id = $1`, ledger.project)
    const [third, last] = [await ledger.committed('3', 'guest'), await ledger.committed('4', 'room')]
    expect(await past()).toEqual([])
    await old()
    expect(await past()).toEqual([first, second])
    await update(`update schema_saga.tenant set parked_by = $2 where project_id = $1`, ledger.project, first)
    expect(await past()).toEqual([second])
    await update(
      `update schema_saga.tenant set state = 'provisioning', revision = null where project_id = $1`,
      ledger.project,
    )
    expect(await past()).toEqual([])
    await update(`delete from schema_saga.tenant where project_id = $1`, ledger.project)
    expect(await past()).toEqual([first, second, third])
    const ids = [first, second, third, last]
    expect(await forgetOperations(ledger.pool, { project: ledger.project, ids, actor: 'reconciler' })).toBe(3)
    const { rows } = await ledger.pool.query('select id from schema_saga.operation where project_id = $1', [
      ledger.project,
    ])
    expect(rows).toEqual([{ id: last }])
    const audit = await ledger.pool.query(
      `select details from schema_saga.audit where project_id = $1 and action = 'prune'`,
      [ledger.project],
    )
    expect(audit.rows).toEqual([{ details: { operations: [first, second, third] } }])
  })

  test('stay as long as what they hid is held, although the retention is shorter', async () => {
    const first = await ledger.committed('1', 'food')
    await ledger.committed('2', 'kind')
    await update(
      `update schema_saga.operation set ended_at = now() - interval '2 days' where project_id = $1`,
      ledger.project,
    )
    const keep = async (retention: string, hold: string) => {
      const settings = parseSettings([`retention=${retention}`, `hold_before_purge=${hold}`])
      await setProjectSettings(ledger.pool, { id: ledger.project, settings, actor: 'test' })
      return await past()
    }
    expect(await keep('1d', '7d')).toEqual([])
    expect(await keep('1d', '1d')).toEqual([first])
    expect(await keep('7d', '1d')).toEqual([])
  })

  test('stay as long as what took them back, which can be taken back in its turn', async () => {
    const taken = await ledger.committed('1', 'food')
    const { catalog, pool, project } = ledger
    const operationId = `${project}-2`
    await catalog.openOperation({ ...ledger.request(operationId), mutation: { type: 'revert', operation_id: taken } })
    await catalog.takeTurn({ operationId, runId: operationId })
    await catalog.planOperation({ operationId })
    await catalog.persistSchema({ operationId, attempt: 1 })
    await catalog.closeOperation({ operationId, status: 'committed' })
    await catalog.releaseTurn({ operationId })
    await ledger.committed('3', 'kind')
    await update(
      `update schema_saga.operation set ended_at = now() - interval '500 days' where project_id = $1 and type <> 'revert'`,
      project,
    )
    expect(await past()).toEqual([])
    await old()
    expect(await past()).toEqual([operationId])
    await forgetOperations(pool, { project, ids: [operationId], actor: 'reconciler' })
    expect(await past()).toEqual([taken])
  })
})

test('projects that were looked at longest ago come first, and a dry run does not count', async () => {
  const names = async (id: string, dryRun = false) =>
    (await openReconcileRun(ledger.pool, { id, trigger: 'person', dryRun })).map(({ project }) => project)
  const before = await names('run-1')
  const [first = ''] = before
  await closeReconcileRun(ledger.pool, { id: 'run-1', results: [], looked: [first] })
  const after = await names('run-2', true)
  expect(after.at(-1)).toBe(first)
  await closeReconcileRun(ledger.pool, { id: 'run-2', results: [], looked: [after[0] ?? ''] })
  expect(await names('run-3')).toEqual(after)
})
