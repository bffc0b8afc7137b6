import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { holdBack, markersOf, type Place, placesOf, shapesOf } from '../fleet.ts'
import { createGuestStack, type GuestFleet, type GuestStack, TENANTS } from '../guestFleet.ts'
import { succeed } from '../stack.ts'

let guests: GuestStack
let fleet: GuestFleet
beforeAll(async () => {
  guests = await createGuestStack('lodge')
})
afterAll(async () => {
  await guests?.stack.stop()
})
beforeEach(async () => {
  fleet = await guests.fleet()
})

const field = (field_label: string, more: object = {}) => ({
  type: 'add_field',
  model_name: 'guest',
  field_type: 'text',
  field_label,
  ...more,
})

describe('while an operation is at work', () => {
  test('a tenant that it has not come to is skipped, one that it works on cannot be put aside', async () => {
    const { stack, project, places } = fleet
    const letAdaGo = await holdBack(stack, `${project}_ada.guest`)
    const letBaseGo = await holdBack(stack, `${project}_base.guest`)
    const handle = await stack.client.apply(project, field('Room'), { operationId: 'room-1', parallel: 1 })
    const base = async () => (await handle.show()).steps.find(({ key }) => key === 'base_project_ddl')?.state
    await expect.poll(base, { timeout: 30_000 }).toBe('running')
    await succeed(stack, ['tenant', 'park', project, 'cleo', '--reason', 'later', '--actor', 'rosa'])
    await letBaseGo()
    const ada = async () => (await handle.tenants()).tenants.find(({ scope }) => scope === 'ada')?.state
    await expect.poll(ada, { timeout: 30_000 }).toBe('running')
    for (const command of ['park', 'suspend', 'remove']) {
      const busy = await stack.cli(['tenant', command, project, 'ada', '--json'])
      expect([busy.exitCode, busy.json().error?.code]).toEqual([3, 'IN_PROGRESS'])
    }
    const archive = await stack.cli(['project', 'archive', project, '--json'])
    expect([archive.exitCode, archive.json().error?.code]).toEqual([3, 'IN_PROGRESS'])
    const skipped = (await handle.tenants()).tenants.find(({ scope }) => scope === 'cleo')
    expect(skipped).toMatchObject({ state: 'skipped', error: 'The tenant was parked by rosa: later' })
    const unpark = stack.cli(['tenant', 'unpark', project, 'cleo'])
    await letAdaGo()
    const operation = await handle.result()
    expect(operation.tenants).toMatchObject({ total: 3, succeeded: 2, skipped: 1 })
    // It waited for the operation to end, because that has a record of the tenant.
    expect((await unpark).exitCode).toBe(0)
    const { state, operations } = await stack.client.showTenant(project, 'cleo')
    expect([state, operations[0]]).toMatchObject(['active', { id: 'room-1', state: 'succeeded' }])
    expect(await shapesOf(places)).toHaveLength(1)
  })

  test('A44: a tenant created meanwhile has the new column when both have ended', async () => {
    const { stack, project } = fleet
    const letGo = await holdBack(stack, `${project}_bob.guest`)
    const handle = await stack.client.apply(project, field('Floor'))
    await expect.poll(async () => (await handle.show()).tenants.succeeded, { timeout: 30_000 }).toBeGreaterThan(0)
    await stack.client.addTenant(project, { id: 'eva', server: 'alpha' })
    await letGo()
    await handle.result()
    const withEva = placesOf(stack, project, [...TENANTS, 'eva'], 'alpha')
    expect(await shapesOf(withEva)).toHaveLength(1)
    expect(await markersOf(withEva.at(-1) as Place, handle.id)).toEqual([{ stage: 1, state: 'applied' }])
    expect(await stack.client.showTenant(project, 'eva')).toMatchObject({ state: 'active' })
  })
})

test('a removed tenant leaves everything where it is, and its namespace cannot be provisioned over', async () => {
  const { stack, project } = fleet
  await stack.client.addTenant(project, { id: 'finn', server: 'alpha' })
  await stack.alpha.query(`insert into ${project}_finn.guest (id) values ('g1')`)
  const removed = await stack.cli(['tenant', 'remove', project, 'finn', '--reason', 'moved', '--json'])
  expect(removed.json().removed).toMatchObject({ id: 'finn', namespace: `${project}_finn` })
  const { rows } = await stack.alpha.query(`select id from ${project}_finn.guest`)
  expect(rows).toEqual([{ id: 'g1' }])
  const gone = await stack.cli(['tenant', 'show', project, 'finn', '--json'])
  expect([gone.exitCode, gone.json().error?.code]).toEqual([3, 'TENANT_NOT_FOUND'])
  await expect(stack.client.addTenant(project, { id: 'finn', server: 'alpha' })).rejects.toMatchObject({
    code: 'ALREADY_EXISTS',
  })
  // What was refused leaves nothing behind.
  await expect(stack.client.removeTenant(project, 'finn')).rejects.toMatchObject({ code: 'TENANT_NOT_FOUND' })
})

test('settings are set by key and value, and a wrong one changes nothing', async () => {
  const { stack, project } = fleet
  const set = ['project', 'set', project, 'hold_before_purge=2d', 'max_parked=10%', 'ignore=audit_*, spatial']
  const result = await succeed(stack, [...set, '--json'])
  expect(result.json().project).toMatchObject({
    settings: {
      hold_before_purge_ms: 172_800_000,
      max_parked: '10%',
      ignore: ['audit_*', 'spatial'],
      auto_repair: 'off',
    },
  })
  const wrong = await stack.cli(['project', 'set', project, 'max_parked=1', 'retention=soon', '--json'])
  expect(wrong.exitCode).toBe(2)
  expect(wrong.json().error).toMatchObject({ code: 'INPUT_INVALID', path: 'retention_ms' })
  expect((await stack.client.showProject(project)).settings.max_parked).toBe('10%')
})

test('a base that was restored is brought up by one command', async () => {
  const { stack, project } = fleet
  const { revision } = await stack.client.showProject(project)
  await stack.client.run(project, field('Room'))
  await stack.alpha.query(`alter table ${project}_base.guest drop column room`)
  const result = await succeed(stack, ['project', 'catch-up', project])
  expect(result.stdout).toContain(`were those of revision ${revision}: it got what it had missed since`)
  await stack.client.run(project, field('Floor'))
})

test('an archived project leaves its targets as they are', async () => {
  const { stack } = fleet
  await stack.client.createProject({ id: 'old', base: null })
  await stack.client.addTenant('old', { id: 'a', server: 'alpha' })
  await succeed(stack, ['project', 'archive', 'old'])
  const show = await succeed(stack, ['project', 'show', 'old', '--json'])
  expect(show.json().project).toMatchObject({ archived_at: expect.any(String), tenants: 1 })
  const refused = await stack.cli(['tenant', 'park', 'old', 'a', '--json'])
  expect([refused.exitCode, refused.json().error?.code]).toEqual([3, 'PROJECT_NOT_FOUND'])
  const { rowCount } = await stack.alpha.query(`select from pg_namespace where nspname = 'old_a'`)
  expect(rowCount).toBe(1)
})
