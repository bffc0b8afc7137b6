import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Target } from '../../src/contract.ts'
import { createTargetPools } from '../../src/postgres/sessions/pools.ts'
import { type Sweep, type SweepTarget, type SweptTarget, sweepTargets } from '../../src/postgres/sweep.ts'
import { applyPlanToTarget, compensatePlanOnTarget } from '../../src/postgres/target/execute.ts'
import { provisionTarget } from '../../src/postgres/target/provisionTarget.ts'
import { databaseUrl, onServer } from '../fixtures/database.ts'
import { dumpAll } from '../fixtures/dump.ts'
import {
  ADD_INDEX,
  ADD_PRICE,
  FOOD,
  markersOf,
  openFleet,
  plan,
  revisionOf,
  type TestFleet,
  target,
  work,
} from './fleet.ts'

let fleet: TestFleet
beforeAll(async () => {
  fleet = await openFleet()
  await countDdl(fleet)
})
afterAll(() => fleet?.close())

const TWO_STAGES = plan(
  [
    { sql: ['ALTER TABLE :"ns"."food" ADD COLUMN "a" text', 'ALTER TABLE :"ns"."food" ADD COLUMN "b" text'] },
    {
      sql: ['b', 'a'].map(
        (c) => `SELECT schema_saga_target.drop_unused_column_v1(:'ns', 'food', '${c}', '_aside_${c}')`,
      ),
    },
  ],
  [
    { sql: ['ALTER TABLE :"ns"."food" ALTER COLUMN "a" SET DEFAULT \'x\''] },
    { sql: ['ALTER TABLE :"ns"."food" ALTER COLUMN "a" DROP DEFAULT'] },
  ],
)

/** Every committed ALTER TABLE of a target leaves a row. */
async function countDdl({ client }: TestFleet): Promise<void> {
  await client.query(`
    CREATE TABLE public.ddl (namespace text);
    CREATE FUNCTION public.note_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$
      BEGIN INSERT INTO public.ddl SELECT c.schema_name FROM pg_event_trigger_ddl_commands() c; END $$;
    CREATE EVENT TRIGGER note_ddl ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION public.note_ddl()`)
}

async function ddlOf(prefix: string): Promise<number[]> {
  const { rows } = await fleet.client.query<{ times: number }>(
    `SELECT count(*)::int AS times FROM public.ddl WHERE namespace LIKE $1 GROUP BY namespace`,
    [`${prefix}%`],
  )
  return rows.map(({ times }) => times)
}

async function targets(prefix: string, count: number, epoch = 1): Promise<SweepTarget[]> {
  const made: SweepTarget[] = []
  for (let index = 0; index < count; index += 1) {
    made.push({ ...(await target(fleet, `${prefix}_${String(index).padStart(3, '0')}`)), epoch })
  }
  return made
}

/** A sweep of operation `op`, with what it has recorded. */
function sweep(of: readonly SweepTarget[], more: Partial<Sweep> = {}): Sweep & { readonly recorded: SweptTarget[] } {
  const recorded: SweptTarget[] = []
  return {
    projectId: 'shop',
    operationId: 'op',
    plan: ADD_PRICE,
    direction: 'forward',
    targets: of,
    sessions: 2,
    stopAtFailure: false,
    start: async (some) => some,
    record: async (done) => {
      recorded.push(...done)
    },
    recorded,
    ...more,
  }
}

const scopes = (of: readonly { readonly scope: string }[]): string[] => of.map(({ scope }) => scope).sort()

describe('going forward', () => {
  it.each([
    ['one stage', ADD_PRICE],
    ['several stages', TWO_STAGES],
    ['an index that is built concurrently', ADD_INDEX],
  ])('leaves the same as one by one: %s', async (name, of) => {
    const prefix = `same_${name.slice(0, 3).trim()}`
    const swept = await targets(prefix, 30)
    const single = await target(fleet, `${prefix}_one`)
    await applyPlanToTarget(fleet.pools, work(single, of))
    const asked = sweep(swept, { plan: of })
    expect(await sweepTargets(fleet.pools, asked)).toEqual({ succeeded: 30, exceptions: [], notTried: 0 })
    expect(scopes(asked.recorded)).toEqual(scopes(swept))
    for (const { namespace } of swept) {
      expect(await dumpAll(fleet.client, namespace)).toBe(await dumpAll(fleet.client, single.namespace))
      expect(await markersOf(fleet, namespace)).toEqual(await markersOf(fleet, single.namespace))
      expect(await revisionOf(fleet, namespace)).toBe(2)
    }
  })

  it('does nothing twice when it is cut off in the middle and begins again', async () => {
    const all = await targets('cut', 120)
    const cancel = new AbortController()
    const first = sweep(all, {
      signal: cancel.signal,
      report: ({ succeeded }) => {
        if (succeeded >= 50) cancel.abort(new Error('cut off'))
      },
    })
    await expect(sweepTargets(fleet.pools, first)).rejects.toThrow('cut off')
    expect(first.recorded.length).toBeGreaterThanOrEqual(50)
    expect(first.recorded.length).toBeLessThan(120)
    const second = sweep(all)
    expect(await sweepTargets(fleet.pools, second)).toEqual({ succeeded: 120, exceptions: [], notTried: 0 })
    expect(scopes(second.recorded)).toEqual(scopes(all))
    expect(await ddlOf('cut_')).toEqual(Array.from({ length: 120 }, () => 1))
  })

  it('goes on in other sessions when its own are ended in the middle', async () => {
    const all = await targets('killed', 120)
    let killed = false
    const asked = sweep(all, {
      report: ({ succeeded }) => {
        if (killed || succeeded < 20) return
        killed = true
        void endSessions()
      },
    })
    expect(await sweepTargets(fleet.pools, asked)).toEqual({ succeeded: 120, exceptions: [], notTried: 0 })
    expect(killed).toBe(true)
    expect(await ddlOf('killed_')).toEqual(Array.from({ length: 120 }, () => 1))
  })

  it('returns those that did not come through, and does the rest', async () => {
    const all = await targets('some', 60)
    const broken = all.filter((_, index) => index % 20 === 7)
    for (const { namespace } of broken) await fleet.client.query(`DROP TABLE ${namespace}.food`)
    const asked = sweep(all)
    const result = await sweepTargets(fleet.pools, asked)
    expect(result).toMatchObject({ succeeded: 57, notTried: 0 })
    expect([...result.exceptions].sort()).toEqual(scopes(broken))
    expect(scopes(asked.recorded)).toEqual(scopes(all.filter((each) => !broken.includes(each))))
    for (const { namespace } of broken) expect(await markersOf(fleet, namespace)).toEqual([])
  })

  it('starts nothing new after a failure for good when it is asked to stop', async () => {
    const all = await targets('stops', 80)
    await fleet.client.query('DROP TABLE stops_003.food')
    const result = await sweepTargets(fleet.pools, sweep(all, { stopAtFailure: true, sessions: 1 }))
    expect(result).toEqual({ succeeded: 3, exceptions: ['stops_003'], notTried: 76 })
    expect(await ddlOf('stops_')).toHaveLength(3)
  })

  it('does not count a lock that is not to be had as a failure for good', async () => {
    const all = await targets('busy', 10)
    const reader = await fleet.connect()
    await reader.query('BEGIN')
    await reader.query('SELECT * FROM busy_004.food')
    const result = await sweepTargets(fleet.pools, sweep(all, { stopAtFailure: true, limits: { lockMs: 200 } }))
    await reader.query('ROLLBACK')
    expect(result).toEqual({ succeeded: 9, exceptions: ['busy_004'], notTried: 0 })
  })

  it('leaves alone what the catalog leaves out', async () => {
    const all = await targets('left', 12)
    const asked = sweep(all, { start: async (some) => some.filter(({ scope }) => scope !== 'left_005') })
    expect(await sweepTargets(fleet.pools, asked)).toEqual({ succeeded: 11, exceptions: [], notTried: 0 })
    expect(await markersOf(fleet, 'left_005')).toEqual([])
  })

  it('works with the epochs that are handed out', async () => {
    const all = await targets('epochs', 6)
    await compensatePlanOnTarget(fleet.pools, work(all[2] as Target, ADD_PRICE))
    const stale = await sweepTargets(fleet.pools, sweep(all))
    expect(stale).toEqual({ succeeded: 5, exceptions: ['epochs_002'], notTried: 0 })
    const start: Sweep['start'] = async (some) =>
      some.map((each) => (each.scope === 'epochs_002' ? { ...each, epoch: 2 } : each))
    expect(await sweepTargets(fleet.pools, sweep(all, { start }))).toMatchObject({ succeeded: 6, exceptions: [] })
    expect(await markersOf(fleet, 'epochs_002')).toEqual(['1/1 compensated', '2/1 applied'])
  })

  it('fails as a whole when its server is away', async () => {
    const away = createTargetPools({
      server: (id) => ({ id, dsnEnv: 'X', maxSessions: 8, databasePerTenant: false }),
      dsn: () => 'postgres://me:secret@127.0.0.1:1/db',
    })
    const all = await targets('away', 2)
    await expect(sweepTargets(away, sweep(all))).rejects.toMatchObject({ name: 'TargetUnreachable' })
    await away.close()
  })

  it('fails when what was done cannot be recorded, and finds it by its markers', async () => {
    const all = await targets('lost', 40)
    const lost = sweep(all, { record: () => Promise.reject(new Error('the catalog is away')) })
    await expect(sweepTargets(fleet.pools, lost)).rejects.toThrow('the catalog is away')
    const again = sweep(all)
    expect(await sweepTargets(fleet.pools, again)).toMatchObject({ succeeded: 40 })
    expect(again.recorded).toHaveLength(40)
    expect(await ddlOf('lost_')).toEqual(Array.from({ length: 40 }, () => 1))
  })

  it('lets others have a session of the server while it runs', async () => {
    const all = await targets('shares', 100)
    const one = createTargetPools({
      server: (id) => ({ id, dsnEnv: 'X', maxSessions: 1, databasePerTenant: false }),
      dsn: () => fleet.url,
    })
    const slow = plan([{ sql: ['SELECT pg_sleep(0.01)'] }, { sql: [] }])
    const running = sweepTargets(one, sweep(all, { plan: slow, sessions: 1 }))
    let ended = false
    void running.finally(() => {
      ended = true
    })
    await one.withClient(all[0] as Target, (client) => client.query('SELECT 1'))
    expect(ended).toBe(false)
    expect(await running).toMatchObject({ succeeded: 100 })
    await one.close()
  })
})

describe('an undo', () => {
  it('brings back what was there, and leaves tombstones where nothing was', async () => {
    const all = await targets('undo', 30)
    const before = await dumpAll(fleet.client, 'undo_000')
    await sweepTargets(fleet.pools, sweep(all.slice(0, 20), { plan: TWO_STAGES }))
    const asked = sweep(all, { plan: TWO_STAGES, direction: 'compensate' })
    expect(await sweepTargets(fleet.pools, asked)).toEqual({ succeeded: 30, exceptions: [], notTried: 0 })
    expect(scopes(asked.recorded.filter(({ touched }) => touched))).toEqual(scopes(all.slice(0, 20)))
    for (const { namespace } of all) {
      expect(await dumpAll(fleet.client, namespace)).toBe(before)
      expect(await markersOf(fleet, namespace)).toEqual(['1/1 compensated', '1/2 compensated'])
      expect(await revisionOf(fleet, namespace)).toBe(1)
    }
    const again = sweep(all, { plan: TWO_STAGES, direction: 'compensate' })
    expect(await sweepTargets(fleet.pools, again)).toMatchObject({ succeeded: 30 })
    expect(scopes(again.recorded.filter(({ touched }) => touched))).toEqual(scopes(all.slice(0, 20)))
  })

  it('goes through to the end, whatever fails on the way', async () => {
    const all = await targets('stuck', 30)
    await sweepTargets(fleet.pools, sweep(all))
    await fleet.client.query('DROP TABLE stuck_003.food')
    const result = await sweepTargets(fleet.pools, sweep(all, { direction: 'compensate' }))
    expect(result).toEqual({ succeeded: 29, exceptions: ['stuck_003'], notTried: 0 })
  })
})

it('works on a server with a database per tenant', async () => {
  const names = [1, 2, 3, 4].map((n) => `sweep_${process.pid}_${n}`)
  const pools = createTargetPools({
    server: (id) => ({ id, dsnEnv: 'X', maxSessions: 2, databasePerTenant: true }),
    dsn: () => databaseUrl('{namespace}'),
  })
  const all = names.map((name) => ({ scope: name, server: 'own', namespace: name, incarnation: 'i1', epoch: 1 }))
  for (const each of all) {
    await provisionTarget(pools, {
      target: each,
      projectId: 'shop',
      revision: 1,
      schemaHash: 'hash-1',
      statements: [FOOD],
    })
  }
  const asked = sweep(all)
  expect(await sweepTargets(pools, asked)).toEqual({ succeeded: 4, exceptions: [], notTried: 0 })
  expect(await sweepTargets(pools, sweep(all))).toEqual({ succeeded: 4, exceptions: [], notTried: 0 })
  expect(await sweepTargets(pools, sweep(all, { direction: 'compensate' }))).toMatchObject({ succeeded: 4 })
  await pools.close()
  for (const name of names) await onServer(`DROP DATABASE ${name} WITH (FORCE)`)
})

async function endSessions(): Promise<void> {
  await fleet.client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name LIKE 'saga/%/sweep/%' AND datname = current_database()`,
  )
}
