import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connectSchemaSaga, type SchemaSagaClient } from '../../../src/client.ts'
import { ERRORS, type ErrorCode } from '../../../src/contract/errors/errorCodes.ts'
import { useLedger } from '../../postgres/catalog/ledger.ts'
import { CONFIG } from '../temporalStub.ts'

const ledger = useLedger()

/** A client whose Temporal cannot be reached: there is nothing at its address. */
let client: SchemaSagaClient
beforeEach(async () => {
  client = await connectSchemaSaga({ config: { ...CONFIG, catalogUrl: ledger.database.url } })
})
afterEach(() => client.close())

describe('without Temporal', () => {
  test('operations are found by their id, alone and in their project', async () => {
    const id = await ledger.committed('1', 'food')
    expect((await client.operation(id)).id).toBe(id)
    expect(await (await client.operationOf(ledger.project, id)).show()).toMatchObject({ id, status: 'committed' })
    expect(await client.listOperations(ledger.project)).toMatchObject([{ id }])
    expect(await client.listOperations(ledger.project, { statuses: ['failed'] })).toEqual([])
  })

  test('those that want a look are listed', async () => {
    const id = await ledger.planned('1')
    await ledger.catalog.closeOperation({ operationId: id, status: 'failed', error: 'no', errorCode: 'E' })
    expect(await client.listRepairable(ledger.project)).toMatchObject([{ id, status: 'failed' }])
  })

  test('servers, projects, tenants and schemas are read and written in the ledger', async () => {
    const id = `${ledger.project}-server`
    const server = { id, dsnEnv: 'SOME_URL', maxSessions: 4 }
    expect(await client.addServer({ ...server, actor: 'rosa' })).toMatchObject({ id, max_sessions: 4 })
    expect(await client.setServer({ id, maxSessions: 6 })).toMatchObject({ id, max_sessions: 6 })
    expect((await client.listServers()).map((each) => each.id)).toEqual(expect.arrayContaining(['a', 'b', 'c', id]))

    const project = `${ledger.project}-more`
    expect(await client.createProject({ id: project, base: null })).toMatchObject({ id: project, revision: 0 })
    expect(await client.showProject(project)).toMatchObject({ id: project, base: null })
    expect((await client.listProjects()).map((each) => each.id)).toContain(project)
    expect(await client.listTenants(project)).toEqual([])
    expect(await client.showSchema(project)).toEqual({ revision: 0, schema: { models: [] } })
  })

  test('what a mutation would do is planned', async () => {
    const plan = await client.plan(ledger.project, { type: 'create_model', name: 'food' })
    expect(plan.changes.map(({ kind }) => kind)).toEqual(['createTable'])
  })
})

describe('what does not exist is refused by its name', () => {
  test.each<[string, (project: string) => Promise<unknown>, ErrorCode]>([
    ['an operation of which Temporal alone may know', () => client.operation('nobody'), 'TEMPORAL_UNREACHABLE'],
    ['an operation of the project', (project) => client.operationOf(project, 'nobody'), 'OPERATION_NOT_FOUND'],
    ['an operation without an id', (project) => client.operationOf(project, ''), 'INPUT_INVALID'],
    ['an operation to take back', () => client.revert('nobody'), 'OPERATION_NOT_FOUND'],
    ['operations of a project', () => client.listOperations('nowhere'), 'PROJECT_NOT_FOUND'],
    ['repairable ones of a project', () => client.listRepairable('nowhere'), 'PROJECT_NOT_FOUND'],
    ['tenants of a project', () => client.listTenants('nowhere'), 'PROJECT_NOT_FOUND'],
    ['a project', () => client.showProject('nowhere'), 'PROJECT_NOT_FOUND'],
    [
      'a server of a base',
      () => client.createProject({ id: 'p-based', base: { server: 'z', namespace: 'n' } }),
      'SERVER_NOT_FOUND',
    ],
    ['a project for a tenant', () => client.addTenant('nowhere', { id: 't1', server: 'a' }), 'PROJECT_NOT_FOUND'],
  ])('%s', async (_, ask, code) => {
    await expect(ask(ledger.project)).rejects.toMatchObject({ name: ERRORS[code].class, code })
  })

  test('an operation of another project is none of this one', async () => {
    const id = await ledger.opened('1')
    const other = await ledger.newProject()
    await expect(client.operationOf(other, id)).rejects.toMatchObject({ code: 'OPERATION_NOT_FOUND' })
  })
})
