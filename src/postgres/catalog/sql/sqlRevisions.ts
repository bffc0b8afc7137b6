/** Revisions of a project of SQL: the texts that led to each, and what its base looked like then. */
import type pg from 'pg'
import { RequestRefused } from '../../../errors.ts'
import { EMPTY_SCHEMA } from '../../../logical/schema.ts'
import { chainWith, sqlSchemaHash } from '../../../sql/chain.ts'
import { type NamespaceRecord, type RecordLine, unsupportedIn } from '../../../sql/record.ts'
import { type Counting, countedRecord } from '../../../sql/recordCounting.ts'
import type { RevisionRecord } from '../../../sql/recordFit.ts'
import { writeAudit } from '../audit.ts'
import { inTransaction, onCatalog, type Queryable } from '../pool.ts'
import { requireKind } from '../projects/kind.ts'
import { type Project, requireProject } from '../projects/projects.ts'
import { holdOperations } from '../steps/unfinished.ts'
import { BASELINE_REVISION, requireBlank } from '../tenants/writeBaseline.ts'
import { readDumped } from './givenBaseline.ts'
import { keepText } from './sqlTexts.ts'

/** The name of the first link of a chain. */
export const BASELINE_NAME = 'baseline'

/** What a project of SQL begins with. */
export interface FirstRevision {
  readonly project: string
  /** As it was given, a BOM and CRLF apart. */
  readonly text: string
  /** Of the base that it made. */
  readonly record: NamespaceRecord
  readonly actor: string
}

/** The hash of the revision that a baseline makes. */
export function baselineHash(text: string): { readonly chain: string; readonly schemaHash: string } {
  const chain = chainWith(null, { name: BASELINE_NAME, up: text, down: null })
  return { chain, schemaHash: sqlSchemaHash(BASELINE_REVISION, chain) }
}

/**
 * Makes a baseline durable as revision 1; repeating it is harmless. Errors: `PROJECT_KIND`, `KIND_UNSUPPORTED` with the objects
 * that nothing describes, `NOT_APPLICABLE` when the project has a revision or tenants.
 */
export async function writeSqlBaseline(pool: pg.Pool, first: FirstRevision): Promise<{ readonly schemaHash: string }> {
  const { project: id, text, record, actor } = first
  requireDescribed(id, unsupportedIn(record))
  const { chain, schemaHash } = baselineHash(text)
  await inTransaction(pool, async (client) => {
    await holdOperations(client, id)
    const project = await requireProject(client, id, 'for update')
    requireKind(project, 'sql')
    // An earlier try wrote it, and its answer was lost.
    if (project.revision === BASELINE_REVISION && project.schemaHash === schemaHash) return
    await requireBlank(client, project)
    const up = await keepText(client, text)
    const place = [id, BASELINE_REVISION]
    await client.query('update schema_saga.project set revision = $2, schema_hash = $3 where id = $1', [
      ...place,
      schemaHash,
    ])
    await client.query(
      'insert into schema_saga.schema_revision (project_id, revision, schema, schema_hash) values ($1, $2, $3, $4)',
      [...place, JSON.stringify(EMPTY_SCHEMA), schemaHash],
    )
    await client.query(
      `insert into schema_saga.sql_revision (project_id, revision, name, chain, up, record) values ($1, $2, $3, $4, $5, $6)`,
      [...place, BASELINE_NAME, chain, up, JSON.stringify(record)],
    )
    const details = { sha256: up, objects: record.lines.length }
    await writeAudit(client, { projectId: id, actor, action: 'project_baseline', details })
  })
  return { schemaHash }
}

/** Errors: `KIND_UNSUPPORTED`, naming the objects. */
export function requireDescribed(project: string, objects: readonly string[]): void {
  if (objects.length === 0) return
  throw new RequestRefused(
    'KIND_UNSUPPORTED',
    `The base of project "${project}" would have what nothing describes, so that no tenant could be compared: ${objects.join(', ')}.`,
    { details: { objects } },
  )
}

/** The revisions of a project of SQL with their records, in order. */
export async function readRecords(db: Queryable, project: string): Promise<readonly RevisionRecord[]> {
  return await onCatalog(async () => {
    const { rows } = await db.query<RevisionRecord>(
      `select q.revision, r.schema_hash as "schemaHash", q.record
         from schema_saga.sql_revision q join schema_saga.schema_revision r using (project_id, revision)
        where project_id = $1 order by revision`,
      [project],
    )
    return rows
  })
}

/** What the settings of a project say of how its tenants may differ. */
export function countingOf({ settings }: Pick<Project, 'settings'>): Counting {
  return { tenantRole: settings.tenant_role, partitions: settings.partitions, ignore: settings.ignore }
}

/** The same, with what of each record counts. */
export async function readCountedRecords(
  db: Queryable,
  project: Pick<Project, 'id' | 'base' | 'settings'>,
): Promise<readonly RevisionRecord[]> {
  const dumped = await readDumped(db, project.id)
  const namespaces = [project.base?.namespace, dumped].flatMap((each) => each ?? [])
  const counting = countingOf(project)
  const records = await readRecords(db, project.id)
  return records.map((each) => ({ ...each, record: countedRecord(each.record, namespaces, counting) }))
}

/** The record of one revision, or null where it has none: before its base was made, and in a project of models. */
export async function readRecordOf(db: Queryable, project: string, revision: number): Promise<NamespaceRecord | null> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ record: NamespaceRecord }>(
      'select record from schema_saga.sql_revision where project_id = $1 and revision = $2',
      [project, revision],
    )
    return rows[0]?.record ?? null
  })
}

/** The lines of one revision, or null where it has none: before its base was made, and in a project of models. */
export async function readLines(
  db: Queryable,
  project: string,
  revision: number,
): Promise<readonly RecordLine[] | null> {
  return await onCatalog(async () => {
    const { rows } = await db.query<{ lines: readonly RecordLine[] }>(
      `select record -> 'lines' as lines from schema_saga.sql_revision where project_id = $1 and revision = $2`,
      [project, revision],
    )
    return rows[0]?.lines ?? null
  })
}
