/** What changes between two logical schemas, found by the ids that models and fields keep through renames. */
import { relationsOf } from '../../logical/relations/relations.ts'
import type { LogicalSchema, Model } from '../../logical/schema.ts'
import { EVERY_ROW } from '../changes/sql/conditions.ts'
import { entryOf } from '../entryOf.ts'
import type { DataCheck } from '../plan/checks.ts'
import { projectModel, projectSchema } from '../project.ts'
import type { Table } from '../schema.ts'
import { combined, type Draft, type DraftContext, draft } from './draft.ts'
import { changedFields } from './fields.ts'
import { changedRelation } from './relations.ts'
import { goneTable, newTable, renamedTable } from './tables.ts'

/** The changes that turn the projection of `before` into that of `after`, for one mutation. */
export function changesBetween(before: LogicalSchema, after: LogicalSchema, context: DraftContext): Draft {
  const { tables } = projectSchema(before)
  const kept = before.models.flatMap((model) => {
    const next = after.models.find((each) => each.id === model.id)
    return next === undefined ? [] : [{ before: model, after: next, table: named(tables, model.name) }]
  })
  const gone = before.models.filter((model) => !after.models.some((each) => each.id === model.id))
  const born = after.models.filter((model) => !before.models.some((each) => each.id === model.id))
  const relations = relationPairs(before, after)
  return combined([
    draft({ change: kept.flatMap(({ table, after: model }) => renamedTable(table, projectModel(model, []))) }),
    ...relations.map(({ old, next }) => changedRelation(context, tables, old, next)),
    ...gone.map((model) => goneTable(context, named(tables, model.name))),
    ...kept.map((versions) => changedFields(context, versions)),
    draft({ checks: kept.flatMap(({ before: old, after: next }) => singleRecordCheck(old, next)) }),
    ...born.map((model) => newTable(context, projectModel(model, []))),
  ])
}

function relationPairs(before: LogicalSchema, after: LogicalSchema) {
  const old = relationsOf(before)
  const next = relationsOf(after)
  const ids = [...new Set([...old, ...next].map(({ id }) => id))]
  return ids.map((id) => ({ old: old.find((each) => each.id === id), next: next.find((each) => each.id === id) }))
}

function singleRecordCheck(before: Model, after: Model): readonly DataCheck[] {
  if (before.single_record || !after.single_record) return []
  const what = 'where a single-record model holds one'
  return [{ table: after.name, kind: 'several', what, expression: EVERY_ROW }]
}

function named(tables: Readonly<Record<string, Table>>, name: string): Table {
  const table = entryOf(tables, name)
  if (table === undefined) throw new Error(`there is no table ${name}`)
  return table
}
