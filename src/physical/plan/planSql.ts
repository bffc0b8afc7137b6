/** From texts of SQL that were proven on the base to a plan: what a mutation of models becomes by comparing schemas. */
import { hashOf } from '../../hash.ts'
import type { LogicalSchema } from '../../logical/schema.ts'
import { stepOf } from '../../sql/aside/steps.ts'
import { sqlSchemaHash } from '../../sql/chain.ts'
import type { SqlChange } from '../../sql/change/sqlChange.ts'
import type { Script, ScriptBatch, ScriptStage, ScriptStatement } from '../../sql/script/script.ts'
import type { Hazard } from '../change.ts'
import { ident } from '../sql.ts'
import type { AsideEntry, Plan, Stage } from './plan.ts'

/** What a plan of SQL is made of. */
export interface SqlPlanParts {
  /** That of a project of SQL, which has no models. */
  readonly schema: LogicalSchema
  readonly revision: number
  readonly schemaHash: string
  /** As it runs: with what it keeps of that which it drops. */
  readonly up: Script
  /** As it was given, where that is something else. */
  readonly given?: Script
  /** Stage by stage, the undo of the last one first; null where nothing leads back. */
  readonly down: Script | null
  readonly change: SqlChange
  readonly hazards: readonly Hazard[]
}

/** The plan of a change that was proven. */
export function planSql(parts: SqlPlanParts): Plan {
  const { schema, revision, schemaHash, up, given = up, down, change, hazards } = parts
  const nextRevision = revision + 1
  const content = {
    baseRevision: revision,
    nextRevision,
    schemaHash,
    nextSchemaHash: sqlSchemaHash(nextRevision, change.chain),
    forward: stagesOf(up, change.shared ?? []),
  }
  return {
    ...content,
    compensation: undoOf(up, down, change.shared ?? []),
    settle: [],
    checks: [],
    format: 2,
    nextSchema: schema,
    hash: hashOf(told(content, given, up, change.shared ?? [])),
    unchanged: false,
    changes: [],
    hazards,
    touches: [],
    rows: [],
    batches: [],
    sqlChange: change,
  }
}

/**
 * The chain has the texts of both ways, so that a plan that was not proven yet has the same; so has one that hides what was
 * expected, under whatever names.
 */
function told(content: object, given: Script, up: Script, shared: readonly string[]): object {
  const hidden = up.stages.flatMap(({ statements }) => hiddenBy(statements))
  const objects = hidden.map(({ table, column }) => JSON.stringify([table, column])).sort()
  return { ...content, forward: stagesOf(given, shared), ...(objects.length > 0 && { setsAside: objects }) }
}

/** At least one, because every target's revision moves. */
function stagesOf({ stages }: Script, shared: readonly string[]): readonly Stage[] {
  return (stages.length === 0 ? [EMPTY] : stages).map((each, index) => stageOf(each, index + 1, shared))
}

/** Nothing, where nothing leads back: such a plan is never undone, but a stage that did nothing has a tombstone. */
function undoOf({ stages }: Script, down: Script | null, shared: readonly string[]): readonly Stage[] {
  const count = Math.max(stages.length, 1)
  return Array.from({ length: count }, (_, index) =>
    undoStageOf(down?.stages[count - 1 - index] ?? EMPTY, index + 1, shared),
  )
}

/** Rows written meanwhile may share a value: then their index stays off. */
function undoStageOf(written: ScriptStage, stage: number, shared: readonly string[]): Stage {
  const table = written.index?.uniqueOn
  const planned = stageOf(written, stage, shared)
  if (table === undefined) return planned
  const lenient = { object: `table ${table}`, what: 'a UNIQUE index stays off', table, condition: 'false' }
  return { ...planned, lenient }
}

const EMPTY: ScriptStage = { kind: 'transaction', statements: [] }

function stageOf(
  { kind, statements, index, batch, alone, names }: ScriptStage,
  stage: number,
  shared: readonly string[],
): Stage {
  const common = { stage, validates: true, index: index?.name ?? null, asides: [] }
  if (kind === 'index' || kind === 'alone') {
    const sql = statements.map((each) => each.sql.join(':"ns"'))
    const about = { ...(names !== undefined && { names }), ...(alone !== undefined && { alone }) }
    return { ...common, kind: 'statement', sql, inNamespace: shared, ...about, ...(index?.mayBe && { adopts: true }) }
  }
  const script = statements.map(stepOf)
  if (batch !== undefined) return { ...common, kind: 'batch', sql: [batchSql(batch)], script, batch }
  return { ...common, asides: hiddenBy(statements), kind: 'script', sql: [], script }
}

/** What comes back, and is hidden again by an undo, is on record already. */
function hiddenBy(statements: readonly ScriptStatement[]): readonly AsideEntry[] {
  return statements.flatMap(({ aside }) => {
    if (aside?.does !== 'hide' || aside.revives === true) return []
    const { kind, table, column, asideName } = aside
    return [{ kind, table, column, asideName }]
  })
}

/** One batch, as people read it: each target has its own key, and how far it has come. */
function batchSql({ table, head, condition, size, columns }: ScriptBatch): string {
  const where = condition === null ? '' : ` AND (${condition.join(':"ns"')})`
  const lock = columns.length === 0 ? 'FOR UPDATE' : 'FOR NO KEY UPDATE'
  const next = `SELECT key FROM ${ident(table)} WHERE key > :'after'${where} ORDER BY key LIMIT ${size ?? ':batch'} ${lock}`
  return `${head.join(':"ns"')} WHERE key IN (${next})`
}
