/** What changes between two logical schemas, found by the ids that models and fields keep through renames. */
import type { Field, LogicalSchema, Model } from '../logical/schema.ts'
import type { Change } from './changes/index.ts'
import { type ProjectedColumn, projectField, projectModel } from './project.ts'
import { asideName, onColumn } from './tableEntries.ts'

/** Hands out prefixes for what is set aside: `_aside_<operation>_<n>`, a new one for each object. */
export type NextPrefix = () => string

/** The changes that turn the projection of `before` into that of `after`, in the order in which they can run. */
export function changesBetween(before: LogicalSchema, after: LogicalSchema, nextPrefix: NextPrefix): Change[] {
  const gone = before.models.filter((model) => !after.models.some((each) => each.id === model.id))
  const born = after.models.filter((model) => !before.models.some((each) => each.id === model.id))
  const kept = before.models.flatMap((model) => {
    const next = after.models.find((each) => each.id === model.id)
    return next === undefined ? [] : [{ model, next }]
  })
  return [
    ...gone.map((model): Change => ({ kind: 'setAsideTable', table: projectModel(model), prefix: nextPrefix() })),
    ...kept.flatMap(({ model, next }) => changesOfModel(model, next, nextPrefix)),
    ...born.map((model): Change => ({ kind: 'createTable', table: projectModel(model), prefix: nextPrefix() })),
  ]
}

function changesOfModel(before: Model, after: Model, nextPrefix: NextPrefix): Change[] {
  if (before.name !== after.name) throw new Error('the planner has no change for a renamed model')
  const changes: Change[] = []
  for (const field of before.fields) {
    const next = after.fields.find((each) => each.id === field.id)
    changes.push(
      ...(next === undefined ? setAside(before, field, nextPrefix) : changesOfField(before.name, field, next)),
    )
  }
  for (const field of after.fields) {
    const isNew = !before.fields.some((each) => each.id === field.id)
    if (isNew)
      changes.push(...projectField(after.name, field).flatMap((column) => add(after.name, column, nextPrefix())))
  }
  // Concurrent builds last: what shares a transaction stays together.
  return [
    ...changes.filter((each) => each.kind !== 'createIndex'),
    ...changes.filter((each) => each.kind === 'createIndex'),
  ]
}

function add(table: string, { column, unique, check, index }: ProjectedColumn, prefix: string): Change[] {
  return [
    { kind: 'addColumn', table, column, prefix },
    ...(unique === null ? [] : [{ kind: 'addUnique', table, key: unique } as const]),
    ...(check === null ? [] : [{ kind: 'addCheck', table, check } as const]),
    ...(index === null ? [] : [{ kind: 'createIndex', table, index } as const]),
  ]
}

function setAside(model: Model, field: Field, nextPrefix: NextPrefix): Change[] {
  const table = projectModel(model)
  return projectField(model.name, field).map(({ column }) => ({
    kind: 'setAsideColumn',
    table: model.name,
    column,
    prefix: nextPrefix(),
    ...onColumn(table, column.name),
  }))
}

/** A field that stays may only have another name here: its column's nature is compared to say so, not to guess. */
function changesOfField(table: string, before: Field, after: Field): Change[] {
  const next = projectField(table, after)
  const pairs = projectField(table, before).map((old, index): Renamed => {
    const other = next[index]
    if (other === undefined || !sameNature(old, other)) throw new Error('the planner has no change for this field')
    return { old, next: other }
  })
  const renamed = pairs.filter(({ old, next: other }) => old.column.name !== other.column.name)
  return inFreeingOrder(renamed).flatMap(({ old, next: other }) => rename(table, old, other))
}

/** One column under its old and its new name. */
interface Renamed {
  readonly old: ProjectedColumn
  readonly next: ProjectedColumn
}

/** A localised `name` that becomes `name_bn` takes the name of its own second column, which has to leave it first. */
function inFreeingOrder(pairs: readonly Renamed[]): Renamed[] {
  const waiting = [...pairs]
  const ordered: Renamed[] = []
  while (waiting.length > 0) {
    const free = waiting.findIndex(({ next }) => !waiting.some(({ old }) => old.column.name === next.column.name))
    if (free < 0) throw new Error('the columns of a field would have to swap their names')
    ordered.push(...waiting.splice(free, 1))
  }
  return ordered
}

function sameNature(a: ProjectedColumn, b: ProjectedColumn): boolean {
  const nature = ({ column, unique, check, index }: ProjectedColumn) =>
    JSON.stringify([
      { ...column, name: '' },
      unique !== null,
      check !== null && 'oneOf' in check ? check.oneOf : null,
      index !== null,
    ])
  return nature(a) === nature(b)
}

function rename(table: string, old: ProjectedColumn, next: ProjectedColumn): Change[] {
  const part = (kind: 'renameConstraint' | 'renameIndex', from?: string, to?: string): Change[] =>
    from === undefined || to === undefined || from === to ? [] : [{ kind, table, from, to }]
  return [
    { kind: 'renameColumn', table, from: old.column.name, to: next.column.name },
    ...part('renameConstraint', old.unique?.name, next.unique?.name),
    ...part('renameConstraint', old.check?.name, next.check?.name),
    ...part('renameIndex', old.index?.name, next.index?.name),
  ]
}

/** The name that a change sets aside, or null. */
export function asideOf(change: Change): { table: string; column: string | null; asideName: string } | null {
  switch (change.kind) {
    case 'setAsideTable':
    case 'restoreTable':
      return { table: change.table.name, column: null, asideName: asideName(change.prefix, change.table.name) }
    case 'setAsideColumn':
    case 'restoreColumn':
      return {
        table: change.table,
        column: change.column.name,
        asideName: asideName(change.prefix, change.column.name),
      }
    default:
      return null
  }
}
