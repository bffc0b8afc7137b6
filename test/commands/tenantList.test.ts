import { describe, expect, test } from 'vitest'
import { parseTenantList } from '../../src/commands/tenant/tenantList.ts'
import { runCommand } from './fakeSurroundings.ts'

describe('a file of new tenants', () => {
  test('has a line for each, in which the namespace may be missing, and the server where --server names one', async () => {
    expect(await parseTenantList('id,server,namespace\nada,alpha,one\nbob,beta,\n', undefined)).toEqual([
      { id: 'ada', server: 'alpha', namespace: 'one' },
      { id: 'bob', server: 'beta' },
    ])
    expect(await parseTenantList('\uFEFFid, server\r\nada, \r\n\r\nbob,beta\r\n', 'alpha')).toEqual([
      { id: 'ada', server: 'alpha' },
      { id: 'bob', server: 'beta' },
    ])
    expect(await parseTenantList('id,namespace\nada,"a ""b"", c"\n', 'alpha')).toEqual([
      { id: 'ada', server: 'alpha', namespace: 'a "b", c' },
    ])
  })

  test.each([
    ['nothing at all', '', 'file:1', /there is none/],
    ['a header alone', 'id,server\n', 'file:1', /a line for each tenant/],
    ['no header', 'ada,alpha\nbob,beta\n', 'file:1', /a column "ada" is not known/],
    ['a misspelt column', 'id,sever\nada,alpha\n', 'file:1', /a column "sever" is not known/],
    ['no column of ids', 'server\nalpha\n', 'file:1', /names no column "id"/],
    ['a line without an id', 'id,server\nada,alpha\n,beta\n', 'file:3', /has no id/],
    ['a line without a server', 'id,server\nada,alpha\nbob,\n', 'file:3', /No server is named for tenant "bob"/],
    ['a line with too many values', 'id,server\nada,alpha\nbob,beta,gamma\n', 'file:3', /comma-separated/],
    ['a quote that is never closed', 'id,server\n"ada,alpha\n', 'file:2', /comma-separated/],
  ])('is refused with its line: %s', async (_, text, path, message) => {
    const refusal = { code: 'INPUT_INVALID', message: expect.stringMatching(message), path }
    await expect(parseTenantList(text, undefined)).rejects.toMatchObject(refusal)
  })
})

describe('tenant add --file', () => {
  const file = { readInput: async () => 'id,server\nada,alpha\nbob,beta\n' }
  const failed = [
    {
      id: 'bob',
      server: 'beta',
      namespace: 'shop_bob',
      code: 'TARGET_UNREACHABLE',
      error: 'Server "beta" does not answer.',
    },
  ]

  test('adds them all at once, and tells how many', async () => {
    const added = { addTenants: async () => ({ added: 1, there: 1, failed: [] }) }
    const { stdout, exitCode, calls } = await runCommand(['tenant', 'add', 'shop', '--file', 'list.csv'], added, file)
    expect({ stdout, exitCode }).toEqual({ stdout: '1 added, 1 there before, 0 failed\n', exitCode: 0 })
    const [[name, project, tenants] = []] = calls
    expect([name, project, tenants]).toEqual([
      'addTenants',
      'shop',
      [
        { id: 'ada', server: 'alpha' },
        { id: 'bob', server: 'beta' },
      ],
    ])
  })

  test('names those that failed, and ends with 5', async () => {
    const added = { addTenants: async () => ({ added: 1, there: 0, failed }) }
    const { stdout, exitCode } = await runCommand(['tenant', 'add', 'shop', '--file', '-'], added, file)
    expect(exitCode).toBe(5)
    expect(stdout).toMatch(
      /^1 added, 0 there before, 1 failed\n[\s\S]*bob +beta\/shop_bob +TARGET_UNREACHABLE: Server "beta" does not answer\./,
    )
    const { stdout: json } = await runCommand(['tenant', 'add', 'shop', '--file', '-', '--json'], added, file)
    expect(JSON.parse(json)).toEqual({ provisioned: { added: 1, there: 0, failed } })
  })

  test.each([
    ['neither', ['tenant', 'add', 'shop'], /Give the id of the tenant, or --file with many\./],
    ['both', ['tenant', 'add', 'shop', 'ada', '--file', 'list.csv'], /Give a tenant or --file, not both\./],
    ['a tenant without its server', ['tenant', 'add', 'shop', 'ada'], /Give --server/],
  ])('is refused with %s', async (_, args, message) => {
    const { stderr, exitCode, calls } = await runCommand(args, {}, file)
    expect({ exitCode, calls: calls.filter(([name]) => name !== 'close') }).toEqual({ exitCode: 2, calls: [] })
    expect(stderr).toMatch(message)
  })
})
