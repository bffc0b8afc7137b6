import { describe, expect, test } from 'vitest'
import { runCommand } from './fakeSurroundings.ts'

const UNTOLD = { revisions: [], revisions_left_out: 0 }

describe('tenant unpark --all', () => {
  test('tells the revisions before and after, of a large fleet those of the first hundred', async () => {
    const all = Array.from({ length: 120 }, (_, index) => ({
      id: `t${1_000 + index}`,
      from: index === 0 ? null : 3,
      to: 7,
    }))
    const unparked = { active: 125, kept: 0, left: 0, failed: [], revisions: all.toReversed(), revisions_left_out: 5 }
    const client = { unparkTenants: async () => unparked }
    const { stdout } = await runCommand(['tenant', 'unpark', 'shop', '--all'], client)
    expect(stdout).toMatch(/\ntenant +revision before +after *\nt1000 +unknown +7 *\nt1001 +3 +7 *\n/)
    expect(stdout).toMatch(/\nt1099 +3 +7 *\nand 25 more, which --json names *\n$/)
    const { stdout: json } = await runCommand(['tenant', 'unpark', 'shop', '--all', '--json'], client)
    expect(JSON.parse(json)).toEqual({ unparked })
  })

  test('tells how many were brought up, and who stays parked by a wish', async () => {
    const unparked = { active: 19, kept: 1, left: 0, failed: [], ...UNTOLD }
    const client = { unparkTenants: async () => unparked }
    const { stdout, exitCode } = await runCommand(['tenant', 'unpark', 'shop', '--all'], client)
    const text = '19 brought up and active, 0 could not be, 1 stay parked because a person parked them\n'
    expect({ stdout, exitCode }).toEqual({ stdout: text, exitCode: 0 })
    const { stdout: json } = await runCommand(['tenant', 'unpark', 'shop', '--all', '--json'], client)
    expect(JSON.parse(json)).toEqual({ unparked })
  })

  test('names those that could not be brought up, and ends with 5', async () => {
    const failed = [{ id: 'bob', code: 'TARGET_DRIFTED', error: 'Its tables are no revision.' }]
    const client = { unparkTenants: async () => ({ active: 1, kept: 0, left: 2, failed, ...UNTOLD }) }
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
