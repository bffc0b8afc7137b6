/** The rooms of `src`, as CONTRIBUTING wants them: a stranger finds each thing where its name says. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const SRC = join(import.meta.dirname, '../src')
const MOST_FILES = 20
/** Numbered, and only ever added to. */
const GROWING = 'postgres/catalog/migrations'
const MOST_LINES = 200
/** In how many files outside of `commands` a name may be used. */
const MOST_NAMESAKES = 2

const FILES: readonly string[] = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(SRC.length + 1))
const SOURCES = FILES.filter((file) => file.endsWith('.ts'))

test('no folder has more than 20 files', () => {
  const rooms = FILES.filter((file) => dirname(file) !== GROWING)
  expect(many(rooms, (file) => dirname(file), MOST_FILES)).toEqual([])
})

test('no file has more than 200 lines', () => {
  const long = SOURCES.filter((file) => readFileSync(join(SRC, file), 'utf8').trimEnd().split('\n').length > MOST_LINES)
  expect(long).toEqual([])
})

test('outside of commands, no name of a file is used more than twice', () => {
  const named = SOURCES.filter((file) => !file.startsWith('commands/') && basename(file) !== 'index.ts')
  expect(many(named, (file) => basename(file), MOST_NAMESAKES)).toEqual([])
})

test('no two files share the name of their folder and their own', () => {
  expect(many(SOURCES, (file) => join(basename(dirname(file)), basename(file)), 1)).toEqual([])
})

/** What of the files there is more often than that. */
function many(files: readonly string[], part: (file: string) => string, most: number): readonly string[] {
  const counts = new Map<string, number>()
  for (const file of files) counts.set(part(file), (counts.get(part(file)) ?? 0) + 1)
  return [...counts].filter(([, count]) => count > most).map(([name]) => name)
}
