import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { OperationHandle } from '../../../src/client/operationHandle.ts'
import { dumpFleet, holdBack, shapesOf } from '../fleet.ts'
import { createGuestStack, type GuestFleet, type GuestStack } from '../guestFleet.ts'
import { succeed } from '../stack.ts'

let guests: GuestStack
let fleet: GuestFleet
beforeAll(async () => {
  guests = await createGuestStack('cafe')
})
afterAll(async () => {
  await guests?.stack.stop()
})
beforeEach(async () => {
  fleet = await guests.fleet()
})

const control = (...args: readonly string[]) =>
  succeed(fleet.stack, ['operation', ...args, '--actor', 'rosa', '--reason', 'peak hours'])

async function refused(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout } = await fleet.stack.cli(['operation', ...args, '--json'])
  expect(exitCode).toBe(3)
  const { code, message } = (JSON.parse(stdout) as { error: { code: string; message: string } }).error
  expect(code).toMatch(/^(NOT_APPLICABLE|TENANT_NOT_FOUND)$/)
  return message
}

const holdTable = (tenant: string) => holdBack(fleet.stack, `${fleet.project}_${tenant}.guest`)

const counts = async (handle: OperationHandle) => (await handle.show()).tenants

describe('a person steers a live operation', () => {
  test('pause begins nothing new, resume goes on; each is on record with who and why', async () => {
    const letGo = await holdTable('ada')
    const handle = await fleet.submit('name-1', { parallel: 1 })
    await expect.poll(async () => (await counts(handle)).running, { timeout: 30_000 }).toBe(1)
    await control('pause', 'name-1')
    expect(await refused('pause', 'name-1')).toBe('The operation is paused already.')
    await letGo()
    await expect.poll(async () => await counts(handle), { timeout: 30_000 }).toMatchObject({ succeeded: 1, running: 0 })
    const shown = await succeed(fleet.stack, ['operation', 'show', 'name-1'])
    expect(shown.stdout).toContain('paused: nothing new is begun until schema-saga operation resume name-1')
    expect(await counts(handle)).toMatchObject({ succeeded: 1, pending: 2 })
    await control('set-parallelism', 'name-1', '2')
    await control('resume', 'name-1')
    expect(await handle.result()).toMatchObject({ status: 'committed', paused: false })
    const audit = (await fleet.audit('name-1')).filter(({ actor }) => actor === 'rosa')
    expect(audit.map(({ action }) => action)).toEqual(['pause', 'set_parallelism', 'resume'])
    expect(JSON.stringify(audit.map(({ details }) => details)).match(/peak hours/g)).toHaveLength(3)
  })

  test('skip-tenant leaves one out that has not begun; one at work is refused in words', async () => {
    const letGo = await holdTable('ada')
    const handle = await fleet.submit('seat-1', { parallel: 1 })
    await expect.poll(async () => (await counts(handle)).running, { timeout: 30_000 }).toBe(1)
    expect(await refused('skip-tenant', 'seat-1', 'ada', '--reason', 'x')).toContain('is being worked on right now')
    expect(await refused('skip-tenant', 'seat-1', 'nobody', '--reason', 'x')).toContain('no tenant "nobody"')
    expect(await refused('retry-tenants', 'seat-1')).toContain('The operation is not held')
    expect(await refused('promote-wave', 'seat-1')).toContain('no waves')
    await control('skip-tenant', 'seat-1', 'cleo')
    await letGo()
    expect(await handle.result()).toMatchObject({ status: 'committed', tenants: { succeeded: 2, skipped: 1 } })
    expect(await fleet.tenant('cleo')).toMatchObject({
      state: 'parked',
      cause: 'operator',
      reason: 'peak hours',
      parked_by: 'seat-1',
    })
    await succeed(fleet.stack, ['tenant', 'unpark', fleet.project, 'cleo'])
    expect(await shapesOf(fleet.places)).toHaveLength(1)
  })

  test('waves: the canary first, a soak that a person ends', async () => {
    const flags = { canary: ['bob'], waves: [100], soakMs: 600_000 }
    const handle = await fleet.submit('room-1', flags)
    await expect.poll(async () => await counts(handle), { timeout: 30_000 }).toMatchObject({ succeeded: 1, running: 0 })
    expect(await fleet.markers('room-1')).toEqual([['applied'], [], ['applied'], []])
    await expect
      .poll(async () => (await fleet.stack.cli(['operation', 'promote-wave', 'room-1'])).exitCode, { timeout: 20_000 })
      .toBe(0)
    expect(await handle.result()).toMatchObject({ status: 'committed', tenants: { succeeded: 3 } })
  })

  test('a statement that runs is cancelled in Postgres within seconds after the abort', async () => {
    const { stack, places } = fleet
    const before = await dumpFleet(places)
    await stack.alpha.query(`
      create function public.drag() returns event_trigger language plpgsql as $$ begin perform pg_sleep(50); end $$;
      create event trigger drag on ddl_command_end when tag in ('ALTER TABLE') execute function public.drag()`)
    const handle = await fleet.submit('lamp-1')
    const running = async () =>
      (await stack.alpha.query(`select from pg_stat_activity where wait_event = 'PgSleep'`)).rowCount
    await expect.poll(running, { timeout: 30_000 }).toBe(1)
    const aborting = stack.cli(['operation', 'abort', 'lamp-1', '--reason', 'slow', '--json'])
    const since = Date.now()
    await expect.poll(running, { timeout: 30_000 }).toBe(0)
    expect(Date.now() - since).toBeLessThan(20_000)
    await stack.alpha.query('drop event trigger drag')
    expect((await aborting).json().operation).toMatchObject({ status: 'cancelled', error_code: 'ABORTED' })
    await fleet.reaches(handle, 'cancelled')
    expect(await dumpFleet(places)).toEqual(before)
  })

  test('an operation that has ended cannot be steered any more, in words', async () => {
    await fleet.add('desk-1')
    for (const command of ['pause', 'resume', 'promote-wave']) {
      expect(await refused(command, 'desk-1')).toBe('Operation "desk-1" is committed: it cannot be steered any more.')
    }
    expect(await refused('abort', 'desk-1')).toBe('Operation "desk-1" is committed: it cannot be aborted any more.')
    const wrong = await fleet.stack.cli(['operation', 'set-parallelism', 'desk-1', 'many', '--json'])
    expect([wrong.exitCode, wrong.json().error?.code]).toEqual([2, 'INPUT_INVALID'])
  })
})
