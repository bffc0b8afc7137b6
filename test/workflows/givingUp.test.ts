import { expect, test } from 'vitest'
import { createGate, forbid, refusalOf, until, useStories } from './stories.ts'
import { failure, type Story } from './story.ts'

const stories = useStories()

const broken = (): never => {
  throw failure('RequestRefused', 'OPERATION_NOT_FOUND', 'it is not to be had.')
}
/** What fails only once, however often the workflow that needs it is told. */
const once = (attempt: number): void => {
  if (attempt === 1) broken()
}

test.each<[what: string, story: Story, reason: RegExp]>([
  [
    'tenant',
    { recorded: (scope, attempt) => (scope === 't1' ? once(attempt) : undefined) },
    /The undo did not succeed on: tenant t1\.$/,
  ],
  [
    'cohort',
    { listed: (select, attempt) => (select === 'started' ? once(attempt) : undefined) },
    /The undo of step tenant_ddl failed: it is not to be had\.$/,
  ],
])(
  'a workflow of a %s that fails in the undo needs repair, with its reason, and the rest is undone',
  async (_, what, reason) => {
    const story: Story = { ...what, options: { parallel: 1 }, applied: forbid('t2') }
    const { fleet } = await stories.tell(story, async (handle, seen) => {
      await until(seen, 'needs_repair')
      expect(seen.document()).toMatchObject({ code: 'COMPENSATION_FAILED', error: expect.stringMatching(reason) })
      expect(seen.events).toContain('undo base')
      await handle.executeUpdate('repair', { args: [{ action: 'retry', actor: 'ana' }] })
    })
    expect(fleet.status()).toBe('failed')
    expect(fleet.events.at(-1)).toBe('turn released')
  },
)

test('a record that nobody can undo keeps the operation open until a person accepts it, and never ends its workflow', async () => {
  const story: Story = { options: { onTenantFailure: 'hold', parallel: 1 }, applied: forbid('t2') }
  const { fleet } = await stories.tell(story, async (handle, seen) => {
    await until(seen, 'needs_repair')
    // As a sweep of 0.4 could leave it, when its tenant was removed in the same moment.
    await stories
      .catalog()
      .query(
        `insert into schema_saga.operation_step (operation_id, key, scope, state, tries) values ($1, 'tenant_ddl', 'gone', 'running', 1)`,
        [seen.operationId],
      )
    await handle.executeUpdate('repair', { args: [{ action: 'compensate' }] })
    await expect.poll(() => seen.document().error, { timeout: 30_000 }).toMatch(/ Still changed: tenant gone\.$/)
    const park = handle.executeUpdate('repair', { args: [{ action: 'park' }] })
    expect(await refusalOf(park)).toMatch(/^NOT_APPLICABLE: The undo/)
    await handle.executeUpdate('repair', { args: [{ action: 'accept', note: 'it was removed' }] })
  })
  expect(fleet.status()).toBe('failed')
  expect(fleet.events.at(-1)).toBe('turn released')
})

test('a tenant that fails in the rounds around persist holds the operation, where the policy says so', async () => {
  let isHealed = false
  const story: Story = {
    options: { onTenantFailure: 'hold', parallel: 1 },
    persisted: (attempt, fleet) => (attempt === 1 ? fleet.addTenant('t9') : undefined),
    applied: (scope) => {
      if (!isHealed) forbid('t9')(scope)
    },
  }
  const { fleet } = await stories.tell(story, async (handle, seen) => {
    await until(seen, 'needs_repair')
    expect(seen.document().code).toBe('HELD')
    isHealed = true
    await handle.executeUpdate('repair', { args: [{ action: 'retry' }] })
  })
  expect(fleet.status()).toBe('committed')
  expect(fleet.events).toContain('apply t9')
})

test('nothing is durable yet in these rounds: the operation can be aborted', async () => {
  const gate = createGate()
  const story: Story = {
    persisted: (attempt, fleet) => (attempt === 1 ? fleet.addTenant('t9') : undefined),
    applied: (scope) => (scope === 't9' ? gate.pass() : undefined),
  }
  const { fleet } = await stories.tell(story, async (handle) => {
    await gate.reached
    await handle.executeUpdate('abort', { args: [{ actor: 'ana' }] })
    gate.open()
  })
  expect(fleet.status()).toBe('cancelled')
  expect(fleet.events).not.toContain('persist')
})

test('a cohort that goes on as new works on as many tenants as a person has said', async () => {
  const tenants = Array.from({ length: 24 }, (_, index) => `t${index + 10}`)
  const gate = createGate()
  const pair = createGate()
  let waiting = 0
  const story: Story = {
    quick: true,
    tenants,
    options: { parallel: 1, fanOut: 'children' },
    applied: async (scope) => {
      if (scope === 't10') await gate.pass()
      // The last two meet only where two are at work at once.
      if (scope < 't32') return
      waiting += 1
      if (waiting === 2) pair.open()
      await pair.pass()
    },
  }
  const { fleet } = await stories.tell(story, async (handle) => {
    await gate.reached
    await handle.executeUpdate('setParallelism', { args: [{ parallel: 3 }] })
    gate.open()
  })
  expect(fleet.status()).toBe('committed')
})
