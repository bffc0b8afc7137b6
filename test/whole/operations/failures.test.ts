import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { dumpFleet, holdBack } from '../fleet.ts'
import { freeze, thaw } from '../freeze.ts'
import { createGuestStack, type GuestFleet, type GuestStack } from '../guestFleet.ts'

let guests: GuestStack
let fleet: GuestFleet
beforeAll(async () => {
  guests = await createGuestStack('deli')
})
afterAll(async () => {
  await guests?.stack.stop()
})
beforeEach(async () => {
  fleet = await guests.fleet()
})

const REVISION = 1
const revision = async (): Promise<number> => (await fleet.stack.client.showProject(fleet.project)).revision

describe('a change that one tenant cannot take', () => {
  test('A10: leaves every target as it was, with all rows, and the third tenant untouched', async () => {
    const { stack, places, project } = fleet
    await stack.alpha.query(`insert into ${project}_bob.guest (id) values ('g2')`)
    const before = await dumpFleet(places)
    await freeze(stack.alpha, `${project}_bob`)
    const result = await fleet.add('card-1', '--parallel', '1')
    expect(result.exitCode).toBe(4)
    expect(result.json().operation).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^tenant schema propagation: tenant bob: /),
      error_code: 'STATEMENT_REFUSED',
      tenants: { compensated: 1, failed: 1, pending: 1 },
      problems: [{ tenant: 'bob', state: 'failed', error_code: 'STATEMENT_REFUSED' }],
    })
    expect(await dumpFleet(places)).toEqual(before)
    expect(await fleet.markers('card-1')).toEqual([['compensated'], ['compensated'], ['compensated'], []])

    // What the application raised has a value of a row in it: people read it, and Temporal's history never holds it.
    expect(result.json().operation?.error).toContain(
      'raised an error: frozen because of guest g2, Nils (SQLSTATE P0001',
    )
    const { operation, steps } = await (await stack.client.operation('card-1')).history()
    expect(JSON.stringify(steps)).toContain('frozen because of guest g2, Nils')
    expect(operation.error).toBe(result.json().operation?.error)
    const { workflow } = stack.temporal
    for await (const { workflowId, runId } of workflow.list({ query: `SchemaProject = '${project}'` })) {
      const json = historyToJSON(await workflow.getHandle(workflowId, runId).fetchHistory())
      const payloads = [...json.matchAll(/"data":\s*"([^"]+)"/g)].map(([, data = '']) => Buffer.from(data, 'base64'))
      expect(Buffer.concat([Buffer.from(json), ...payloads]).toString()).not.toMatch(/Nils/)
    }

    // The catalog still has the revision from before, and the next change goes through.
    expect(await revision()).toBe(REVISION)
    await thaw(stack.alpha, `${project}_bob`)
    const next = await fleet.add('card-2')
    expect(next.json().operation).toMatchObject({
      status: 'committed',
      base_revision: REVISION,
      revision: REVISION + 1,
    })
  })

  test('a column that somebody filled before the undo is set aside, not dropped', async () => {
    const { stack, project } = fleet
    await freeze(stack.alpha, `${project}_bob`)
    // Cleo is held, so that ada has the new column while the operation still runs.
    const letGo = await holdBack(stack, `${project}_cleo.guest`)
    const handle = await fleet.submit('seat')
    await expect
      .poll(async () => (await handle.show()).tenants, { timeout: 30_000 })
      .toMatchObject({
        failed: 1,
        succeeded: 1,
      })
    await stack.alpha.query(`update ${project}_ada.guest set seat = 'window'`)
    await letGo()
    await expect(handle.result()).rejects.toMatchObject({ code: 'STATEMENT_REFUSED' })
    await thaw(stack.alpha, `${project}_bob`)
    const { rows } = await stack.alpha.query<{ row: Record<string, string> }>(
      `select to_jsonb(t) as row from ${project}_ada.guest t`,
    )
    const kept = Object.entries(rows[0]?.row ?? {}).find(([name]) => name.startsWith('_aside_'))
    expect(kept?.[1]).toBe('window')
    expect(rows[0]?.row).not.toHaveProperty('seat')
  })
})

describe('failures before any tenant', () => {
  test('A9: a base that fails touches no tenant and no system row', async () => {
    const { stack, places, project } = fleet
    await freeze(stack.alpha, `${project}_base`)
    const before = await dumpFleet(places)
    const result = await fleet.add('locker-1')
    expect(result.exitCode).toBe(4)
    expect(result.json().operation).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^base project schema DDL: /),
      tenants: { pending: 3 },
    })
    expect(await revision()).toBe(REVISION)
    expect(await dumpFleet(places)).toEqual(before)
    expect(await fleet.markers('locker-1')).toEqual([['compensated'], [], [], []])
  })

  test('P1: preflight names every drifted target before anything is changed', async () => {
    const { stack, places, project } = fleet
    await stack.alpha.query(`alter table ${project}_ada.guest add column extra int`)
    await stack.alpha.query(`drop table ${project}_cleo.guest`)
    const before = await dumpFleet(places)
    const result = await fleet.add('note-1')
    expect(result.exitCode).toBe(4)
    const { error, tenants, problems } = result.json().operation as {
      error: string
      tenants: unknown
      problems: { tenant: string }[]
    }
    expect(error).toMatch(/^preflight: tenant ada: .*guest\.extra is extra.*; tenant cleo: .*guest is missing/)
    expect(tenants).toMatchObject({ failed: 2, pending: 1 })
    expect(problems.map((problem) => problem.tenant)).toEqual(['ada', 'cleo'])
    expect(await dumpFleet(places)).toEqual(before)
    expect(await fleet.markers('note-1')).toEqual([[], [], [], []])
  })
})
