import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ReconcileDocument } from '../../../src/contract/reconcile.ts'
import { shapesOf } from '../fleet.ts'
import { freeze, thaw } from '../freeze.ts'
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

const dutiesOf = ({ projects }: ReconcileDocument) =>
  projects.find((each) => each.project === fleet.project)?.duties ?? {}
const actionsOf = async (id: string): Promise<string[]> =>
  (await fleet.audit(id)).map(({ actor, action }) => `${actor} ${action}`)

/** Everything in the catalog but the records of the reconciler's runs, and leases of sessions. */
async function dumpCatalog(): Promise<Record<string, unknown>> {
  const { rows } = await fleet.stack.catalog.query<{ name: string }>(
    `select table_name as name from information_schema.tables
      where table_schema = 'schema_saga' and table_name not in ('reconcile_run', 'session_lease') order by 1`,
  )
  const dump: Record<string, unknown> = {}
  for (const { name } of rows) {
    dump[name] = (await fleet.stack.catalog.query(`select t::text from schema_saga.${name} t order by 1`)).rows
  }
  return dump
}

test('A38: a tenant that was parked because it could not be changed is brought up once it can be, on record', async () => {
  const { stack, project, places } = fleet
  await freeze(stack.alpha, `${project}_bob`)
  const parked = await fleet.add('name-1', '--on-tenant-failure', 'park')
  expect(parked.exitCode).toBe(5)
  expect(await stack.client.showTenant(project, 'bob')).toMatchObject({
    state: 'parked',
    cause: 'failure',
    revision: 1,
  })

  // A commit has its hooks after its result.
  const running = async () => (await stack.temporal.workflow.count('ExecutionStatus = "Running"')).count
  await expect.poll(running, { timeout: 30_000 }).toBe(0)
  const before = await dumpCatalog()
  const dry = await stack.cli(['reconcile', project, '--dry-run', '--json'])
  expect(dry.exitCode).toBe(5)
  expect(dry.json().reconcile).toMatchObject({ dry_run: true, done: 0, left: 1 })
  expect(await dumpCatalog()).toEqual(before)

  const still = await stack.cli(['reconcile', project])
  expect(still.exitCode).toBe(5)
  expect(still.stdout).toMatch(/tenant bob STATEMENT_REFUSED: .*frozen because of guest g2, Nils/)
  expect(await stack.client.showTenant(project, 'bob')).toMatchObject({ state: 'parked', catch_up_tries: 1 })

  await thaw(stack.alpha, `${project}_bob`)
  // The pause after the failed try is over.
  await stack.catalog.query(
    `update schema_saga.tenant set catch_up_after = now() where project_id = $1 and id = 'bob'`,
    [project],
  )
  const result = await succeed(stack, ['reconcile', project, '--json', '--actor', 'rosa'])
  expect(dutiesOf(result.json().reconcile as ReconcileDocument)).toMatchObject({
    tenants: { found: 1, done: 1, left: 0 },
    drift: { found: 0 },
  })
  const bob = await stack.client.showTenant(project, 'bob')
  expect(bob).toMatchObject({ state: 'active', revision: 2, catch_up_tries: 0 })
  expect(bob.operations[0]).toMatchObject({ id: 'name-1', state: 'succeeded' })
  expect(await actionsOf('name-1')).toContain('rosa catch_up')
  expect(await shapesOf(places)).toHaveLength(1)
})

test('what a person parked stays parked, and is nothing to do', async () => {
  const { stack, project } = fleet
  await stack.client.parkTenant(project, 'cleo', { reason: 'moves house' })
  await stack.client.run(project, fleet.field('seat'))
  await succeed(stack, ['reconcile', project])
  expect(await stack.client.showTenant(project, 'cleo')).toMatchObject({ state: 'parked', cause: 'operator' })
  expect(await stack.client.catchUp(project, 'cleo')).toMatchObject({ state: 'active', revision: 2 })
})

describe('drift', () => {
  test('is reported only, unless the settings of the project say otherwise', async () => {
    const { stack, project, places } = fleet
    await fleet.add('name-2')
    await stack.alpha.query(`alter table ${project}_ada.guest drop column name_2`)
    const left = await stack.cli(['reconcile', project])
    expect(left.exitCode).toBe(5)
    expect(left.stdout).toMatch(/ada at revision 2 TARGET_DRIFTED: guest\.name_2 is missing/)
    expect(await shapesOf(places)).toHaveLength(2)
  })

  test('what is missing is added, holding the turn, when they do', async () => {
    const { stack, project, places } = fleet
    await fleet.add('name-3')
    await stack.alpha.query(`alter table ${project}_ada.guest drop column name_3`)
    await stack.client.setProject(project, ['auto_repair=additive'])
    const added = await stack.client.reconcile(project)
    expect(dutiesOf(added).drift).toMatchObject({ found: 1, done: 1, left: 0 })
    expect(await shapesOf(places)).toHaveLength(1)
    const { rows } = await stack.catalog.query('select maintenance_until from schema_saga.project where id = $1', [
      project,
    ])
    expect(rows).toEqual([{ maintenance_until: null }])
  })
})
