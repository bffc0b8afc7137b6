import { expect, test } from 'vitest'
import { createProject } from '../../../src/postgres/catalog/projects/createProject.ts'
import { useLedger } from './ledger.ts'

const ledger = useLedger()

test('a retried activity finds the same operation and the same start, a workflow that continued as new the next start', async () => {
  const { catalog, pool } = ledger
  const first = await catalog.openOperation(ledger.request('again'))
  expect(await catalog.openOperation(ledger.request('again'))).toEqual(first)
  const next = { ...ledger.request('again'), runId: 'continued' }
  expect(await catalog.openOperation(next)).toEqual({ ...first, start: 2 })
  expect(await catalog.openOperation(next)).toEqual({ ...first, start: 2 })
  const { rows } = await pool.query("select run_id, first_run_id from schema_saga.operation where id = 'again'")
  expect(rows).toEqual([{ run_id: 'continued', first_run_id: 'again' }])
})

test('a new run of an operation that waits takes it up with the next start, and the run before it is fenced off', async () => {
  const { catalog } = ledger
  const front = await ledger.opened('0', 'tea')
  const operationId = await ledger.opened('1')
  const again = await catalog.openOperation(ledger.request(operationId, 'food', 'new'))
  expect(again).toMatchObject({ start: 2, turn: { taken: false, waitsFor: { operationId: front } } })
  await catalog.releaseTurn({ operationId: front })
  await expect(catalog.takeTurn({ operationId, runId: operationId })).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
  expect((await catalog.takeTurn({ operationId, runId: 'new' })).taken).toBe(true)
})

test('a committed id is refused as such, a failed one with the advice how to retry it', async () => {
  const { catalog } = ledger
  const done = await ledger.committed('1', 'food')
  const again = catalog.openOperation(ledger.request(done, 'food', 'other'))
  await expect(again).rejects.toMatchObject({ code: 'ALREADY_COMMITTED' })
  const operationId = await ledger.opened('2', 'tea')
  await catalog.closeOperation({ operationId, status: 'failed', error: 'no', errorCode: 'E' })
  await expect(catalog.openOperation(ledger.request(operationId, 'tea', 'other'))).rejects.toMatchObject({
    code: 'NOT_APPLICABLE',
    message: expect.stringContaining(`schema-saga operation retry ${operationId}`),
  })
})

test('a retry begins the attempt behind the one that it names, once, behind whoever waits', async () => {
  const { catalog } = ledger
  const operationId = await ledger.opened('1', 'tea')
  const waiting = await ledger.opened('2', 'food')
  await catalog.closeOperation({ operationId, status: 'failed', error: 'no', errorCode: 'E' })
  const retry = { ...ledger.request(operationId, 'tea', 'second'), retryOf: 1 }
  expect(await catalog.openOperation(retry)).toMatchObject({ attempt: 2, start: 2 })
  expect(await catalog.openOperation(retry)).toMatchObject({ attempt: 2, start: 2 })
  expect(await catalog.readOperation({ operationId })).toMatchObject({
    status: 'pending',
    error: null,
    waits_for: waiting,
  })
  await catalog.closeOperation({ operationId, status: 'cancelled' })
  const late = { ...ledger.request(operationId, 'tea', 'third'), retryOf: 1 }
  await expect(catalog.openOperation(late)).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
})

test('an id that another project uses is refused', async () => {
  const operationId = await ledger.opened('1')
  await ledger.newProject()
  await expect(ledger.catalog.openOperation(ledger.request(operationId))).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
  })
})

test('an id under which a revision was made is not given away again, when the ledger has forgotten the operation, too', async () => {
  const { catalog, pool } = ledger
  const made = await ledger.committed('1', 'food')
  await ledger.committed('2', 'tea')
  for (const table of ['step', 'plan']) {
    await pool.query(`delete from schema_saga.operation_${table} where operation_id = $1`, [made])
  }
  await pool.query('delete from schema_saga.operation where id = $1', [made])
  await expect(catalog.openOperation(ledger.request(made, 'room', 'other'))).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
    message: `Operation id "${made}" was used by an operation that made revision 1 and is past its retention: use a new id.`,
  })
  const { rows } = await pool.query('select from schema_saga.operation where id = $1', [made])
  expect(rows).toEqual([])
})

test('options and the order of keys do not make another mutation', async () => {
  const request = ledger.request('order')
  const { type, name } = request.mutation
  const first = await ledger.catalog.openOperation(request)
  const other = { ...request, mutation: { name, type }, options: { parallel: 3 } }
  expect((await ledger.catalog.openOperation(other)).start).toBe(first.start)
})

test.each([
  ['an id with a slash', { operationId: 'a/b' }, 'operationId'],
  ['an unknown option', { options: { paralel: 1 } }, 'options.paralel'],
  ['a policy that nobody knows', { options: { onTenantFailure: 'ignore' } }, 'options.onTenantFailure'],
  ['a limit that is no number and no share', { options: { maxParked: 'many' } }, 'options.maxParked'],
  ['waves that do not grow', { options: { waves: [50, 10] } }, 'options.waves'],
  ['no tenants at once', { options: { parallel: 0 } }, 'options.parallel'],
])('%s is refused with its path', async (_, part, path) => {
  const input = { ...ledger.request('bad'), ...part } as Parameters<typeof ledger.catalog.openOperation>[0]
  await expect(ledger.catalog.openOperation(input)).rejects.toMatchObject({ code: 'INPUT_INVALID', path })
})

test('a project that is archived or was never there accepts nothing', async () => {
  await ledger.pool.query('update schema_saga.project set archived_at = now() where id = $1', [ledger.project])
  await expect(ledger.opened('1')).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
  ledger.project = 'nobody'
  await expect(ledger.opened('1')).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
})

test('a project on a server that does not exist is refused by name', async () => {
  const base = { server: 'nowhere', namespace: 'n' }
  const created = createProject(ledger.pool, { id: 'lost', base, actor: 'test' })
  await expect(created).rejects.toMatchObject({ code: 'SERVER_NOT_FOUND' })
})

test('the audit tells who submitted, and nothing in it can be changed', async () => {
  const { pool } = ledger
  const operationId = `${ledger.project}-1`
  await ledger.catalog.openOperation({ ...ledger.request(operationId), actor: 'ada' })
  const { rows } = await pool.query('select actor, action, details from schema_saga.audit where operation_id = $1', [
    operationId,
  ])
  expect(rows).toEqual([{ actor: 'ada', action: 'submit', details: { type: 'create_model' } }])
  await expect(pool.query("update schema_saga.audit set actor = 'eve'")).rejects.toThrow('append-only')
  await expect(pool.query('delete from schema_saga.audit')).rejects.toThrow('append-only')
  await expect(pool.query('truncate schema_saga.audit')).rejects.toThrow('append-only')
})
