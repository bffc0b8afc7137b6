import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { processSurroundings } from '../../src/commands/processIo.ts'
import { createProgram } from '../../src/commands/program.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = ['README.md', ...readdirSync(`${ROOT}docs`).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
)

/** Command lines of a text: `schema-saga ...` up to the end of the line or of the code, without comments and output. */
function commandLines(text: string): readonly string[] {
  const joined = text.replace(/\s*\\\n\s*/g, ' ')
  return [...joined.matchAll(/(?:^|[`\s])schema-saga +([a-z][^`\n]*)/g)]
    .map(([, line = '']) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => GROUPS.has(line.split(/\s/)[0] ?? ''))
}

const program = createProgram(processSurroundings())
const GROUPS = new Set(program.commands.map((command) => command.name()))

/** The command that a line calls, and what is left of the line. */
function resolve(words: readonly string[]): { command: Command; rest: readonly string[] } {
  let command: Command = program
  let index = 0
  for (; index < words.length; index += 1) {
    const next = command.commands.find((each) => each.name() === words[index])
    if (next === undefined) break
    command = next
  }
  return { command, rest: words.slice(index) }
}

function problemOf(line: string): string | null {
  const { command, rest } = resolve(line.split(/\s+/))
  const isFamily = command.commands.length > 0 && command.registeredArguments.length === 0
  if (isFamily && rest.length > 0) return `${command.name()} has no command "${rest[0]}"`
  const known = command.options.flatMap(({ long, short }) => [long, short])
  const flags = rest.filter((word) => /^--[a-z]/.test(word)).map((word) => word.split('=')[0] ?? '')
  const unknown = flags.find((flag) => flag !== '--help' && !known.includes(flag))
  return unknown === undefined ? null : `${command.name()} has no flag ${unknown}`
}

describe('every command in the documentation exists, with its flags', () => {
  test.each(PAGES)('%s', (page) => {
    const lines = commandLines(readFileSync(`${ROOT}${page}`, 'utf8'))
    // Whoever takes the last one out of a page sees it here; how they are found is tested below.
    expect(lines).not.toEqual([])
    const problems = lines.flatMap((line) => {
      const problem = problemOf(line)
      return problem === null ? [] : [`${line}: ${problem}`]
    })
    expect(problems).toEqual([])
  })

  test('in a line of its own, within a sentence, over two lines, but not in output or prose', () => {
    const page = `Run \`schema-saga drift shop\` first. Then schema-saga waits.
      schema-saga apply shop - \\
        --actor rosa   # who it was
      schema-saga frobnicate shop`
    expect(commandLines(page)).toEqual(['drift shop', 'apply shop - --actor rosa'])
  })

  test('and one that does not exist is found out', () => {
    expect(problemOf('operation frob op-1')).toBe('operation has no command "frob"')
    expect(problemOf('apply shop - --colour red')).toBe('apply has no flag --colour')
  })
})
