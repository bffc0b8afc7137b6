import { describe, expect, test } from 'vitest'
import { runCommand } from './fakeSurroundings.ts'

describe('tenant unpark --all', () => {
  test('tells how many were brought up, and who stays parked by a wish', async () => {
    const unparked = { active: 19, kept: 1, left: 0, failed: [] }
    const client = { unparkTenants: async () => unparked }
    const { stdout, exitCode } = await runCommand(['tenant', 'unpark', 'shop', '--all'], client)
    const text = '19 brought up and active, 0 could not be, 1 stay parked because a person parked them\n'
    expect({ stdout, exitCode }).toEqual({ stdout: text, exitCode: 0 })
    const { stdout: json } = await runCommand(['tenant', 'unpark', 'shop', '--all', '--json'], client)
    expect(JSON.parse(json)).toEqual({ unparked })
  })

  test('names those that could not be brought up, and ends with 5', async () => {
    const failed = [{ id: 'bob', code: 'TARGET_DRIFTED', error: 'Its tables are no revision.' }]
    const client = { unparkTenants: async () => ({ active: 1, kept: 0, left: 2, failed }) }
    const { stdout, exitCode } = await runCommand(['tenant', 'unpark', 'shop', '--all'], client)
    expect(exitCode).toBe(5)
    expect(stdout).toMatch(
      /^1 brought up and active, 2 could not be\n[\s\S]*bob +TARGET_DRIFTED: Its tables are no revision\./,
    )
    expect(stdout).toContain('and 1 more')
  })

  test.each([
    ['neither', ['tenant', 'unpark', 'shop'], /Give the id of a tenant, or --all\./],
    ['both', ['tenant', 'unpark', 'shop', 'ada', '--all'], /Give the id of a tenant, or --all\./],
    ['a revision for all', ['tenant', 'unpark', 'shop', '--all', '--at', '3'], /--all.*cannot be used with.*--at/],
  ])('is refused with %s', async (_, args, message) => {
    const { stderr, exitCode, calls } = await runCommand(args, {})
    expect({ exitCode, calls: calls.filter(([name]) => name !== 'close') }).toEqual({ exitCode: 2, calls: [] })
    expect(stderr).toMatch(message)
  })
})
