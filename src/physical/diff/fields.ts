/** The root fields of a model that stays: columns that come, go, are renamed, or whose values become others. */
import { valueKindOf } from '../../logical/fields/casts.ts'
import { isRelationField } from '../../logical/relations/relationFields.ts'
import type { Field, Model } from '../../logical/schema.ts'
import { castBackSql, castSql } from '../changes/sql/castSql.ts'
import { becomesNothing, isLost } from '../changes/sql/conditions.ts'
import type { DataCheck } from '../plan/checks.ts'
import { type ProjectedColumn, projectField } from '../project.ts'
import type { Table } from '../schema.ts'
import { addedColumn, goneColumn } from './columns.ts'
import { combined, type Draft, type DraftContext } from './draft.ts'
import { inFreeingOrder } from './freeingOrder.ts'
import { keptColumn } from './keptColumn.ts'
import { moveBetweenColumns, movedField, rootsOfMove } from './moves.ts'
import { editFlows, keysOf, type NestedEdit, nestedEdit } from './nested.ts'
import { type Flow, type Replacement, replacedColumns } from './replace.ts'
import { misfitText } from './valueWords.ts'

/** The two versions of a model; `table` is the old table as it was, under whatever name. */
export interface ModelVersions {
  readonly before: Model
  readonly after: Model
  readonly table: Table
}

/** What happens to the columns of a model's own fields. */
export function changedFields(context: DraftContext, versions: ModelVersions): Draft {
  const { before, after, table } = versions
  const move = moveBetweenColumns(before, after)
  const moved = move === null ? [] : rootsOfMove(move)
  const ids = [...new Set([...before.fields, ...after.fields].map((field) => field.id))]
  const drafts = ids
    .filter((id) => !moved.includes(id))
    .map((id) => changedField(context, versions, rootField(before, id), rootField(after, id)))
  return inFreeingOrder(
    combined([...drafts, ...(move === null ? [] : [movedField(context, table, after.name, after, move)])]),
  )
}

function changedField(
  context: DraftContext,
  { before, after, table }: ModelVersions,
  old?: Field,
  next?: Field,
): Draft {
  const was = old === undefined ? [] : projectField(before.name, old)
  const will = next === undefined ? [] : projectField(after.name, next)
  const source = context.copies.find((copy) => copy.model === after.id && copy.to === next?.id)
  const sources = source === undefined ? [] : columnsOfSource(after, source.from)
  const drafts = was.map((column) => {
    const other = will.find(({ locale }) => locale === column.locale)
    if (other === undefined || old === undefined || next === undefined) {
      return goneColumn(context, table, after.name, column.column.name)
    }
    return changedColumn(context, { table, name: after.name, old, next, column, other })
  })
  const born = will
    .filter(({ locale }) => !was.some((column) => column.locale === locale))
    .map((column) => {
      const copyOf = sources.find(({ locale }) => locale === column.locale)?.column.name
      return addedColumn(context, after.name, column, copyOf)
    })
  return combined([...drafts, ...born])
}

/** One column of a field in both versions. */
interface ColumnVersions {
  readonly table: Table
  readonly name: string
  readonly old: Field
  readonly next: Field
  readonly column: ProjectedColumn
  readonly other: ProjectedColumn
}

function changedColumn(context: DraftContext, versions: ColumnVersions): Draft {
  const { table, name, old, next, column, other } = versions
  // What is taken back is told by what had been done.
  const turned = context.memory?.turned ?? false
  const [was, became] = turned ? [next, old] : [old, next]
  const edit = nestedEdit(was, became, context.copies)
  const needsCast = edit === null && changesValues(was, became)
  if (edit === null && !needsCast) {
    return keptColumn(context, name, column, other, (next.validation?.default ?? null) !== null)
  }
  const [from, to] = [column.column.name, other.column.name]
  const [source, made] = turned ? [to, from] : [from, to]
  const done = edit === null ? castFlows(was, became, source, made) : editFlows(edit, source, made)
  const flows = turned ? { forward: done.backward, backward: done.forward } : done
  return replacedColumns(context, {
    table: name,
    before: table,
    gone: [from],
    come: [other],
    forward: [flows.forward],
    backward: [flows.backward],
    ...readsOf(versions, edit, turned),
    checks: valueChecks(versions, turned ? backEdit(edit) : edit, flows.forward),
  })
}

/** What of the old documents is read in vain; a column of another type is asked about by its type. */
function readsOf(
  { column, other }: ColumnVersions,
  edit: NestedEdit | null,
  turned: boolean,
): Pick<Replacement, 'reads'> {
  if (edit === null) return column.column.type === other.column.type ? { reads: 'all' } : {}
  const keys = keysOf(edit, turned)
  return keys.length === 0 ? {} : { reads: keys }
}

/** Whether the same value is written in another way: the column's type may stay jsonb and still mean something else. */
function changesValues(old: Field, next: Field): boolean {
  const [from, to] = [valueKindOf(old), valueKindOf(next)]
  return from !== to && castSql(from, to) !== '$1'
}

function castFlows(old: Field, next: Field, from: string, to: string): { forward: Flow; backward: Flow } {
  const kinds = [valueKindOf(old), valueKindOf(next)] as const
  const lost = (column: string) => (self: string) => isLost(column, self)
  return {
    forward: { column: to, value: () => ({ sql: castSql(...kinds), columns: [from] }), misfit: lost(from) },
    backward: { column: from, value: () => ({ sql: castBackSql(...kinds), columns: [to] }), misfit: lost(to) },
  }
}

function valueChecks(
  { name, old, next, column, other }: ColumnVersions,
  edit: NestedEdit | null,
  forward: Flow,
): DataCheck[] {
  const from = column.column.name
  const value = forward.value('').sql
  const cast: DataCheck[] =
    forward.misfit === null
      ? []
      : [
          {
            table: name,
            kind: 'rows',
            what: castRefusal(old, next, edit),
            expression: becomesNothing(from, value),
          },
        ]
  if (other.unique === null) return cast
  const what = `with a value of "$1" that others have too once it is ${next.field_type}, in a field that must be unique`
  return [...cast, { table: name, kind: 'duplicates', what, expression: { sql: value, columns: [from] } }]
}

/** The same edit as it is told when it is taken back; only a cast says into what. */
function backEdit(change: NestedEdit | null): NestedEdit | null {
  if (change === null || change.edit.op !== 'cast') return change
  const { from, to } = change.edit
  return { ...change, edit: { ...change.edit, from: to, to: from } }
}

/** An edit of documents that can fail is a cast of a key, or a move to where there is no place. */
function castRefusal(old: Field, next: Field, change: NestedEdit | null): string {
  if (change === null) return misfitText('$1', valueKindOf(old), valueKindOf(next))
  const { path, edit } = change
  const key = [...path.keys, 'key' in edit ? edit.key : ''].join('.')
  return edit.op === 'cast'
    ? misfitText(`$1.${key}`, edit.from, edit.to)
    : `with a value in "$1.${key}" that has no place to go to`
}

function columnsOfSource(after: Model, id: string): readonly ProjectedColumn[] {
  const source = rootField(after, id)
  return source === undefined ? [] : projectField(after.name, source)
}

function rootField(model: Model, id: string): Field | undefined {
  return model.fields.find((field) => field.id === id && !isRelationField(field))
}
