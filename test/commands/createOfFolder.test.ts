import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { MigrationRunDocument } from '../../src/client/migrations/migrationDocuments.ts'
import type { ProjectDocument } from '../../src/client/types.ts'
import { runCommand } from './fakeSurroundings.ts'

const folder = join(import.meta.dirname, '../migrations/fixtures')
const BASE = ['--kind', 'sql', '--server', 'alpha', '--namespace', 'shop_base']

/** A client whose project has these tables left out of comparisons already. */
function creating(ignore: readonly string[] = []) {
  const project = { id: 'shop', kind: 'sql', base: null, settings: { ignore } } as unknown as ProjectDocument
  const run = { migrations: [], stopped: null, dry_run: false } as unknown as MigrationRunDocument
  return {
    createProject: async () => project,
    setProject: async () => project,
    migrate: async () => run,
    showProject: async () => project,
  }
}

async function create(format: string, client = creating(), ...flags: readonly string[]) {
  const args = ['project', 'create', 'shop', ...BASE, '--migrations', format, ...flags]
  const { calls, ...ended } = await runCommand(args, client, { folder })
  return { ...ended, called: (name: string) => calls.find(([each]) => each === name) }
}

describe('project create --migrations', () => {
  test('leaves the table of the tool out of comparisons, and says so', async () => {
    const { called, stdout } = await create('prisma', creating(), '--at', '20240102093015_init')
    expect(called('createProject')?.[1]).toMatchObject({ baseline: { text: '' } })
    expect(called('setProject')?.slice(1, 3)).toEqual(['shop', ['ignore=_prisma_migrations']])
    expect(called('migrate')?.slice(1)).toMatchObject(['shop', join(folder, 'prisma'), { to: '20240102093015_init' }])
    expect(stdout).toContain('left alone in every namespace: _prisma_migrations (the setting `ignore`)')
  })

  test('leaves alone what a person has said of that', async () => {
    const { called, stdout } = await create('prisma', creating(['audit_*']))
    expect(called('setProject')).toBeUndefined()
    expect(stdout).not.toContain('left alone')
  })

  test('takes names of Drizzle for those of the namespace, unless a person says otherwise', async () => {
    const namespaceOf = async (...flags: readonly string[]): Promise<unknown> => {
      const { called } = await create('drizzle', creating(), ...flags)
      const [, given] = called('createProject') ?? []
      return (given as { baseline: { namespace?: string } }).baseline.namespace
    }
    expect(await namespaceOf()).toBe('public')
    expect(await namespaceOf('--source-namespace', 'app')).toBe('app')
  })

  test('makes nothing where the folder cannot be read', async () => {
    const { called, stderr, exitCode } = await create('nowhere')
    expect(called('createProject')).toBeUndefined()
    expect({ stderr, exitCode }).toEqual({ stderr: expect.stringContaining('MIGRATIONS_INVALID'), exitCode: 2 })
  })
})
