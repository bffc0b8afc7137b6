import { beforeEach, describe, expect, it } from 'vitest'
import { createProject } from '../../src/postgres/catalog/projects/createProject.ts'
import { requireProject } from '../../src/postgres/catalog/projects/projects.ts'
import { withdrawProject } from '../../src/postgres/catalog/projects/settings.ts'
import { readRecords, writeSqlBaseline } from '../../src/postgres/catalog/sql/sqlRevisions.ts'
import { keepText, readText } from '../../src/postgres/catalog/sql/sqlTexts.ts'
import { type NamespaceRecord, RECORD_FORMAT } from '../../src/sql/record.ts'
import { useLedger } from '../postgres/catalog/ledger.ts'

const ledger = useLedger()
const BASELINE = { text: 'CREATE TABLE t ()', source: 'a.sql', namespace: null, rewriteBodies: false }
const RECORD: NamespaceRecord = {
  format: RECORD_FORMAT,
  printing: { major: 18, extensions: { citext: 'public' } },
  lines: [{ kind: 'column', name: 't.größe', facts: { type: 'text', not_null: true } }],
}

let project: string
let count = 0
beforeEach(async () => {
  count += 1
  project = `sql${count}`
  await createProject(ledger.pool, {
    id: project,
    baseline: BASELINE,
    base: { server: 'a', namespace: project },
    actor: 'test',
  })
})

describe('a project that is described by SQL', () => {
  it('has the record of its baseline as revision 1, once', async () => {
    const first = { project, text: 'CREATE TABLE t ("größe" text)', record: RECORD, actor: 'test' }
    const { schemaHash } = await writeSqlBaseline(ledger.pool, first)
    expect(await writeSqlBaseline(ledger.pool, first)).toEqual({ schemaHash })
    expect(await requireProject(ledger.pool, project)).toMatchObject({ kind: 'sql', revision: 1, schemaHash })
    expect(await readRecords(ledger.pool, project)).toEqual([{ revision: 1, schemaHash, record: RECORD }])
    const other = writeSqlBaseline(ledger.pool, { ...first, text: 'CREATE TABLE t ()' })
    await expect(other).rejects.toMatchObject({ code: 'NOT_APPLICABLE' })
  })

  it('takes no mutation of models, and one of models no SQL', async () => {
    await expect(
      ledger.catalog.openOperation({
        ...ledger.request(`${project}-op`),
        project,
        workflowId: `schema/${project}/${project}-op`,
      }),
    ).rejects.toMatchObject({
      code: 'PROJECT_KIND',
      message: `Project "${project}" is described by SQL: it has no models that create_model could change.`,
    })
    const models = { project: ledger.project, text: 'SELECT 1', record: RECORD, actor: 'test' }
    await expect(writeSqlBaseline(ledger.pool, models)).rejects.toMatchObject({ code: 'PROJECT_KIND' })
  })

  it('does not begin with what nothing describes', async () => {
    const odd = { ...RECORD, lines: [...RECORD.lines, { kind: 'unsupported', name: 'collation mine', facts: {} }] }
    const first = { project, text: 'CREATE COLLATION', record: odd, actor: 'test' }
    await expect(writeSqlBaseline(ledger.pool, first)).rejects.toMatchObject({
      code: 'KIND_UNSUPPORTED',
      message: expect.stringMatching(/: collation mine\.$/),
    })
    expect(await requireProject(ledger.pool, project)).toMatchObject({ revision: 0 })
  })

  it('has a base, keeps its kind, and can be withdrawn', async () => {
    await expect(
      createProject(ledger.pool, { id: 'no-base', baseline: BASELINE, base: null, actor: 'test' }),
    ).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    const base = { server: 'a', namespace: project }
    expect(await createProject(ledger.pool, { id: project, baseline: BASELINE, base, actor: 'test' })).toEqual({
      isNew: false,
    })
    await expect(createProject(ledger.pool, { id: project, base, actor: 'test' })).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
    })
    await writeSqlBaseline(ledger.pool, { project, text: 'SELECT 2', record: RECORD, actor: 'test' })
    await withdrawProject(ledger.pool, { id: project, actor: 'test' })
    await expect(requireProject(ledger.pool, project)).rejects.toMatchObject({ code: 'PROJECT_NOT_FOUND' })
  })
})

describe('texts', () => {
  it('are kept once under their sha256', async () => {
    const sha256 = await keepText(ledger.pool, 'SELECT é')
    expect(await keepText(ledger.pool, 'SELECT é')).toBe(sha256)
    expect(await readText(ledger.pool, sha256)).toBe('SELECT é')
    expect(await readText(ledger.pool, '0'.repeat(64))).toBeNull()
  })
})
