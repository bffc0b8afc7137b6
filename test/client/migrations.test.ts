/** A run over a folder, without servers: what is pending, under which ids, and what is said where it ends. */
import { describe, expect, it, test } from 'vitest'
import type { ChosenOperation, KnownOperation } from '../../src/client/migrations/chooseOperation.ts'
import { chooseOperation, idsFor } from '../../src/client/migrations/chooseOperation.ts'
import { compareFolder, pendingUpTo } from '../../src/client/migrations/compareFolder.ts'
import type { MigrationRunDocument, MigrationStep } from '../../src/client/migrations/migrationDocuments.ts'
import { type MigrationCourse, runMigrations } from '../../src/client/migrations/runMigrations.ts'
import type { OperationHandle } from '../../src/client/operationHandle.ts'
import { RequestRefused, SurroundingsMissing } from '../../src/errors.ts'
import type { Migration, MigrationFolder } from '../../src/migrations/migration.ts'
import type { NamedRevision } from '../../src/postgres/catalog/sql/changes.ts'
import { sha256Of } from '../../src/sql/text.ts'
import { handleOf, operationDocument } from '../commands/fakeSurroundings.ts'

const migration = (name: string, up = `SELECT '${name}';\n`, down: string | null = null): Migration => ({
  name,
  up,
  down,
  notes: [],
  files: [`${name}.sql`],
})
const folder = (...migrations: readonly Migration[]): MigrationFolder => ({ format: 'plain', migrations, notes: [] })
const revision = (name: string, number: number, differences: Partial<NamedRevision> = {}): NamedRevision => ({
  name,
  revision: number,
  up: sha256Of(`SELECT '${name}';\n`),
  down: null,
  applied: true,
  ...differences,
})

describe('a folder beside its project', () => {
  const names = ['0001_a', '0002_b', '0003_c']
  const all = folder(...names.map((name) => migration(name)))

  it('has migrations that are applied, pending, changed since and missing', () => {
    const status = compareFolder('shop', all, [
      revision('baseline', 1),
      revision('0001_a', 2),
      revision('0002_b', 3, { up: sha256Of('SELECT 2') }),
      revision('0000_gone', 4, { down: sha256Of('x') }),
    ])
    expect(status.migrations.map(({ name, state, revision: at, has_down }) => [name, state, at, has_down])).toEqual([
      ['0001_a', 'applied', 2, false],
      ['0002_b', 'changed', 3, false],
      ['0003_c', 'pending', null, false],
      ['0000_gone', 'missing', 4, true],
    ])
    expect(status.counts).toEqual({ applied: 1, pending: 1, changed: 1, missing: 1, pending_without_down: 1 })
    expect(status.clean).toBe(false)
  })

  it('is clean when all of it is applied, and nothing else but the baseline', () => {
    const done = names.map((name, index) => revision(name, index + 2))
    expect(compareFolder('shop', all, [revision('baseline', 1), ...done]).clean).toBe(true)
  })

  it('has a reverted one pending again', () => {
    const status = compareFolder('shop', all, [revision('0001_a', 5, { applied: false })])
    expect(status.migrations[0]).toMatchObject({ name: '0001_a', state: 'pending', revision: null })
  })

  it('takes a way back that was written when it was applied for its own', () => {
    const written = [revision('0001_a', 2, { down: sha256Of('DROP TABLE a') })]
    expect(compareFolder('shop', all, written).migrations[0]).toMatchObject({ state: 'applied', has_down: true })
    const given = folder(migration('0001_a', undefined, 'DROP TABLE b'))
    expect(compareFolder('shop', given, written).migrations[0]?.state).toBe('changed')
  })

  it('says which pending ones stand in front of what is applied', () => {
    expect(compareFolder('shop', all, [revision('0003_c', 2)]).notes).toEqual([
      'In front of "0003_c", which is applied, are pending: 0001_a, 0002_b.',
    ])
  })

  test.each([
    ['0002_b', ['0001_a', '0002_b']],
    ['0002_b.sql', ['0001_a', '0002_b']],
    ['db/migrations/0002_b.sql', ['0001_a', '0002_b']],
    ['0002', ['0001_a', '0002_b']],
    [undefined, names],
  ])('is applied up to %s', (to, pending) => {
    expect(pendingUpTo(all, compareFolder('shop', all, []), to).map(({ name }) => name)).toEqual(pending)
  })

  it('is refused up to a name that it does not have, and where a file was changed', () => {
    const status = compareFolder('shop', all, [revision('0002_b', 2, { up: sha256Of('x') })])
    expect(() => pendingUpTo(all, status, '000')).toThrow('has no migration "000"')
    expect(() => pendingUpTo(all, status, undefined)).toThrow(/Applied with another text.*0002_b/)
    // What was changed behind it is nothing to it.
    expect(pendingUpTo(all, status, '0001_a')).toHaveLength(1)
  })
})

describe('the operation of a migration', () => {
  const it42 = { type: 'run_sql', name: '0042_state', up: 'SELECT 1', down: 'SELECT 2' } as const
  const request = {
    type: 'run_sql',
    name: '0042_state',
    up: { sha256: sha256Of('SELECT 1'), bytes: 8 },
    down: { sha256: sha256Of('SELECT 2'), bytes: 8 },
  }
  const other = { ...request, up: { sha256: sha256Of('SELECT 9'), bytes: 8 } }
  const known = (differences: Partial<KnownOperation>): KnownOperation => ({
    id: 'shop-0042_state',
    status: 'failed',
    request,
    options: {},
    ...differences,
  })
  const choose = (
    operations: readonly KnownOperation[],
    taken: readonly string[] = [],
    options = {},
  ): Promise<ChosenOperation> =>
    chooseOperation({ project: 'shop', request: it42, options }, operations, async (id) =>
      [...taken, ...operations.map((each) => each.id)].includes(id),
    )
  const anew = { action: 'apply', id: expect.stringMatching(/^shop-0042_state-[0-9a-f]{8}$/) }

  test.each<[string, readonly KnownOperation[], object]>([
    ['is new', [], { action: 'apply', id: 'shop-0042_state' }],
    ['is tried again after it failed', [known({})], { action: 'retry', id: 'shop-0042_state' }],
    [
      'is tried again after it was cancelled',
      [known({ status: 'cancelled' })],
      { action: 'retry', id: 'shop-0042_state' },
    ],
    [
      'is tried again where it needs repair',
      [known({ status: 'needs_repair' })],
      { action: 'retry', id: 'shop-0042_state' },
    ],
    [
      'is followed while it is in progress',
      [known({ status: 'applying' })],
      { action: 'follow', id: 'shop-0042_state' },
    ],
    [
      'is known by its name, whatever its id',
      [known({ id: 'mine', status: 'pending' })],
      { action: 'follow', id: 'mine' },
    ],
    ['is a new one for a corrected file', [known({ request: other })], anew],
    ['is a new one for other options', [known({ options: { onTenantFailure: 'park' } })], anew],
    ['is a new one after a revert', [known({ status: 'committed' })], anew],
    [
      'is in progress in front of a newer one',
      [known({ id: 'b' }), known({ id: 'a', status: 'applying' })],
      { action: 'follow', id: 'a' },
    ],
  ])('%s', async (_, operations, chosen) => {
    expect(await choose(operations)).toEqual(chosen)
  })

  it('of an earlier text is waited for, and said', async () => {
    await expect(choose([known({ request: other, status: 'applying' })])).rejects.toThrow(
      'Operation "shop-0042_state" is applying with an earlier text of "0042_state"',
    )
  })

  it('has an id that fits, and that no other name or project has', () => {
    const first = (project: string, name: string): string => idsFor(project, name).next().value ?? ''
    expect(first('shop', '0042_state')).toBe('shop-0042_state')
    const odd = ['größe 1', 'größe 2', 'x'.repeat(90), `${'x'.repeat(90)}y`].map((name) => first('shop', name))
    for (const id of odd) expect(id).toMatch(/^[A-Za-z0-9._-]{1,64}$/)
    expect(new Set(odd).size).toBe(4)
    expect(first('shop', 'größe 1')).toBe(first('shop', 'größe 1'))
    // The plain one may be another project's.
    const [ab, a] = [[...take(idsFor('a-b', 'c'), 3)], [...take(idsFor('a', 'b-c'), 3)]]
    expect(ab[0]).toBe(a[0])
    expect(new Set([...ab, ...a]).size).toBe(5)
  })
})

function* take<Value>(values: Iterable<Value>, count: number): Generator<Value> {
  let left = count
  for (const value of values) {
    if (left === 0) return
    left -= 1
    yield value
  }
}

describe('a run', () => {
  const three = ['0001_a', '0002_b', '0003_c'].map((name) => migration(name))
  const step = ({ name, files }: Migration): MigrationStep => ({
    name,
    files,
    state: 'pending',
    operation: null,
    revision: null,
    parked: 0,
    has_down: false,
    notes: [],
    hazards: [],
    plan: null,
  })
  const start: MigrationRunDocument = {
    project: 'shop',
    format: 'plain',
    dry_run: false,
    applied_before: 0,
    migrations: three.map(step),
    stopped: null,
    notes: [],
  }
  const run = async (
    begin: (migration: Migration) => Promise<OperationHandle>,
    signal?: AbortSignal,
    groups: readonly (readonly Migration[])[] = three.map((each) => [each]),
  ): Promise<{ ended: MigrationRunDocument; heard: readonly MigrationCourse[] }> => {
    const heard: MigrationCourse[] = []
    const beginGroup = ([first = migration('none')]: readonly Migration[]) => begin(first)
    const running = { begin: beginGroup, heard: (each: MigrationCourse) => heard.push(each), signal }
    return { ended: await runMigrations(start, groups, running), heard }
  }
  const failed = operationDocument({
    id: 'x',
    status: 'failed',
    revision: null,
    error: 'no',
    error_code: 'DATA_REJECTED',
  })
  const committed = (name: string) => handleOf(operationDocument({ id: `shop-${name}` }))

  it('begins one behind the other, and tells all before the first', async () => {
    const begun: string[] = []
    const { ended, heard } = await run(async ({ name }) => {
      begun.push(name)
      return committed(name)
    })
    expect(begun).toEqual(['0001_a', '0002_b', '0003_c'])
    expect(heard.map(({ at }) => at)).toEqual([-1, 0, 1, 2])
    expect(ended.stopped).toBeNull()
    expect(ended.migrations.map(({ state, operation, revision: at }) => [state, operation, at])).toEqual(
      three.map(({ name }) => ['committed', `shop-${name}`, 1]),
    )
  })

  it('makes all of them by one operation, which each of them names', async () => {
    const { ended, heard } = await run(async () => committed('all'), undefined, [three])
    expect(heard.map(({ at, together }) => [at, together])).toEqual([
      [-1, 1],
      [0, 3],
    ])
    expect(ended.migrations.map(({ operation, revision: at }) => [operation, at])).toEqual([
      ['shop-all', 1],
      ['shop-all', 1],
      ['shop-all', 1],
    ])
    const { ended: stopped } = await run(async () => handleOf(failed), undefined, [three])
    expect(stopped.stopped?.summary).toBe(
      'Nothing was applied; the operation of all 3 (0001_a, 0002_b, 0003_c) failed. The same command goes on there.',
    )
  })

  it('ends with the first that fails, and says what was done and what was not', async () => {
    const { ended } = await run(async ({ name }) => (name === '0002_b' ? handleOf(failed) : committed(name)))
    expect(ended.stopped).toEqual({
      name: '0002_b',
      error_code: 'DATA_REJECTED',
      error: 'no',
      operation: failed,
      summary: 'Applied: 1 of 3 (0001_a); 0002_b failed; not begun: 1 (0003_c). The same command goes on there.',
    })
    expect(ended.migrations.map(({ state }) => state)).toEqual(['committed', 'failed', 'pending'])
  })

  it('ends where an operation cannot be begun, with the reason', async () => {
    const { ended } = await run(async () => {
      throw new RequestRefused('IN_PROGRESS', 'not now')
    })
    expect(ended.stopped).toMatchObject({
      name: '0001_a',
      error_code: 'IN_PROGRESS',
      error: 'not now',
      operation: null,
    })
    expect(ended.stopped?.summary).toMatch(/^Nothing was applied; 0001_a was not begun; not begun: 2/)
  })

  it('ends where it can no longer see, with the operation as it was seen last', async () => {
    const applying = operationDocument({ status: 'applying', revision: null })
    const lost: OperationHandle = {
      ...handleOf(applying),
      watch: async function* () {
        yield applying
        throw new SurroundingsMissing('CATALOG_UNREACHABLE', 'gone')
      },
    }
    const { ended } = await run(async () => lost)
    expect(ended.stopped).toMatchObject({ error_code: 'CATALOG_UNREACHABLE', operation: applying })
    expect(ended.stopped?.summary).toContain('0001_a goes on without you')
  })

  it('is let go of, and begins nothing further', async () => {
    const letGo = new AbortController()
    const applying = operationDocument({ status: 'applying', revision: null })
    const endless: OperationHandle = {
      ...handleOf(applying),
      watch: async function* () {
        yield applying
        letGo.abort()
        await new Promise(() => {})
      },
    }
    const { ended } = await run(async () => endless, letGo.signal)
    expect(ended.stopped).toMatchObject({ name: '0001_a', error_code: null })
    expect(ended.migrations.map(({ state }) => state)).toEqual(['in_progress', 'pending', 'pending'])
  })
})
