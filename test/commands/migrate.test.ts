import { describe, expect, test } from 'vitest'
import type {
  MigrationRunDocument,
  MigrationStatusDocument,
  MigrationStep,
} from '../../src/client/migrations/migrationDocuments.ts'
import type { MigrationCourse } from '../../src/client/migrations/runMigrations.ts'
import type { SchemaSagaClient } from '../../src/client/types.ts'
import { createPace } from '../../src/commands/migration/pace.ts'
import type { OperationDocument } from '../../src/contract.ts'
import { handleOf, operationDocument, runCommand } from './fakeSurroundings.ts'

const step = (name: string, differences: Partial<MigrationStep> = {}): MigrationStep => ({
  name,
  state: 'pending',
  operation: null,
  revision: null,
  parked: 0,
  has_down: true,
  files: [`${name}.sql`],
  notes: [],
  hazards: [],
  plan: null,
  ...differences,
})
const run = (differences: Partial<MigrationRunDocument> = {}): MigrationRunDocument => ({
  project: 'shop',
  format: 'dbmate',
  dry_run: false,
  applied_before: 7,
  migrations: [
    step('0001_a'),
    step('0002_b', { has_down: false, hazards: ['LOSES_DATA'], notes: ['"0002_b.sql" is odd.'] }),
  ],
  stopped: null,
  notes: [],
  ...differences,
})
const committed = run({
  migrations: [
    step('0001_a', { state: 'committed', operation: 'shop-0001_a', revision: 2 }),
    step('0002_b', { state: 'committed', operation: 'shop-0002_b', revision: 3, parked: 1 }),
  ],
})

/** A client whose run goes through these courses. */
function migrating(ended: MigrationRunDocument, ...courses: readonly MigrationCourse[]): Partial<SchemaSagaClient> {
  return {
    migrate: async (_project, _folder, options) => {
      options?.heard?.({ run: run(), at: -1, together: 1, operation: null })
      for (const course of courses) options?.heard?.(course)
      return ended
    },
  }
}

describe('migrate', () => {
  test('passes its flags on, and says before the first what is pending and what has no way back', async () => {
    const flags = ['--to', '0002', '--format', 'dbmate', '--on-tenant-failure', 'park', '--actor', 'ada']
    const at = { run: run(), at: 0, together: 1, operation: operationDocument() }
    const { stdout, stderr, exitCode, calls } = await runCommand(
      ['migrate', 'shop', 'db', ...flags],
      migrating(committed, at),
    )
    expect(calls[0]).toEqual([
      'migrate',
      'shop',
      '/nowhere/db',
      {
        actor: 'ada',
        to: '0002',
        format: 'dbmate',
        onTenantFailure: 'park',
        heard: expect.any(Function),
        signal: expect.any(AbortSignal),
      },
    ])
    expect(stdout).toMatch(/^format: dbmate; 7 applied, 2 pending\npending: 0001_a, 0002_b\nno down: 0002_b\n/)
    expect(stdout).toContain('hazards of 0002_b: LOSES_DATA\nnote: "0002_b.sql" is odd.')
    expect(stdout).toContain('0002_b     committed  3         shop-0002_b  1 tenant left behind, parked')
    expect(stderr).toBe('1 of 2, 0001_a: committed\n')
    expect(exitCode).toBe(5)
  })

  test('prints one document and nothing else with --json', async () => {
    const { stdout, stderr } = await runCommand(['migrate', 'shop', 'db', '--json'], migrating(committed))
    expect(JSON.parse(stdout)).toEqual({ migration: committed })
    expect(stderr).toContain('2 pending')
  })

  const stoppedBy = (operation: OperationDocument | null, code: 'DATA_REJECTED' | 'TEMPORAL_UNREACHABLE') =>
    run({ stopped: { name: '0001_a', error_code: code, error: 'why', operation, summary: 'What was done.' } })

  test.each([
    [
      'as the operation that failed does',
      operationDocument({ status: 'failed', error_code: 'DATA_REJECTED', error: 'why' }),
      4,
    ],
    [
      'where it needs repair',
      operationDocument({ status: 'needs_repair', error_code: 'DATA_REJECTED', error: 'why' }),
      5,
    ],
    ['where the plan refused it', operationDocument({ status: 'failed', plan_hash: null, error: 'why' }), 3],
  ])('ends %s', async (_, operation, exit) => {
    const { stdout, exitCode } = await runCommand(
      ['migrate', 'shop', 'db'],
      migrating(stoppedBy(operation, 'DATA_REJECTED')),
    )
    expect(exitCode).toBe(exit)
    expect(stdout).toContain('why\n')
    expect(stdout.endsWith('What was done.\n')).toBe(true)
  })

  test('ends as what could not be begun does', async () => {
    const ended = stoppedBy(null, 'TEMPORAL_UNREACHABLE')
    const { stdout, exitCode } = await runCommand(['migrate', 'shop', 'db'], migrating(ended))
    expect([exitCode, stdout]).toEqual([7, expect.stringContaining('error TEMPORAL_UNREACHABLE: why\nWhat was done.')])
  })

  test('plans only with --dry-run', async () => {
    const dry = run({ dry_run: true })
    const { stdout, exitCode, calls } = await runCommand(['migrate', 'shop', 'db', '--dry-run'], {
      migrate: async () => dry,
    })
    expect(calls[0]?.[3]).toMatchObject({ dryRun: true })
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('pending: 0001_a, 0002_b')])
  })

  test('says that nothing is to be done', async () => {
    const none = run({ migrations: [] })
    const { stdout, exitCode } = await runCommand(['migrate', 'shop', 'db'], { migrate: async () => none })
    expect([exitCode, stdout]).toEqual([0, 'nothing to do\n'])
  })

  test('is detached from one migration only', async () => {
    const { stderr, exitCode } = await runCommand(['migrate', 'shop', 'db', '--detach'], { migrate: async () => run() })
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--detach is for one migration, and 2 are pending')])
  })

  test.each([
    ['lets go of what is in progress at Ctrl-C', null, 130, 'let go'],
    ['aborts it where the person wants that', async () => 'abort', 4, 'abort'],
  ])('%s', async (_, ask, exit, what) => {
    const applying = operationDocument({ status: 'applying', revision: null })
    let interrupt = (): void => {}
    let abort = (): void => {}
    const aborted = new Promise<void>((resolve) => {
      abort = resolve
    })
    const client: Partial<SchemaSagaClient> = {
      operation: async () => ({ ...handleOf(applying), abort: async () => abort() }),
      migrate: async (_project, _folder, options) => {
        options?.heard?.({ run: run(), at: 0, together: 1, operation: applying })
        const letGo = new Promise((resolve) => options?.signal?.addEventListener('abort', resolve))
        setImmediate(() => interrupt())
        const seen = await Promise.race([letGo.then(() => 'let go'), aborted.then(() => 'abort')])
        const operation = seen === 'abort' ? operationDocument({ status: 'cancelled' }) : applying
        const code = seen === 'abort' ? 'ABORTED' : null
        return run({ stopped: { name: '0001_a', error_code: code, error: String(seen), operation, summary: '' } })
      },
    }
    const onInterrupt = (callback: () => void) => {
      interrupt = callback
      return () => {}
    }
    const { exitCode, stdout } = await runCommand(['migrate', 'shop', 'db', '--json'], client, { onInterrupt, ask })
    expect([exitCode, JSON.parse(stdout).migration.stopped.error]).toEqual([exit, what])
  })
})

test('the pace of a run is told once it is known, and what is left of it', () => {
  let time = 0
  const pace = createPace(() => time)
  const seen = (at: number, done: number, seconds: number): string => {
    time = seconds * 1_000
    const tenants = {
      total: 100,
      succeeded: done,
      skipped: 0,
      failed: 0,
      parked: 0,
      compensated: 0,
      running: 0,
      pending: 100 - done,
    }
    return pace({ run: run(), at, together: 1, operation: operationDocument({ status: 'applying', tenants }) })
  }
  expect(seen(0, 0, 0)).toBe('1 of 2, 0001_a: applying: starting, 0 of 100 tenants')
  expect(seen(0, 10, 10)).not.toContain('a second')
  expect(seen(0, 30, 20)).toContain(', 2.0 tenants a second, about 85 s left')
  expect(seen(1, 50, 31)).toContain(
    '2 of 2, 0002_b: applying: starting, 50 of 100 tenants, 2.0 tenants a second, about 25 s left',
  )
})

describe('migrate status', () => {
  const status: MigrationStatusDocument = {
    project: 'shop',
    format: 'goose',
    clean: false,
    counts: { applied: 1, pending: 1, changed: 0, missing: 0, pending_without_down: 1 },
    migrations: [
      { name: '0001_a', state: 'applied', revision: 2, has_down: true, files: ['0001_a.sql'], notes: [] },
      { name: '0002_b', state: 'pending', revision: null, has_down: false, files: ['0002_b.sql'], notes: [] },
    ],
    notes: ['odd'],
  }

  test('tells the state of each, and exits with 6 unless all is applied', async () => {
    const { stdout, exitCode, calls } = await runCommand(['migrate', 'status', 'shop', 'db', '--format', 'goose'], {
      migrationStatus: async () => status,
    })
    expect(calls[0]).toEqual(['migrationStatus', 'shop', '/nowhere/db', { format: 'goose' }])
    expect(stdout).toMatch(/^project shop, format goose: not clean\n1 applied, 1 pending \(1 without a down\)/)
    expect(stdout).toContain('note: odd')
    expect(stdout).toMatch(/0002_b +pending +- +no/)
    expect(exitCode).toBe(6)
    const clean = await runCommand(['migrate', 'status', 'shop', 'db'], {
      migrationStatus: async () => ({ ...status, clean: true }),
    })
    expect(clean.exitCode).toBe(0)
  })

  test('prints one document with --json', async () => {
    const { stdout } = await runCommand(['migrate', 'status', 'shop', 'db', '--json'], {
      migrationStatus: async () => status,
    })
    expect(JSON.parse(stdout)).toEqual({ status })
  })
})
