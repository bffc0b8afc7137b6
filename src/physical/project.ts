/** The physical schema that a logical schema means: a pure function. */
import { columnOf } from '../logical/fields/fieldTypes.ts'
import { localeKey, localesOf } from '../logical/fields/locales.ts'
import { checkName, foreignKeyName, indexName, primaryKeyName, uniqueName } from '../logical/names/physicalNames.ts'
import { isRelationField } from '../logical/relations/relationFields.ts'
import {
  type KeyColumn,
  keyColumnsOf,
  type Pivot,
  pivotOf,
  type Relation,
  relationsOf,
} from '../logical/relations/relations.ts'
import type { Field, LogicalSchema, Model } from '../logical/schema.ts'
import { byName } from './edits/tableEntries.ts'
import { defaultExpression } from './expressions/defaultExpression.ts'
import type { Check, Column, ForeignKey, Index, Key, PhysicalSchema, Table } from './schema.ts'

const ID: Column = { name: 'id', type: 'character varying(36)', notNull: true, default: null }

/** One column with what is on it. */
export interface ProjectedColumn {
  /** What tells it apart from the other columns of its field, whatever the field is called. */
  readonly locale: string
  readonly column: Column
  readonly unique: Key | null
  readonly check: Check | null
  readonly foreignKey: ForeignKey | null
  readonly index: Index | null
}

/** The tables of all models and of all many-to-many relations. */
export function projectSchema(schema: LogicalSchema): PhysicalSchema {
  const relations = relationsOf(schema)
  const models = schema.models.map((model) => projectModel(model, relations))
  return { tables: byName([...models, ...relations.flatMap((relation) => pivotTable(relation) ?? [])]), aside: {} }
}

/** The table of a model. */
export function projectModel(model: Model, relations: readonly Relation[]): Table {
  const keys = relations.flatMap(keyColumnsOf).filter((key) => key.table === model.name)
  const fields = model.fields.filter((field) => !isRelationField(field))
  const projected = [...fields.flatMap((field) => projectField(model.name, field)), ...keys.map(projectKey)]
  return {
    name: model.name,
    columns: byName([ID, ...projected.map((each) => each.column)]),
    primaryKey: { name: primaryKeyName(model.name), columns: ['id'] },
    uniques: byName(projected.flatMap((each) => each.unique ?? [])),
    checks: byName(projected.flatMap((each) => each.check ?? [])),
    foreignKeys: byName(projected.flatMap((each) => each.foreignKey ?? [])),
    indexes: byName(projected.flatMap((each) => each.index ?? [])),
  }
}

/** The columns of a root field, one per locale. */
export function projectField(table: string, field: Field): readonly ProjectedColumn[] {
  const shape = columnOf(field)
  return localesOf(field).map(({ locale, column: name }) => ({
    locale: localeKey(locale),
    column: {
      name,
      type: shape.type,
      notNull: shape.notNull,
      default: shape.default === null ? null : defaultExpression(shape.type, shape.default),
    },
    unique: field.validation?.unique ? { name: uniqueName(table, name), columns: [name] } : null,
    check: shape.oneOf === null ? null : { name: checkName(table, name), column: name, oneOf: shape.oneOf },
    foreignKey: null,
    index: field.enable_indexing ? plainIndex(table, name) : null,
  }))
}

/** The column of a relation. */
export function projectKey({ table, column: name, references, unique, onDelete }: KeyColumn): ProjectedColumn {
  return {
    locale: '',
    column: { ...ID, name, notNull: false },
    unique: unique ? { name: uniqueName(table, name), columns: [name] } : null,
    check: null,
    foreignKey: foreignKey(table, name, references, onDelete),
    index: plainIndex(table, name),
  }
}

/** The table of a many-to-many relation, or null. */
export function pivotTable(relation: Relation): Table | null {
  const pivot = pivotOf(relation)
  if (pivot === null) return null
  const sides = pivotSides(pivot)
  return {
    name: pivot.name,
    columns: byName(sides.map(({ column }) => ({ ...ID, name: column }))),
    primaryKey: { name: primaryKeyName(pivot.name), columns: sides.map(({ column }) => column) },
    uniques: {},
    checks: {},
    // A row of a pivot is nothing without both of its ends, whatever the relation's own rule.
    foreignKeys: byName(sides.map(({ column, references }) => foreignKey(pivot.name, column, references, 'cascade'))),
    indexes: byName(sides.map(({ column }) => plainIndex(pivot.name, column))),
  }
}

/** The two columns of a pivot, `from` first. */
export function pivotSides(pivot: Pivot): readonly Pivot['from'][] {
  return [pivot.from, pivot.to]
}

function foreignKey(table: string, column: string, references: string, onDelete: ForeignKey['onDelete']): ForeignKey {
  return { name: foreignKeyName(table, column), columns: [column], table: references, references: ['id'], onDelete }
}

function plainIndex(table: string, column: string): Index {
  return { name: indexName(table, column), columns: [column], unique: false, valid: true }
}
