import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readExamples } from '../../src/dev/demo/examples.ts'
import { parseMutation } from '../../src/logical/parse/parseMutation.ts'
import { EMPTY_SCHEMA } from '../../src/logical/schema.ts'
import type { Stage } from '../../src/physical/plan/plan.ts'
import { planMutation } from '../../src/physical/plan/planMutation.ts'
import { renderBatch, renderFor } from '../../src/physical/sql.ts'

/** Not among the packages, because its npm package lacks platforms; squawk 2.70 knows the rules below. */
const SQUAWK = 'squawk'
const isThere = spawnSync(SQUAWK, ['--version']).status === 0
if (!isThere)
  console.error('\nTHE SQL OF THE EXAMPLES IS NOT CHECKED: there is no squawk on the PATH (pip install squawk-cli).\n')
/** The oldest that we support. */
const PG_VERSION = '14.0'

/** What squawk warns of, and why it may stand: a rule that is not here, or no longer needed, fails the test. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'renaming-column': 'A rename is what was asked for, or moves a column aside; the hazard BREAKS_OLD_READERS says so.',
  'renaming-table': 'A rename is what was asked for, or moves a table aside; the hazards say so.',
  'ban-drop-not-null': 'The undo of a NOT NULL that the same operation has set.',
  'renaming-object': 'Constraints and indexes follow the name of their column or table; no client names them.',
  'ban-drop-constraint': 'The undo of a rule, or a check of ours that has proven a NOT NULL.',
  'ban-drop-default': 'The undo of a default that the same operation has set.',
  'adding-not-nullable-field':
    'A check that an earlier stage has validated proves it: Postgres does not read the rows.',
  'prefer-text-field': 'Ids have at most 36 characters, as in the databases that the schema comes from.',
  'prefer-bigint-over-int': 'The type of a number is the choice of whoever adds the field.',
  'adding-foreign-key-constraint': 'Of a table that the same transaction has created: there are no rows to read.',
  'constraint-missing-not-valid': 'Of a table that the same transaction has created: there are no rows to read.',
  'prefer-robust-stmts':
    'A build that was interrupted is looked for, and dropped if it is invalid, before the next one.',
}

interface Violation {
  readonly file: string
  readonly rule_name: string
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schema-saga-squawk-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What our sessions have set when they send it. */
const SESSION = `SET lock_timeout = '3s';\nSET statement_timeout = '1h';\n`

function textOf({ kind, sql, locks = [] }: Stage): string {
  const statements = [...locks, ...sql].map((each) => {
    const rendered = renderFor('ada', each)
    return `${(kind === 'backfill' ? renderBatch(rendered, '', 1_000) : rendered).replace(/;?\s*$/, '')};`
  })
  return SESSION + statements.join('\n')
}

/** The SQL of all examples, there and back, a file for each stage; those that run in a transaction, and the others. */
async function writeStages(): Promise<{ readonly together: string[]; readonly alone: string[] }> {
  const files = { together: [] as string[], alone: [] as string[] }
  let schema = EMPTY_SCHEMA
  for (const [revision, { name, mutation }] of (await readExamples()).entries()) {
    const plan = planMutation({ schema, revision, mutation: parseMutation(mutation), operationId: 'op' })
    const stages = { forward: plan.forward, undo: plan.compensation }
    for (const [way, each] of Object.entries(stages)) {
      for (const [index, stage] of each.entries()) {
        const file = join(folder, `${name}.${way}.${index + 1}.sql`)
        await writeFile(file, textOf(stage))
        files[stage.kind === 'statement' ? 'alone' : 'together'].push(file)
      }
    }
    schema = plan.nextSchema
  }
  return files
}

/** It exits 1 where it warns of something. */
async function squawk(files: readonly string[], ...flags: readonly string[]): Promise<readonly Violation[]> {
  const args = ['--reporter', 'json', '--pg-version', PG_VERSION, ...flags, ...files]
  const { stdout } = await promisify(execFile)(SQUAWK, args, { maxBuffer: 1e8 }).catch(
    (error: { code?: number; stdout?: string }) => {
      if (error.code !== 1 || error.stdout === undefined) throw error
      return { stdout: error.stdout }
    },
  )
  return JSON.parse(stdout) as readonly Violation[]
}

test.skipIf(!isThere)(
  'squawk warns of nothing in the plans of the examples, forward and back, but of what is explained',
  async () => {
    const { together, alone } = await writeStages()
    expect(Math.min(together.length, alone.length)).toBeGreaterThan(10)
    const found = [...(await squawk(together, '--assume-in-transaction')), ...(await squawk(alone))]
    expect([...new Set(found.map(({ rule_name }) => rule_name))].sort()).toEqual(Object.keys(EXCEPTIONS).sort())
  },
)

test.skipIf(!isThere)(
  'the session is one that squawk would miss, and a foreign key without rows is of the one new table',
  async () => {
    const bare = join(folder, 'bare.sql')
    await writeFile(bare, 'ALTER TABLE food ADD COLUMN price integer;')
    expect((await squawk([bare])).map(({ rule_name }) => rule_name)).toContain('require-lock-timeout')
    const { together } = await writeStages()
    const keys = (await squawk(together, '--assume-in-transaction'))
      .filter(({ rule_name }) => rule_name === 'adding-foreign-key-constraint')
      .map(({ file }) => file.split('/').at(-1))
    expect(keys).toEqual(['32-connect-customer-food.forward.2.sql'])
  },
)
