/** The first logical schema of tables that are there already: what the projection would make again becomes models. */
import { SagaError } from '../../errors.ts'
import { applyMutation } from '../../logical/applyMutation.ts'
import { canonicalModelName } from '../../logical/names/names.ts'
import { EMPTY_SCHEMA, type LogicalSchema } from '../../logical/schema.ts'
import { differences } from '../equality.ts'
import { projectSchema } from '../project.ts'
import type { PhysicalSchema, Table, TableTraits } from '../schema.ts'
import { isPivot, relationOfKey, relationOfPivot, withRelation } from './baselineRelations.ts'
import { fieldOfColumn } from './columns.ts'

/** A schema, and the tables that it leaves alone, with what no model can say of them. */
export interface Baseline {
  readonly schema: LogicalSchema
  readonly leftAlone: readonly { readonly table: string; readonly reasons: readonly string[] }[]
}

/** Why tables are left alone; a table that is to be a model has no entry. */
type Reasons = Map<string, string[]>

/**
 * A table becomes a model, or the pivot of a relation, only as a whole: the projection of the schema is exactly the
 * tables that are not left alone. One that refers to a table which is left alone is left alone too.
 */
export function baselineOf(physical: PhysicalSchema): Baseline {
  const tables = Object.values(physical.tables).sort((a, b) => (a.name < b.name ? -1 : 1))
  const reasons: Reasons = new Map(
    tables.flatMap(({ name, traits }) => (isNoModel(traits) ? [[name, [`it is ${traits?.kind}`]]] : [])),
  )
  for (;;) {
    const before = reasons.size
    const kept = tables.filter(({ name }) => !reasons.has(name))
    const schema = schemaOf(kept, reasons)
    if (reasons.size > before) continue
    for (const { object, kind } of differences(projectSchema(schema), tablesOf(kept))) {
      note(reasons, object.split(/[.:]/)[0] ?? object, `${object} is ${kind}`)
    }
    if (reasons.size === before)
      return { schema, leftAlone: [...reasons].map(([table, why]) => ({ table, reasons: why })) }
  }
}

function schemaOf(kept: readonly Table[], reasons: Reasons): LogicalSchema {
  const models = kept.filter((table) => !isPivot(table))
  let schema = EMPTY_SCHEMA
  for (const table of models) schema = withModel(schema, table, reasons)
  for (const table of models) schema = withKeys(schema, table, kept, reasons)
  for (const table of kept.filter(isPivot)) schema = withFound(schema, table, relationOfPivot(table), reasons)
  return schema
}

function withModel(schema: LogicalSchema, table: Table, reasons: Reasons): LogicalSchema {
  const { name } = table
  if (!isModelName(name))
    return left(schema, reasons, name, 'its name is none that a model can have: a singular in snake case')
  const keys = new Set(Object.values(table.foreignKeys).flatMap(({ columns }) => columns))
  const columns = Object.values(table.columns).filter((column) => column.name !== 'id' && !keys.has(column.name))
  const context = { operationId: 'baseline' }
  let next = applyMutation(schema, { type: 'create_model', name, single_word: true }, context)
  for (const column of columns) {
    const field = fieldOfColumn(table, column)
    if (typeof field === 'string') {
      note(reasons, name, field)
      continue
    }
    try {
      next = applyMutation(next, { type: 'add_field', ...field }, context)
    } catch (error) {
      if (!(error instanceof SagaError)) throw error
      note(reasons, name, `column ${column.name}: ${error.message}`)
    }
  }
  return next
}

function withKeys(schema: LogicalSchema, table: Table, kept: readonly Table[], reasons: Reasons): LogicalSchema {
  let next = schema
  for (const key of Object.values(table.foreignKeys)) {
    const peer = kept.find(({ name }) => name === key.table)
    const relation =
      peer === undefined ? `it refers to ${key.table}, which is left alone` : relationOfKey(table, key, peer)
    if (relation !== null) next = withFound(next, table, relation, reasons)
  }
  return next
}

function withFound(
  schema: LogicalSchema,
  { name }: Table,
  relation: ReturnType<typeof relationOfPivot>,
  reasons: Reasons,
): LogicalSchema {
  if (typeof relation === 'string') return left(schema, reasons, name, relation)
  const next = withRelation(schema, relation)
  return typeof next === 'string' ? left(schema, reasons, name, next) : next
}

function left(schema: LogicalSchema, reasons: Reasons, table: string, why: string): LogicalSchema {
  note(reasons, table, why)
  return schema
}

function note(reasons: Reasons, table: string, why: string): void {
  reasons.set(table, [...(reasons.get(table) ?? []), why])
}

/** Its rows are elsewhere, or part of another table. */
function isNoModel(traits: TableTraits | undefined): boolean {
  return traits?.kind === 'a foreign table' || traits?.kind === 'a partition'
}

function isModelName(name: string): boolean {
  try {
    return canonicalModelName(name, { singleWord: true }) === name
  } catch {
    return false
  }
}

function tablesOf(tables: readonly Table[]): PhysicalSchema {
  return { tables: Object.fromEntries(tables.map((table) => [table.name, table])), aside: {} }
}
