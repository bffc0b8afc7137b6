/** The arrows between the rooms of `src`, as CONTRIBUTING draws them: the linter refuses each that goes another way. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Imports that no door lets through: from which file, of what. */
const CLOSED = [
  ['src/errors.ts', './contract.ts'],
  ['src/logical/mutations/a.ts', '../../physical/plan/plan.ts'],
  ['src/logical/b.ts', '../contract.ts'],
  ['src/logical/parse/c.ts', '../../sql/parser.ts'],
  ['src/physical/changes/a.ts', '../../postgres/drift/drift.ts'],
  ['src/physical/b.ts', '@temporalio/common'],
  ['src/physical/plan/c.ts', '../../migrations/migration.ts'],
  ['src/sql/a.ts', '../postgres/record/readRecord.ts'],
  ['src/sql/b.ts', '../physical/equality.ts'],
  ['src/sql/c.ts', '../migrations/files.ts'],
  ['src/migrations/a.ts', '../contract/request.ts'],
  ['src/migrations/b.ts', '../client/submit.ts'],
  ['src/contract/a.ts', '../postgres/catalog/pool.ts'],
  ['src/contract/b.ts', '../sql/text.ts'],
  ['src/postgres/target/a.ts', '../../activities/dependencies.ts'],
  ['src/postgres/b.ts', '@temporalio/client'],
  ['src/postgres/drift/d.ts', '../../testing/fakeHooks.ts'],
  ['src/activities/operation/a.ts', '../../client/submit.ts'],
  ['src/activities/b.ts', '../workflows/index.ts'],
  ['src/activities/fleet/c.ts', '../../migrations/readMigrations.ts'],
  ['src/workflows/operation/a.ts', '../../postgres/drift/drift.ts'],
  ['src/workflows/b.ts', '../activities/index.ts'],
  ['src/workflows/c.ts', 'node:fs'],
  ['src/workflows/run/e.ts', '../../sql/text.ts'],
  ['src/client/a.ts', '../postgres/target/execute.ts'],
  ['src/client/b.ts', '../activities/index.ts'],
  ['src/client/d.ts', '../testing.ts'],
  ['src/commands/project/a.ts', '../../postgres/catalog/pool.ts'],
  ['src/commands/b.ts', '../worker.ts'],
  ['src/commands/tenant/c.ts', '../../sql/text.ts'],
  ['src/commands/process/a.ts', '../../postgres/catalog/pool.ts'],
] as const

/** Imports that go the way the arrows go, close to one of the above. */
const OPEN = [
  ['src/client/c.ts', '../postgres/catalog/pool.ts'],
  ['src/commands/process/b.ts', '../../worker.ts'],
  ['src/logical/parse/d.ts', '../../sql/text.ts'],
  ['src/migrations/c.ts', '../sql/text.ts'],
  ['src/postgres/c.ts', '../physical/plan/plan.ts'],
  ['src/workflows/d.ts', '../contract.ts'],
] as const

const ROOT = join(import.meta.dirname, '..')
let folder: string
let refused: readonly string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-doors-'))
  await cp(join(ROOT, 'biome.json'), join(folder, 'biome.json'))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  for (const [file, of] of [...CLOSED, ...OPEN])
    await write(file, `import { it } from '${of}'\n\nexport const its = it\n`)
  await write('src/circle/one.ts', "import { two } from './two.ts'\n\nexport const one = () => two\n")
  await write('src/circle/two.ts', "import { one } from './one.ts'\n\nexport const two = () => one\n")
  refused = await lint()
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(CLOSED)('%s must not import %s', (file) => {
  expect(refused).toContain(`${file} lint/style/noRestrictedImports`)
})

test.each(OPEN)('%s may import %s', (file) => {
  expect(refused.filter((each) => each.startsWith(`${file} `))).toEqual([])
})

test('files that import each other in a circle are refused', () => {
  expect(refused).toContain('src/circle/one.ts lint/suspicious/noImportCycles')
})

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true })
  await writeFile(join(folder, file), text)
}

/** What the linter refuses there, as file and rule. */
async function lint(): Promise<readonly string[]> {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome')
  const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.']
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder }).catch(
    (error: { code: unknown; stdout: string }) => {
      if (error.code !== 1) throw error
      return error
    },
  )
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { category: string; location: { path: unknown } }[] }
  return diagnostics.map(({ category, location: { path } }) => `${pathOf(path)} ${category}`)
}

function pathOf(path: unknown): string {
  return (typeof path === 'string' ? path : (path as { file: string }).file).replace(/^\.\//, '')
}
