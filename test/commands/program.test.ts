import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { processSurroundings } from '../../src/commands/processIo.ts'
import { createProgram } from '../../src/commands/program.ts'
import { RequestRefused, SurroundingsMissing } from '../../src/errors.ts'
import { runCommand } from './fakeSurroundings.ts'

function leaves(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  const below = command.commands.flatMap((each) => leaves(each, [...path, each.name()]))
  return below.length === 0 || command.registeredArguments.length > 0 ? [path, ...below] : below
}

describe('every command has --json, --actor and an example', () => {
  test.each(leaves(createProgram(processSurroundings())).map((path) => [path]))('%j', async (path) => {
    const { stdout, exitCode } = await runCommand([...path, '--help'])
    for (const part of ['--json', '--actor <name>', `Example:\n  $ schema-saga ${path.join(' ')}`]) {
      expect(stdout).toContain(part)
    }
    expect(exitCode).toBeUndefined()
  })
})

describe('the help', () => {
  test('lists the commands in groups', async () => {
    const { stdout } = await runCommand(['--help'])
    const groups = stdout
      .split(/\n\n(?=[A-Z])/)
      .map((text) => text.split('\n').map((line) => line.trim().split(' ')[0]))
    const commands = createProgram(processSurroundings()).commands.map((command) => command.name())
    const inGroups = ['Change', 'Manage', 'Inspect', 'Run:'].flatMap(
      (name) => groups.find(([heading]) => heading === name)?.slice(1) ?? [],
    )
    expect(inGroups).toEqual(commands)
  })

  test.each(['operation', 'project', 'tenant', 'server', 'schema', 'set-aside'])(
    'of %s has an example',
    async (name) => {
      expect((await runCommand([name, '--help'])).stdout).toContain(`Example:\n  $ schema-saga ${name} `)
    },
  )
})

describe('bad usage', () => {
  test.each([
    [['frob'], "unknown command 'frob'"],
    [['apply', 'shop'], "missing required argument 'file'"],
    [['apply', 'shop', '-', '--colour', 'red'], "unknown option '--colour'"],
    [['apply', 'shop', '-', '--parallel', '0'], 'whole number of at least 1'],
    [['apply', 'shop', '-', '--on-tenant-failure', 'ignore'], 'Allowed choices are compensate, park, hold'],
    [['apply', 'shop', '-', '--max-parked', 'many'], 'a number of tenants, or a share such as 5%'],
    [['apply', 'shop', '-', '--waves', '10,50'], 'percentages with commas in between'],
    [['apply', 'shop', '-', '--soak', '5'], 'a duration such as 30s, 5m or 2h'],
    [['operation', 'repair', 'op-1'], "'--action <action>' not specified"],
    [['server', 'add', 'alpha'], "'--dsn-env <name>' not specified"],
    [['project', 'create', 'shop'], 'Give --server and --namespace'],
    [['project', 'create', 'shop', '--tenant-only', '--server', 'alpha'], 'cannot be used with'],
  ])('%j', async (args, sentence) => {
    const people = await runCommand(args)
    expect(people.stderr).toContain('error INPUT_INVALID: ')
    expect(people.stderr).toContain(sentence)
    expect([people.stdout, people.exitCode]).toEqual(['', 2])

    const programs = await runCommand([...args, '--json'])
    const message = expect.stringContaining(sentence)
    expect(JSON.parse(programs.stdout)).toEqual({ error: { code: 'INPUT_INVALID', message, path: null, details: {} } })
    expect(programs.exitCode).toBe(2)
  })
})

test.each([[[]], [['operation']]])('a missing command is bad usage: %j', async (args) => {
  const { stderr, exitCode } = await runCommand(args)
  expect([stderr, exitCode]).toEqual(['error INPUT_INVALID: A command is missing: see --help.\n', 2])
})

describe('errors', () => {
  const rejected = new RequestRefused('NAME_TAKEN', 'The name is taken.', { path: 'name', details: { name: 'food' } })

  test('are one sentence with its place for people', async () => {
    const { stderr, stdout, exitCode } = await runCommand(['plan', 'shop', '-'], {
      plan: () => Promise.reject(rejected),
    })
    expect([stderr, stdout, exitCode]).toEqual(['error NAME_TAKEN: The name is taken. (at name)\n', '', 3])
  })

  test('are one document for programs', async () => {
    const { stderr, stdout, exitCode } = await runCommand(['plan', 'shop', '-', '--json'], {
      plan: () => Promise.reject(rejected),
    })
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'NAME_TAKEN', message: 'The name is taken.', path: 'name', details: { name: 'food' } },
    })
    expect([stderr, exitCode]).toEqual(['', 3])
  })

  test('in a setting are told before anything is done', async () => {
    const missing = new SurroundingsMissing('SETTING_INVALID', 'Set DATABASE_URL.')
    const { exitCode, calls } = await runCommand(['project', 'list'], {}, { connect: () => Promise.reject(missing) })
    expect([exitCode, calls]).toEqual([2, []])
  })

  test.each(['{"type": ', '', '[]', '{"type":"create_model","name":"food","colour":"red"}'])(
    'in the input name their place: %s',
    async (text) => {
      const { stdout, exitCode, calls } = await runCommand(
        ['apply', 'shop', '-', '--json'],
        {},
        { readInput: async () => text },
      )
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'INPUT_INVALID' } })
      expect([exitCode, calls]).toEqual([2, [['close']]])
    },
  )

  test('a missing file is invalid input', async () => {
    const { readInput } = processSurroundings()
    await expect(readInput('/nowhere/at/all.json')).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })
})
