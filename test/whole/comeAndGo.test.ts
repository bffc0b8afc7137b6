import fc from 'fast-check'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OperationDocument } from '../../src/contract.ts'
import { dumpSchema } from '../fixtures/dump.ts'
import { createStack, type Stack } from './stack.ts'

/** Where in an operation something happens to a tenant: it is held there until it has. */
const MOMENTS = ['before', 'base', 'tenants', 'persist', 'after'] as const
type Moment = (typeof MOMENTS)[number]

/** What happens: all of it to tenant `c`, but for the one that is new. */
const EVENTS = ['provision', 'suspend', 'park', 'unpark', 'remove', 'drop'] as const
type Event = (typeof EVENTS)[number]

let stack: Stack
let projects = 0
beforeAll(async () => {
  stack = await createStack()
  await stack.startWorker()
}, 120_000)
afterAll(async () => {
  await stack?.stop()
})

const field = (field_label: string) => ({
  ...{ type: 'add_field', model_name: 'guest', field_label, field_type: 'text', enable_indexing: true },
})

/** A base and two tenants at revision 2; `c` is parked at revision 1 when it is to come back. */
async function createFleet(event: Event): Promise<string> {
  projects += 1
  const project = `p${projects}`
  await stack.client.createProject({ id: project, base: { server: 'alpha', namespace: `${project}_base` } })
  await Promise.all(['a', 'c'].map((id) => stack.client.addTenant(project, { id, server: 'alpha' })))
  await stack.client.run(project, { type: 'create_model', name: 'guest' })
  if (event === 'unpark') await stack.client.parkTenant(project, 'c')
  await stack.client.run(project, field('Name'))
  return project
}

type Happening = (project: string) => Promise<unknown>

const HAPPENS: Readonly<Record<Event, Happening>> = {
  provision: (project) => stack.client.addTenant(project, { id: 'new', server: 'alpha' }),
  suspend: (project) => stack.client.suspendTenant(project, 'c', { reason: 'has not paid' }),
  park: (project) => stack.client.parkTenant(project, 'c', { reason: 'later' }),
  unpark: (project) => stack.client.unparkTenant(project, 'c'),
  remove: (project) => stack.client.removeTenant(project, 'c'),
  drop: (project) => stack.alpha.query(`drop schema ${project}_c cascade`),
}

/** Runs an operation that is held at the moment until the event is over, or until it waits for the operation. */
async function interleave(project: string, moment: Moment, happening: Happening): Promise<OperationDocument> {
  const happen = () => happening(project).then(() => null, String)
  if (moment === 'before') expect(await happen()).toBeNull()
  const held = moment === 'before' || moment === 'after' ? null : await holdTable(project, moment)
  const handle = await stack.client.apply(project, field('City'), { operationId: `${project}-city`, parallel: 1 })
  let happened: Promise<string | null> | null = null
  if (held !== null) {
    const reached = async (): Promise<string> => progressOf(await handle.show())
    await expect
      .poll(reached, { timeout: 60_000, interval: 100 })
      .toMatch(REACHED[moment === 'base' ? 'base' : 'tenants'])
    if (moment === 'persist') {
      const row = await holdProject(project)
      await held.end()
      await expect.poll(reached, { timeout: 60_000, interval: 100 }).toMatch(REACHED.persist)
      // The event and the commit wait for the same row: either may come first.
      happened = happen()
      await row.end()
    } else {
      happened = happen()
      await happened
      await held.end()
    }
  }
  await handle.result().catch(() => undefined)
  const problem = moment === 'after' ? await happen() : await happened
  expect(problem === null || /is at work on it|may yet have to undo/.test(problem) ? null : problem).toBeNull()
  return await handle.show()
}

/** One that has failed on the way to the moment has ended before it. */
const REACHED = {
  base: /^running|^ended/,
  tenants: /^succeeded running|^ended/,
  persist: /^succeeded \w+ [1-3]$|^ended/,
} as const

/** The base's step, the tenants' step, and how many tenants are through when the next step is due. */
function progressOf({ status, steps, tenants }: OperationDocument): string {
  if (status === 'failed') return 'ended'
  const state = (key: string) => steps.find((step) => step.key === key)?.state
  const through = tenants.succeeded === tenants.total ? ` ${tenants.succeeded}` : ''
  return `${state('base_project_ddl')} ${tenants.running > 0 ? 'running' : state('tenant_ddl')}${through}`
}

/** Whoever ends the session lets go of what it holds. */
async function holdTable(project: string, moment: Moment): Promise<pg.Client> {
  const holder = await stack.connectAlpha()
  const namespace = `${project}_${moment === 'base' ? 'base' : 'a'}`
  await holder.query(`begin; lock table ${namespace}.guest in access share mode`)
  return holder
}

async function holdProject(project: string): Promise<pg.Client> {
  const holder = await stack.connectCatalog()
  await holder.query('begin')
  await holder.query('select from schema_saga.project where id = $1 for update', [project])
  return holder
}

interface Row {
  readonly id: string
  readonly state: string
  readonly revision: number
  readonly there: boolean
  readonly at: number | null
}

async function tenantsOf(project: string): Promise<Row[]> {
  const { rows } = await stack.catalog.query<Omit<Row, 'there' | 'at'>>(
    'select id, state, revision from schema_saga.tenant where project_id = $1 order by id',
    [project],
  )
  const there = await stack.alpha.query<{ name: string; at: number | null }>(
    `select n.nspname as name, t.revision as at from pg_namespace n
       left join schema_saga_target.target t on t.namespace = n.nspname where n.nspname like $1`,
    [`${project}\\_%`],
  )
  return rows.map((row) => {
    const found = there.rows.find(({ name }) => name === `${project}_${row.id}`)
    return { ...row, there: found !== undefined, at: found?.at ?? null }
  })
}

/** The outcome is named, and what is there is what was named. */
async function expectNamed(project: string, operation: OperationDocument, events: readonly Event[]): Promise<void> {
  const committed = operation.status === 'committed'
  expect(['committed', 'failed']).toContain(operation.status)
  if (!committed) {
    expect(events).toContain('drop')
    expect(operation).toMatchObject({ error_code: 'TARGET_GONE', error: expect.stringContaining('tenant c') })
  }
  const { revision } = await stack.client.showProject(project)
  expect(revision).toBe(committed ? 3 : 2)
  const shapes = new Map([[revision, await dumpSchema(stack.alpha, `${project}_base`)]])
  for (const { id, state, revision: at, ...place } of await tenantsOf(project)) {
    if (state === 'active') expect([id, at]).toEqual([id, revision])
    else expect(['parked', 'suspended']).toContain(state)
    if (!place.there) {
      expect([id, events.includes('drop')]).toEqual(['c', true])
      continue
    }
    // The row, the target's own bookkeeping and the tables agree.
    expect([id, place.at]).toEqual([id, at])
    const shape = await dumpSchema(stack.alpha, `${project}_${id}`)
    expect([id, shape]).toEqual([id, shapes.get(at) ?? shape])
    shapes.set(at, shape)
  }
  expect(shapes.size).toBe(new Set(shapes.values()).size)
  await expectLedger(operation, committed)
}

/** No record is left in the middle, and an operation that failed has left nothing behind, dropped or not. */
async function expectLedger({ id }: OperationDocument, committed: boolean): Promise<void> {
  const steps = await stack.catalog.query<{ state: string }>(
    `select distinct state from schema_saga.operation_step where operation_id = $1 and key = 'tenant_ddl' and scope <> ''`,
    [id],
  )
  const named = committed ? ['succeeded', 'skipped'] : ['failed', 'compensated', 'pending', 'skipped']
  expect(named).toEqual(expect.arrayContaining(steps.rows.map(({ state }) => state)))
  if (committed) return
  const open = await stack.alpha.query(
    `select namespace from schema_saga_target.marker where operation_id = $1 and state in ('started', 'applied')`,
    [id],
  )
  expect(open.rows).toEqual([])
}

describe.each(MOMENTS)('a tenant that comes or goes at the moment "%s" of an operation', (moment) => {
  test('ends in a state that is named and right, whatever happens to it', async () => {
    const ends = await Promise.all(
      EVENTS.map(async (event) => {
        const project = await createFleet(event)
        return { project, event, operation: await interleave(project, moment, HAPPENS[event]) }
      }),
    )
    // One after the other: they share a session.
    for (const { project, event, operation } of ends) await expectNamed(project, operation, [event])
  }, 240_000)
})

test('several that come and go one after the other end so too', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...MOMENTS),
      fc.shuffledSubarray([...EVENTS], { minLength: 2, maxLength: 4 }),
      async (moment, events) => {
        const [first = 'provision', ...others] = events
        const project = await createFleet(first)
        // What makes no sense any more is refused in words, and changes nothing.
        for (const event of others) await HAPPENS[event](project).catch(() => undefined)
        const operation = await interleave(project, moment, (of) => HAPPENS[first](of).catch(() => undefined))
        await expectNamed(project, operation, events)
      },
    ),
    { numRuns: 4, endOnFailure: true },
  )
}, 240_000)
